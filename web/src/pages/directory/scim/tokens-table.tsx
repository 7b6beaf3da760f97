import type { ScimToken } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';

export interface TokensTableProps {
  tokens: readonly ScimToken[];
  onCreate(): void;
  onRevoke(token: ScimToken): void;
}

/** Who may write the directory. */
export function TokensTable({ tokens, onCreate, onRevoke }: TokensTableProps) {
  const { t } = useTranslation();
  const columns = useTokenColumns(onRevoke);
  return (
    <Table
      wrapLines
      items={tokens}
      columnDefinitions={columns}
      trackBy="scimTokenId"
      ariaLabels={{ tableLabel: t('directory.scim.tokens') }}
      empty={
        <Box textAlign="center" color="inherit" padding={{ vertical: 'l' }}>
          <SpaceBetween size="xs">
            <Box variant="strong">{t('directory.scim.empty')}</Box>
            <Box variant="p" color="inherit">
              {t('directory.scim.empty-detail')}
            </Box>
          </SpaceBetween>
        </Box>
      }
      header={
        <Header
          counter={`(${tokens.length})`}
          description={t('directory.scim.tokens-detail')}
          actions={
            <Button variant="primary" onClick={onCreate}>
              {t('directory.scim.create.ask')}
            </Button>
          }
        >
          {t('directory.scim.tokens')}
        </Header>
      }
    />
  );
}

function useTokenColumns(onRevoke: (token: ScimToken) => void): TableProps.ColumnDefinition<ScimToken>[] {
  const { t, i18n } = useTranslation();
  const moment = (at: string) => formatMoment(at, i18n.language);
  return [
    { id: 'name', header: t('directory.scim.column.name'), isRowHeader: true, minWidth: 150, cell: ({ name }) => name },
    {
      id: 'created',
      header: t('directory.scim.column.created'),
      minWidth: 150,
      cell: ({ createdAt, createdBy }) => (
        <>
          {moment(createdAt)}
          <Box variant="small" display="block" color="text-body-secondary">
            {createdBy}
          </Box>
        </>
      ),
    },
    {
      id: 'used',
      header: t('directory.scim.column.used'),
      minWidth: 150,
      cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? t('directory.scim.never') : moment(lastUsedAt)),
    },
    {
      id: 'expires',
      header: t('directory.scim.column.expires'),
      minWidth: 150,
      cell: ({ expiresAt }) =>
        Date.parse(expiresAt) > Date.now() ? (
          moment(expiresAt)
        ) : (
          <StatusIndicator type="warning">{t('directory.scim.expired', { at: moment(expiresAt) })}</StatusIndicator>
        ),
    },
    {
      id: 'revoke',
      header: t('directory.scim.column.action'),
      minWidth: 135,
      cell: (token) => (
        <Button
          variant="inline-link"
          ariaLabel={t('directory.scim.revoke.of', { name: token.name })}
          onClick={() => onRevoke(token)}
        >
          {t('directory.scim.revoke.ask')}
        </Button>
      ),
    },
  ];
}
