import { type AnyRecordingRule, isSameValue } from '@afterimage/contracts';
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { criterionNames, valuesOf } from '../content/criteria.ts';
import { putBack } from '../content/put-back.ts';
import { useAddress } from '../content/use-address.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';
import { useRuleWords } from '../content/use-rule-words.ts';
import { inWinningOrder } from '../content/winning-order.ts';
import { type RuleRow, useRuleColumns } from './rule-columns.tsx';

export interface RulesTableProps {
  policy: LoadedPolicy;
  isEditable: boolean;
  onEdit: PolicyDraft['edit'];
}

const pageSize = 50;

/** Rules in the order in which they win; what none of them matches falls to the last row, which nobody can change (POL-050). */
export function RulesTable({ policy, isEditable, onEdit }: RulesTableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const words = useRuleWords();
  const { content, base, stored } = policy;
  const rows = useMemo(() => rowsOf(content.rules, base.rules), [content.rules, base.rules]);
  const remove = (ruleId: string) =>
    onEdit((now) => ({ ...now, rules: now.rules.filter((rule) => rule.ruleId !== ruleId) }));
  const restore = (ruleId: string) => onEdit((now) => ({ ...now, rules: putBack(now.rules, base.rules, ruleId) }));
  const open = (ruleId: string) => void navigate(`/policies/recording/${stored.policyId}/rules/${ruleId}`);
  const columns = useRuleColumns({ isEditable, onOpen: open, onRemove: remove, onRestore: restore });
  const textOf = ({ rule }: RuleRow) =>
    rule === undefined
      ? ''
      : [rule.name, words.sentence(rule), ...words.options(rule.options), ...everyValue(rule)].join(' ').toLowerCase();
  const { items, filterProps, paginationProps, filteredItemsCount, actions } = useCollection(rows, {
    filtering: {
      defaultFilteringText: address.get('find') ?? '',
      filteringFunction: (row, text) => row.rule === undefined || textOf(row).includes(text.trim().toLowerCase()),
    },
    pagination: { pageSize, defaultPage: Number(address.get('page') ?? 1) || 1 },
  });
  const isMany = rows.length > 10;
  return (
    <Table
      items={items}
      columnDefinitions={columns}
      trackBy="key"
      wrapLines
      variant="container"
      ariaLabels={{ tableLabel: t('policies.rules.title') }}
      header={
        <Header
          variant="h2"
          counter={`(${content.rules.length})`}
          description={t('policies.rules.description')}
          actions={
            isEditable && (
              <Button variant="primary" iconName="add-plus" onClick={() => open('new')}>
                {t('policies.rules.add')}
              </Button>
            )
          }
        >
          {t('policies.rules.title')}
        </Header>
      }
      {...(isMany
        ? {
            filter: (
              <TextFilter
                {...filterProps}
                filteringPlaceholder={t('policies.rules.find')}
                filteringAriaLabel={t('policies.rules.find')}
                countText={t('recordings.matches', { count: Math.max(0, (filteredItemsCount ?? 0) - 1) })}
                onDelayedChange={({ detail }) => setAddress({ find: detail.filteringText, page: undefined })}
              />
            ),
          }
        : {})}
      {...(rows.length > pageSize
        ? {
            pagination: (
              <Pagination
                {...paginationProps}
                onChange={({ detail }) => {
                  actions.setCurrentPage(detail.currentPageIndex);
                  setAddress({ page: detail.currentPageIndex === 1 ? undefined : String(detail.currentPageIndex) });
                }}
              />
            ),
          }
        : {})}
      footer={
        rows.length === 1 &&
        isEditable && (
          <Box textAlign="center" padding={{ vertical: 's' }}>
            <SpaceBetween size="xs">
              <Box variant="strong">{t('policies.rules.empty')}</Box>
              <Box color="text-body-secondary">{t('policies.rules.empty-detail')}</Box>
            </SpaceBetween>
          </Box>
        )
      }
    />
  );
}

function rowsOf(rules: readonly AnyRecordingRule[], base: readonly AnyRecordingRule[]): RuleRow[] {
  const before = new Map(base.map((rule) => [rule.ruleId, rule]));
  const rows = inWinningOrder(rules).map((rule, index): RuleRow => {
    const old = before.get(rule.ruleId);
    const mark = old === undefined ? 'new' : isSameValue(old, rule) ? undefined : 'changed';
    return { key: rule.ruleId, place: index + 1, rule, mark };
  });
  const kept = new Set(rules.map(({ ruleId }) => ruleId));
  const removed = base
    .filter(({ ruleId }) => !kept.has(ruleId))
    .map((rule): RuleRow => ({ key: rule.ruleId, place: undefined, rule, mark: 'removed' }));
  return [...rows, { key: 'fallback', place: rows.length + 1, rule: undefined, mark: undefined }, ...removed];
}

function everyValue({ criteria }: AnyRecordingRule): string[] {
  return criterionNames.flatMap((name) => valuesOf(criteria, name).map(({ text }) => text));
}
