import { type DirectoryUser, directoryUserIdSchema, listDirectoryUsers } from '@afterimage/contracts';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { formatMoment } from '../../../time/format.ts';
import { EntryTable } from '../../listing/entry-table.tsx';
import { useListing } from '../../listing/use-listing.ts';
import { useAddress } from '../../policies/content/use-address.ts';
import { ActiveLabel } from '../active-label.tsx';
import { EntryLink } from '../entry-link.tsx';
import { PersonPanel } from './person-panel.tsx';

/** The most that the service gives at once. */
const batchSize = 200;

/** Everybody whom the directory knows; one of them beside the list. */
export function PeopleSection() {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const [address, setAddress] = useAddress();
  const startsWith = address.get('find') ?? '';
  const personId = directoryUserIdSchema.safeParse(address.get('person')).data;
  const listing = useListing(`people ${startsWith}`, async (cursor, signal) => {
    const query = { limit: batchSize, ...(startsWith === '' ? {} : { startsWith }), ...(cursor ? { cursor } : {}) };
    const page = await api(listDirectoryUsers, { query }, signal);
    return { items: page.users, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  });
  const close = () => {
    setAddress({ person: undefined });
    listing.refresh();
  };
  usePageFrame({
    title: t('directory.title'),
    contentType: 'table',
    ...(personId === undefined ? {} : { splitPanel: <PersonPanel userId={personId} onRemoved={close} /> }),
    isSplitPanelOpen: personId !== undefined,
    onSplitPanelToggle: (isOpen) => isOpen || setAddress({ person: undefined }),
  });
  const columns = usePeopleColumns(startsWith);
  return <EntryTable texts="directory.people" listing={listing} columns={columns} idOf={({ userId }) => userId} />;
}

function usePeopleColumns(find: string): TableProps.ColumnDefinition<DirectoryUser>[] {
  const { t, i18n } = useTranslation();
  return [
    {
      id: 'userName',
      header: t('directory.column.user-name'),
      isRowHeader: true,
      minWidth: 150,
      cell: ({ userId, userName }) => (
        <EntryLink
          href={`/directory?${new URLSearchParams({ ...(find === '' ? {} : { find }), person: userId })}`}
          text={userName}
        />
      ),
    },
    {
      id: 'name',
      header: t('directory.column.name'),
      minWidth: 130,
      cell: ({ displayName }) => displayName ?? '–',
    },
    { id: 'email', header: t('directory.column.email'), minWidth: 170, cell: ({ email }) => email ?? '–' },
    {
      id: 'state',
      header: t('directory.column.state'),
      minWidth: 135,
      cell: ({ isActive }) => <ActiveLabel isActive={isActive} />,
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
