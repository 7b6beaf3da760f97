import {
  type DirectoryGroup,
  type DirectoryGroupId,
  type DirectoryUser,
  listDirectoryGroupMembers,
} from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { formatMoment } from '../../../time/format.ts';
import { type Listed, useListing } from '../../listing/use-listing.ts';
import { ActiveLabel } from '../active-label.tsx';
import { EntryLink } from '../entry-link.tsx';
import { EntryPanel } from '../entry-panel.tsx';
import { RemoveButton } from '../remove-button.tsx';

const batchSize = 100;

export interface GroupPanelProps {
  groupId: DirectoryGroupId;
  /** Absent where the list that is loaded does not have it. */
  group: DirectoryGroup | undefined;
  onRemoved(): void;
}

/** The members of one group. */
export function GroupPanel({ groupId, group, onRemoved }: GroupPanelProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const members = useListing(groupId, async (cursor, signal) => {
    const query = { limit: batchSize, ...(cursor === undefined ? {} : { cursor }) };
    const page = await api(listDirectoryGroupMembers, { params: { groupId }, query }, signal);
    return { items: page.members, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  });
  const title = group?.name ?? t('directory.groups.panel');
  return (
    <EntryPanel polled={members} title={title} titleOf={() => title}>
      {(listed) => (
        <SpaceBetween size="l">
          {group !== undefined && <GroupFacts group={group} />}
          <Members listed={listed} onMore={members.loadMore} isLoading={members.isLoading} />
          {group !== undefined && (
            <RemoveButton
              entry={{ kind: 'group', id: groupId, name: group.name, source: group.source }}
              onRemoved={onRemoved}
            />
          )}
        </SpaceBetween>
      )}
    </EntryPanel>
  );
}

function GroupFacts({ group }: { group: DirectoryGroup }) {
  const { t, i18n } = useTranslation();
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: t('directory.column.source'), value: t(`directory.source.${group.source}`) },
        { label: t('directory.column.members'), value: group.memberCount },
        { label: t('directory.column.external-id'), value: group.externalId ?? '–' },
        { label: t('directory.column.changed'), value: formatMoment(group.changedAt, i18n.language) },
      ]}
    />
  );
}

interface MembersProps {
  listed: Listed<DirectoryUser>;
  isLoading: boolean;
  onMore(): void;
}

function Members({ listed: { items, hasMore }, isLoading, onMore }: MembersProps) {
  const { t } = useTranslation();
  return (
    <div>
      <Header variant="h3">{t('directory.groups.members')}</Header>
      {items.length === 0 && <Box color="text-body-secondary">{t('directory.groups.no-members')}</Box>}
      <ul>
        {items.map(({ userId, userName, displayName, isActive }) => (
          <li key={userId}>
            <EntryLink href={`/directory?person=${userId}`} text={userName} />
            {displayName !== undefined && <> {displayName}</>}
            {!isActive && (
              <Box margin={{ left: 'xs' }} display="inline">
                <ActiveLabel isActive={isActive} />
              </Box>
            )}
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button loading={isLoading} onClick={onMore}>
          {t('directory.groups.more')}
        </Button>
      )}
    </div>
  );
}
