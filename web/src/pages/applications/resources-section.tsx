import { type ListedResource, listPublishedResources, publishingSiteIdSchema } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { EntryLink } from '../directory/entry-link.tsx';
import { EntryTable } from '../listing/entry-table.tsx';
import { useListing } from '../listing/use-listing.ts';
import { useAddress } from '../policies/content/use-address.ts';

const batchSize = 200;

/** What all sites publish, or the one that the address names. */
export function ResourcesSection() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const [address] = useAddress();
  usePageFrame({ title: t('applications.title'), contentType: 'table' });
  const find = address.get('find') ?? '';
  const siteId = publishingSiteIdSchema.safeParse(address.get('site')).data;
  const listing = useListing(`resources ${siteId} ${find}`, async (cursor, signal) => {
    const query = {
      limit: batchSize,
      ...(find === '' ? {} : { find }),
      ...(siteId === undefined ? {} : { siteId }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await api(listPublishedResources, { query }, signal);
    return { items: page.resources, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  });
  const columns = useResourceColumns();
  return (
    <SpaceBetween size="s">
      {siteId !== undefined && (
        <Box>
          {t('applications.list.one-site')} <EntryLink href="/applications" text={t('applications.list.all-sites')} />
        </Box>
      )}
      <EntryTable
        texts="applications.list"
        listing={listing}
        columns={columns}
        idOf={(resource) => `${resource.siteId} ${resource.resourceId}`}
      />
    </SpaceBetween>
  );
}

function useResourceColumns(): TableProps.ColumnDefinition<ListedResource>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('applications.column.name'),
      isRowHeader: true,
      minWidth: 180,
      cell: ({ displayName }) => displayName,
    },
    {
      id: 'kind',
      header: t('applications.column.kind'),
      minWidth: 110,
      cell: ({ kind }) => t(`applications.kind.${kind}`),
    },
    { id: 'id', header: t('applications.column.id'), minWidth: 150, cell: ({ resourceId }) => resourceId },
    { id: 'site', header: t('applications.column.site'), minWidth: 180, cell: ({ siteAddress }) => siteAddress },
  ];
}
