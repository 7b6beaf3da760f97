import type { DirectoryGroupId, DirectoryUserId } from '@afterimage/contracts';
import type { Change, DirectoryStore, StoredGroup, StoredUser, WriteOutcome } from '../stores/directory-stores.ts';

/** So often something is read and changed again because somebody else was quicker. */
const maxAttempts = 8;

export type Taken = Exclude<WriteOutcome, 'written' | 'changed-meanwhile'>;

/**
 * Changes a person as they are now. `change` may be asked more than once, and answers what it was given where nothing
 * is to change, or undefined for a person who is to go.
 * @returns the person, who was there before; undefined where nobody was
 * @throws Error where somebody else is quicker again and again
 */
export async function changeUser(
  store: Pick<DirectoryStore, 'findUsers' | 'writeUsers'>,
  userId: DirectoryUserId,
  change: (before: StoredUser) => StoredUser | undefined,
): Promise<StoredUser | Taken | undefined> {
  return repeat(async () => {
    const [before] = await store.findUsers([userId]);
    if (before === undefined) return { result: undefined };
    const after = change(before);
    if (after === before) return { result: before };
    const [outcome] = await store.writeUsers([after === undefined ? { before } : { before, after }]);
    return resultOf(outcome, after ?? before);
  });
}

/** As `changeUser`. Who was in a group that goes is out of it at once, and tidied up afterwards. */
export async function changeGroup(
  store: Pick<DirectoryStore, 'findGroups' | 'writeGroups'>,
  groupId: DirectoryGroupId,
  change: (before: StoredGroup) => StoredGroup | undefined,
): Promise<StoredGroup | Taken | undefined> {
  return repeat(async () => {
    const [before] = await store.findGroups([groupId]);
    if (before === undefined) return { result: undefined };
    const after = change(before);
    if (after === before) return { result: before };
    const [outcome] = await store.writeGroups([after === undefined ? { before } : { before, after }]);
    return resultOf(outcome, after ?? before);
  });
}

/** Ids that nobody has are passed over. */
export async function moveMembers(
  store: Pick<DirectoryStore, 'findUsers' | 'writeUsers'>,
  groupId: DirectoryGroupId,
  { joining = [], leaving = [] }: { joining?: readonly DirectoryUserId[]; leaving?: readonly DirectoryUserId[] },
): Promise<void> {
  const joins = new Set(joining);
  const after = (before: StoredUser): StoredUser => {
    const others = before.groupIds.filter((id) => id !== groupId);
    return { ...before, groupIds: joins.has(before.user.userId) ? [...others, groupId] : others };
  };
  let left = [...new Set([...leaving, ...joining])];
  await repeat(async () => {
    const users = await store.findUsers(left);
    const changes = users
      .map((before): Change<StoredUser> & { before: StoredUser } => ({ before, after: after(before) }))
      .filter((change) => change.before.groupIds.includes(groupId) !== joins.has(change.before.user.userId));
    const outcomes = await store.writeUsers(changes);
    left = changes.flatMap(({ before }, index) => (outcomes[index] === 'written' ? [] : [before.user.userId]));
    return left.length === 0 ? { result: undefined } : 'again';
  });
}

/** The group counts for nobody once it is gone; then its members’ rows are tidied up. */
export async function removeGroup(store: DirectoryStore, groupId: DirectoryGroupId): Promise<boolean> {
  const removed = await changeGroup(store, groupId, () => undefined);
  const { items } = await store.listMemberIds(groupId, { limit: Number.POSITIVE_INFINITY });
  await moveMembers(store, groupId, { leaving: items });
  return removed !== undefined;
}

function resultOf<T>(outcome: WriteOutcome | undefined, written: T): { result: T | Taken } | 'again' {
  if (outcome === 'changed-meanwhile' || outcome === undefined) return 'again';
  return { result: outcome === 'written' ? written : outcome };
}

async function repeat<T>(attempt: () => Promise<{ result: T } | 'again'>): Promise<T> {
  for (let attempts = 0; attempts < maxAttempts; attempts++) {
    const outcome = await attempt();
    if (outcome !== 'again') return outcome.result;
  }
  throw new Error('the directory is changed by others again and again');
}
