import type { RecordingDecision, RouteResponse, testRecordingPolicy } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Icon from '@cloudscape-design/components/icon';
import Pagination from '@cloudscape-design/components/pagination';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { criterionNames } from '../content/criteria.ts';

type ExplainedRule = RouteResponse<typeof testRecordingPolicy>['rules'][number];

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
  const outranked = new Map(decision.outranked.map(({ ruleId, reason }) => [ruleId, reason]));
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
      columnDefinitions={[
        {
          id: 'rule',
          header: t('policies.rules.name'),
          width: 220,
          minWidth: 160,
          isRowHeader: true,
          cell: ({ ruleId, ruleName }) => (
            <span className="policy-name">
              {ruleName} {ruleId === decision.ruleId && <Badge color="green">{t('policies.test.decides')}</Badge>}
            </span>
          ),
        },
        {
          id: 'matches',
          header: t('policies.test.result'),
          width: 190,
          minWidth: 140,
          cell: ({ matches, ruleId }) => (
            <>
              <span className="policy-verdict">
                <Icon name={matches ? 'status-positive' : 'status-stopped'} variant={matches ? 'success' : 'subtle'} />
                <span>{t(matches ? 'policies.test.matches' : 'policies.test.matches-not')}</span>
              </span>
              {outranked.has(ruleId) && (
                <Box variant="small" display="block" color="text-body-secondary">
                  {t('policies.test.lost', { reason: outranked.get(ruleId) })}
                </Box>
              )}
            </>
          ),
        },
        {
          id: 'why',
          header: t('policies.test.why'),
          minWidth: 260,
          cell: (rule) => <WhyList rule={rule} />,
        },
        {
          id: 'action',
          header: t('policies.rules.then'),
          width: 240,
          minWidth: 180,
          cell: ({ action }) => <ActionLabel action={action} />,
        },
      ]}
    />
  );
}

function WhyList({ rule: { criteria } }: { rule: ExplainedRule }) {
  const { t } = useTranslation();
  if (criteria.length === 0) return <>{t('policies.words.everyone')}</>;
  return (
    <ul className="policy-lines">
      {criteria.map(({ criterion, matches, because }) => (
        <li key={criterion}>
          <span className="policy-verdict">
            <Icon
              name={matches ? 'status-positive' : 'status-negative'}
              variant={matches ? 'success' : 'error'}
              ariaLabel={t(matches ? 'policies.test.met' : 'policies.test.not-met')}
            />
            <span>
              {criterionNames.some((name) => name === criterion) ? t(`policies.criterion.${criterion}`) : criterion}
              {': '}
              {because}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
