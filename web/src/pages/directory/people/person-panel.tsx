import { type DirectoryGroup, type DirectoryUser, type DirectoryUserId, getDirectoryUser } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { formatMoment } from '../../../time/format.ts';
import { usePolling } from '../../../time/use-polling.ts';
import { ActiveLabel } from '../active-label.tsx';
import { EntryLink } from '../entry-link.tsx';
import { EntryPanel } from '../entry-panel.tsx';
import { RemoveButton } from '../remove-button.tsx';

export interface PersonPanelProps {
  userId: DirectoryUserId;
  onRemoved(): void;
}

/** One person, and the groups that count for them. */
export function PersonPanel({ userId, onRemoved }: PersonPanelProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const polled = usePolling(userId, (signal) => api(getDirectoryUser, { params: { userId } }, signal), undefined);
  return (
    <EntryPanel polled={polled} title={t('directory.people.panel')} titleOf={({ user }) => user.userName}>
      {({ user, groups }) => (
        <SpaceBetween size="l">
          {!user.isActive && <Alert type="info">{t('directory.people.inactive-detail')}</Alert>}
          <PersonFacts user={user} />
          <PersonGroups user={user} groups={groups} />
          <RemoveButton
            entry={{ kind: 'person', id: user.userId, name: user.userName, source: user.source }}
            onRemoved={onRemoved}
          />
        </SpaceBetween>
      )}
    </EntryPanel>
  );
}

function PersonFacts({ user }: { user: DirectoryUser }) {
  const { t, i18n } = useTranslation();
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: t('directory.column.state'), value: <ActiveLabel isActive={user.isActive} /> },
        { label: t('directory.column.source'), value: t(`directory.source.${user.source}`) },
        { label: t('directory.column.name'), value: user.displayName ?? '–' },
        { label: t('directory.column.email'), value: user.email ?? '–' },
        { label: t('directory.column.external-id'), value: user.externalId ?? '–' },
        { label: t('directory.column.created'), value: formatMoment(user.createdAt, i18n.language) },
        { label: t('directory.column.changed'), value: formatMoment(user.changedAt, i18n.language) },
      ]}
    />
  );
}

function PersonGroups({ user, groups }: { user: DirectoryUser; groups: readonly DirectoryGroup[] }) {
  const { t } = useTranslation();
  return (
    <div>
      <Header variant="h3">{t('directory.people.groups')}</Header>
      {groups.length === 0 && (
        <Box color="text-body-secondary">
          {t(user.isActive ? 'directory.people.no-groups' : 'directory.people.no-groups-count')}
        </Box>
      )}
      <ul>
        {groups.map(({ groupId, name }) => (
          <li key={groupId}>
            <EntryLink href={`/directory/groups?${new URLSearchParams({ find: name, group: groupId })}`} text={name} />
          </li>
        ))}
      </ul>
    </div>
  );
}
