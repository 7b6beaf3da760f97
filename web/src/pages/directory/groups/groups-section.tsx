import { type DirectoryGroup, directoryGroupIdSchema, listDirectoryGroups } from '@afterimage/contracts';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { formatMoment } from '../../../time/format.ts';
import { EntryTable } from '../../listing/entry-table.tsx';
import { useListing } from '../../listing/use-listing.ts';
import { useAddress } from '../../policies/content/use-address.ts';
import { EntryLink } from '../entry-link.tsx';
import { GroupPanel } from './group-panel.tsx';

/** Each group's members are counted for the list. */
const batchSize = 100;

/** The groups that the directory knows; the members of one beside the list. */
export function GroupsSection() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const [address, setAddress] = useAddress();
  const startsWith = address.get('find') ?? '';
  const groupId = directoryGroupIdSchema.safeParse(address.get('group')).data;
  const listing = useListing(`groups ${startsWith}`, async (cursor, signal) => {
    const query = { limit: batchSize, ...(startsWith === '' ? {} : { startsWith }), ...(cursor ? { cursor } : {}) };
    const page = await api(listDirectoryGroups, { query }, signal);
    return { items: page.groups, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  });
  const shown = listing.data?.items.find((group) => group.groupId === groupId);
  const close = () => {
    setAddress({ group: undefined });
    listing.refresh();
  };
  usePageFrame({
    title: t('directory.title'),
    contentType: 'table',
    ...(groupId === undefined
      ? {}
      : { splitPanel: <GroupPanel key={groupId} groupId={groupId} group={shown} onRemoved={close} /> }),
    isSplitPanelOpen: groupId !== undefined,
    onSplitPanelToggle: (isOpen) => isOpen || setAddress({ group: undefined }),
  });
  const columns = useGroupColumns(startsWith);
  return <EntryTable texts="directory.groups" listing={listing} columns={columns} idOf={(group) => group.groupId} />;
}

function useGroupColumns(find: string): TableProps.ColumnDefinition<DirectoryGroup>[] {
  const { t, i18n } = useTranslation();
  return [
    {
      id: 'name',
      header: t('directory.column.group'),
      isRowHeader: true,
      minWidth: 180,
      cell: ({ groupId, name }) => (
        <EntryLink
          href={`/directory/groups?${new URLSearchParams({ ...(find === '' ? {} : { find }), group: groupId })}`}
          text={name}
        />
      ),
    },
    {
      id: 'members',
      header: t('directory.column.members'),
      minWidth: 110,
      cell: ({ memberCount }) => new Intl.NumberFormat(i18n.language).format(memberCount),
    },
    {
      id: 'source',
      header: t('directory.column.source'),
      minWidth: 90,
      cell: ({ source }) => t(`directory.source.${source}`),
    },
    {
      id: 'changed',
      header: t('directory.column.changed'),
      minWidth: 150,
      cell: ({ changedAt }) => formatMoment(changedAt, i18n.language),
    },
  ];
}
