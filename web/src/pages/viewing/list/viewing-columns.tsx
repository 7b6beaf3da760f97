import type { ViewingPolicy } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../../time/format.ts';
import { useViewerNames } from '../content/use-viewer-names.ts';

export interface ViewingColumnOptions {
  /** Off, policies are read and not changed. */
  areOn: boolean;
  onDelete(policy: ViewingPolicy): void;
}

export function useViewingColumns({
  areOn,
  onDelete,
}: ViewingColumnOptions): TableProps.ColumnDefinition<ViewingPolicy>[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const actions: TableProps.ColumnDefinition<ViewingPolicy> = {
    id: 'actions',
    header: t('policies.list.actions'),
    width: 110,
    cell: (policy) => (
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="inline-icon"
          iconName="copy"
          ariaLabel={t('viewing.list.copy', { name: policy.name })}
          onClick={() => void navigate(`/policies/viewing?new=1&from=${policy.policyId}`)}
        />
        <Button
          variant="inline-icon"
          iconName="remove"
          ariaLabel={t('viewing.list.delete', { name: policy.name })}
          onClick={() => onDelete(policy)}
        />
      </SpaceBetween>
    ),
  };
  return [
    {
      id: 'name',
      header: t('policies.list.name'),
      isRowHeader: true,
      sortingField: 'name',
      minWidth: 200,
      cell: (policy) => <PolicyLink policy={policy} />,
    },
    { id: 'viewers', header: t('viewing.list.viewers'), minWidth: 160, cell: (policy) => <Viewers policy={policy} /> },
    {
      id: 'rules',
      header: t('policies.list.rules'),
      width: 95,
      sortingComparator: (a, b) => a.rules.length - b.rules.length,
      cell: ({ rules }) => rules.length,
    },
    {
      id: 'changed',
      header: t('policies.list.changed'),
      width: 220,
      sortingField: 'changedAt',
      cell: ({ changedAt, changedBy, version }) => (
        <>
          {formatMoment(changedAt, i18n.language)}
          <Box variant="small" display="block" color="text-body-secondary">
            {t('viewing.list.changed', { by: changedBy, version })}
          </Box>
        </>
      ),
    },
    ...(areOn ? [actions] : []),
  ];
}

function PolicyLink({ policy: { policyId, name, description } }: { policy: ViewingPolicy }) {
  const navigate = useNavigate();
  const href = `/policies/viewing?policy=${policyId}`;
  return (
    <div className="policy-name">
      <Link
        href={href}
        onFollow={(event) => {
          event.preventDefault();
          void navigate(href);
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
  );
}

function Viewers({ policy: { rules } }: { policy: ViewingPolicy }) {
  const { t } = useTranslation();
  const namesOf = useViewerNames();
  if (rules.length === 0) return <Box color="text-status-inactive">{t('roles.nobody')}</Box>;
  return <span className="policy-name">{namesOf(rules.map(({ viewer }) => viewer))}</span>;
}
