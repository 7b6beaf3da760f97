import type { PolicyVersion } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import type { usePolicyVersions } from './use-policy-versions.ts';

export interface VersionsTableProps {
  versions: ReturnType<typeof usePolicyVersions>;
  current: number | undefined;
  chosen: number | undefined;
  onChoose(version: number): void;
}

export function VersionsTable({ versions, current, chosen, onChoose }: VersionsTableProps) {
  const { t, i18n } = useTranslation();
  const items = versions.data?.versions ?? [];
  const what = ({ version, restores, comment, changedAt, changedBy, ruleCount }: PolicyVersion) => (
    <div className="policy-name">
      {formatMoment(changedAt, i18n.language)}{' '}
      {version === current && <Badge color="green">{t('policies.history.current')}</Badge>}
      <Box variant="small" display="block" color="text-body-secondary">
        {t('policies.history.by', { by: changedBy })} · {t('policies.rule-count', { count: ruleCount })}
      </Box>
      {restores !== undefined && <Box>{t('policies.history.restores', { version: restores })}</Box>}
      {comment !== '' && <Box>{t('policies.words.quoted', { text: comment })}</Box>}
    </div>
  );
  return (
    <Table
      items={[...items]}
      trackBy={({ version }) => String(version)}
      variant="container"
      wrapLines
      loading={versions.data === undefined}
      loadingText={t('policies.loading')}
      selectionType="single"
      selectedItems={items.filter(({ version }) => version === chosen)}
      onSelectionChange={({ detail }) => {
        const [first] = detail.selectedItems;
        if (first !== undefined) onChoose(first.version);
      }}
      onRowClick={({ detail }) => onChoose(detail.item.version)}
      ariaLabels={{
        tableLabel: t('policies.history.versions'),
        selectionGroupLabel: t('policies.history.choose'),
        itemSelectionLabel: (_, { version }) => t('policies.version', { version }),
      }}
      header={<Header variant="h2">{t('policies.history.versions')}</Header>}
      columnDefinitions={[
        {
          id: 'version',
          header: t('policies.history.version'),
          width: 90,
          isRowHeader: true,
          cell: ({ version }) => version,
        },
        { id: 'what', header: t('policies.history.when'), cell: what },
      ]}
      empty={<Box color="text-body-secondary">{t('policies.history.none')}</Box>}
      footer={
        versions.data?.hasMore === true && (
          <Box textAlign="center">
            <Button variant="link" loading={versions.isLoading} onClick={versions.loadMore}>
              {t('policies.history.more')}
            </Button>
          </Box>
        )
      }
    />
  );
}
