import { type DirectoryUserId, makeDirectoryGroupId, makeDirectoryUserId } from '@afterimage/contracts';
import { type Clock, nowIso } from '../stores/clock.ts';
import type { Change, StoredGroup, StoredUser } from '../stores/directory-stores.ts';
import { foldName } from './fold-name.ts';
import type { ImportedPerson } from './read-people.ts';
import type { ImportFault } from './read-table.ts';

/** What the directory has of the people and groups that an import names, and of those that it would remove. */
export interface KnownDirectory {
  users: readonly StoredUser[];
  groups: readonly StoredGroup[];
}

export interface ImportPlan {
  users: Change<StoredUser>[];
  /** New ones, to be written before the people. */
  newGroups: Change<StoredGroup>[];
  /** To be removed after the people have left them. */
  oldGroups: Change<StoredGroup>[];
  counts: { users: ImportCounts; groups: ImportCounts };
  faults: ImportFault[];
}

export interface ImportCounts {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

const byScim = 'came from the identity provider by SCIM: change it there';

/**
 * What an import changes. `merge` touches who is named; `replace` removes who came by CSV and is not named. A line says
 * all groups that its person has by CSV; groups by SCIM stay, and so does whatever else came by SCIM.
 */
export function planImport(
  people: readonly ImportedPerson[],
  known: KnownDirectory,
  { mode, clock }: { mode: 'merge' | 'replace'; clock: Clock },
): ImportPlan {
  const users = new Map(known.users.map((stored) => [foldName(stored.user.userName), stored]));
  const groups = new Map(known.groups.map((stored) => [foldName(stored.group.name), stored]));
  const named = nameGroups(people, groups, clock);
  const planned = people.map((person) => {
    const before = users.get(foldName(person.userName));
    return changeOf(before, planPerson(person, before, { named, known, clock }));
  });
  const isReplaced = mode === 'replace';
  const present = new Set(people.map(({ userName }) => foldName(userName)));
  const gone = isReplaced ? known.users.filter(isGone(present)) : [];
  const oldGroups = isReplaced
    ? known.groups.filter(({ group }) => group.source === 'csv' && !named.has(foldName(group.name)))
    : [];
  const newGroups = [...named.values()].filter(({ revision }) => revision === 0);
  const changes = planned.filter(({ before, after }) => before !== after);
  const added = changes.filter(({ before }) => before === undefined).length;
  const unchanged = planned.length - changes.length;
  return {
    users: [...changes, ...gone.map((before) => ({ before }))],
    newGroups: newGroups.map((after) => ({ after })),
    oldGroups: oldGroups.map((before) => ({ before })),
    counts: {
      users: { added, changed: changes.length - added, removed: gone.length, unchanged },
      groups: {
        added: newGroups.length,
        changed: 0,
        removed: oldGroups.length,
        unchanged: named.size - newGroups.length,
      },
    },
    faults: faultsOf(people, users, groups),
  };
}

function isGone(present: ReadonlySet<string>): (stored: StoredUser) => boolean {
  return ({ user }) => user.source === 'csv' && !present.has(foldName(user.userName));
}

function changeOf(before: StoredUser | undefined, after: StoredUser): Change<StoredUser> {
  return { ...(before === undefined ? {} : { before }), after };
}

function faultsOf(
  people: readonly ImportedPerson[],
  users: ReadonlyMap<string, StoredUser>,
  groups: ReadonlyMap<string, StoredGroup>,
): ImportFault[] {
  return people.flatMap(({ line, userName, groups: names = [] }) => [
    ...(users.get(foldName(userName))?.user.source === 'scim'
      ? [{ line, column: 'userName', detail: `"${userName}" ${byScim}` }]
      : []),
    ...names
      .filter((name) => groups.get(foldName(name))?.group.source === 'scim')
      .map((name) => ({ line, column: 'groups', detail: `"${name}" ${byScim}` })),
  ]);
}

/** The groups that lines name: those that are there as they are, the others new, named as the first line has it. */
function nameGroups(
  people: readonly ImportedPerson[],
  groups: ReadonlyMap<string, StoredGroup>,
  clock: Clock,
): Map<string, StoredGroup> {
  const named = new Map<string, StoredGroup>();
  const at = nowIso(clock);
  for (const name of people.flatMap((person) => person.groups ?? [])) {
    const key = foldName(name);
    if (named.has(key)) continue;
    const group = { groupId: makeDirectoryGroupId(clock), name, source: 'csv' as const, createdAt: at, changedAt: at };
    named.set(key, groups.get(key) ?? { group, revision: 0 });
  }
  return named;
}

interface Planning {
  named: ReadonlyMap<string, StoredGroup>;
  known: KnownDirectory;
  clock: Clock;
}

/** The person as the line has them; `before` itself where that is what they are already. */
function planPerson(person: ImportedPerson, before: StoredUser | undefined, planning: Planning): StoredUser {
  const at = nowIso(planning.clock);
  const user = {
    userId: before?.user.userId ?? newUserId(planning.clock),
    userName: person.userName,
    ...optional('displayName', person.displayName, before?.user.displayName),
    ...optional('email', person.email, before?.user.email),
    ...(before?.user.externalId === undefined ? {} : { externalId: before.user.externalId }),
    isActive: person.isActive ?? before?.user.isActive ?? true,
    source: 'csv' as const,
    createdAt: before?.user.createdAt ?? at,
    changedAt: before?.user.changedAt ?? at,
  };
  const groupIds = planGroups(person, before, planning);
  if (before !== undefined && isSame(before, user, groupIds)) return before;
  return { user: { ...user, changedAt: at }, groupIds, revision: before?.revision ?? 0 };
}

const newUserId = (clock: Clock): DirectoryUserId => makeDirectoryUserId(clock);

/** Absent: as it was. Null: none. */
function optional<K extends string>(name: K, said: string | null | undefined, was: string | undefined) {
  const value = said === undefined ? was : said;
  return (value === undefined || value === null ? {} : { [name]: value }) as Partial<Record<K, string>>;
}

function planGroups({ groups }: ImportedPerson, before: StoredUser | undefined, { named, known }: Planning) {
  const had = before?.groupIds ?? [];
  if (groups === undefined) return had;
  const byCsv = new Set(known.groups.flatMap(({ group }) => (group.source === 'csv' ? [group.groupId] : [])));
  const wanted = groups.flatMap((name) => named.get(foldName(name))?.group.groupId ?? []);
  return [...new Set([...had.filter((groupId) => !byCsv.has(groupId)), ...wanted])];
}

function isSame(before: StoredUser, user: StoredUser['user'], groupIds: readonly string[]): boolean {
  const { displayName, email, userName, isActive } = before.user;
  const had = new Set<string>(before.groupIds);
  return (
    displayName === user.displayName &&
    email === user.email &&
    userName === user.userName &&
    isActive === user.isActive &&
    had.size === groupIds.length &&
    groupIds.every((groupId) => had.has(groupId))
  );
}
