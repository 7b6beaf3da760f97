import type { RecordingPolicySummary } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../../time/format.ts';

export function usePolicyColumns(
  activePolicyId: string | undefined,
): TableProps.ColumnDefinition<RecordingPolicySummary>[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('policies.list.name'),
        isRowHeader: true,
        sortingField: 'name',
        minWidth: 260,
        cell: ({ policyId, name, description }) => (
          <div className="policy-name">
            <Link
              href={`/policies/recording/${policyId}`}
              onFollow={(event) => {
                event.preventDefault();
                void navigate(`/policies/recording/${policyId}`);
              }}
            >
              {name}
            </Link>
            {description !== '' && (
              <Box variant="small" display="block" color="text-body-secondary">
                {description}
              </Box>
            )}
          </div>
        ),
      },
      {
        id: 'state',
        header: t('policies.list.state'),
        width: 130,
        cell: ({ policyId }) =>
          policyId === activePolicyId ? (
            <StatusIndicator>{t('policies.active')}</StatusIndicator>
          ) : (
            <Box color="text-body-secondary">{t('policies.not-active')}</Box>
          ),
      },
      {
        id: 'kind',
        header: t('policies.list.kind'),
        width: 150,
        cell: (policy) => <PolicyMarks policy={policy} />,
      },
      {
        id: 'rules',
        header: t('policies.list.rules'),
        width: 95,
        sortingField: 'ruleCount',
        cell: ({ ruleCount }) => ruleCount,
      },
      {
        id: 'changed',
        header: t('policies.list.changed'),
        width: 220,
        sortingField: 'changedAt',
        cell: ({ changedAt, changedBy }) =>
          changedAt === undefined ? (
            '–'
          ) : (
            <>
              {formatMoment(changedAt, i18n.language)}
              <Box variant="small" display="block" color="text-body-secondary">
                {changedBy}
              </Box>
            </>
          ),
      },
    ],
    [t, i18n.language, navigate, activePolicyId],
  );
}

/** Why a policy cannot be changed, if so. */
export function PolicyMarks({ policy }: { policy: Pick<RecordingPolicySummary, 'isSystemDefined' | 'isReadOnly'> }) {
  const { t } = useTranslation();
  if (policy.isSystemDefined) return <Badge>{t('policies.system-defined')}</Badge>;
  return policy.isReadOnly ? <Badge>{t('policies.read-only')}</Badge> : t('policies.custom');
}
