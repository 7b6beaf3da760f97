import type { RecordingDecision } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ExplainedRule, useExplainedRuleColumns } from './explained-rule-columns.tsx';

export interface ExplainedRulesProps {
  decision: RecordingDecision;
  rules: readonly ExplainedRule[];
}

const pageSize = 20;
const views = ['all', 'matching', 'others'] as const;

/** Each rule with its criteria: met or not, and why. */
export function ExplainedRules({ decision, rules }: ExplainedRulesProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<(typeof views)[number]>('all');
  const [page, setPage] = useState(1);
  const shown = rules.filter(({ matches }) => view === 'all' || matches === (view === 'matching'));
  const pages = Math.max(1, Math.ceil(shown.length / pageSize));
  const columns = useExplainedRuleColumns(decision);
  return (
    <Table
      items={shown.slice((page - 1) * pageSize, page * pageSize)}
      trackBy="ruleId"
      wrapLines
      ariaLabels={{ tableLabel: t('policies.test.rules') }}
      header={
        <Header variant="h2" counter={`(${rules.length})`} description={t('policies.test.rules-description')}>
          {t('policies.test.rules')}
        </Header>
      }
      filter={
        rules.length > 1 && (
          <SegmentedControl
            label={t('policies.test.show')}
            selectedId={view}
            onChange={({ detail }) => {
              setView(views.find((one) => one === detail.selectedId) ?? 'all');
              setPage(1);
            }}
            options={views.map((id) => ({ id, text: t(`policies.test.show-${id}`) }))}
          />
        )
      }
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
      empty={<Box color="text-body-secondary">{t('policies.test.no-rules')}</Box>}
      columnDefinitions={columns}
    />
  );
}
