import type { RecordingDecision, RouteResponse, testRecordingPolicy } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { criterionNames } from '../content/criteria.ts';

export type ExplainedRule = RouteResponse<typeof testRecordingPolicy>['rules'][number];

export function useExplainedRuleColumns(decision: RecordingDecision): TableProps.ColumnDefinition<ExplainedRule>[] {
  const { t } = useTranslation();
  const outranked = new Map(decision.outranked.map(({ ruleId, reason }) => [ruleId, reason]));
  return [
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
  ];
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
