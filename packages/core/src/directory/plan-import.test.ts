import { makeDirectoryGroupId, makeDirectoryUserId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import type { StoredGroup, StoredUser } from '../stores/directory-stores.ts';
import { type KnownDirectory, planImport } from './plan-import.ts';
import { readPeople } from './read-people.ts';

let drawn = 0;
const clock = {
  nowMs: () => Date.parse('2026-11-22T10:00:00.000Z'),
  randomBytes: (length: number) => {
    drawn += 1;
    return Uint8Array.from({ length }, (_, index) => (drawn >> (8 * (length - 1 - index))) & 255);
  },
};
const before = '2026-11-21T10:00:00.000Z';

const group = (name: string, source: 'csv' | 'scim' = 'csv'): StoredGroup => ({
  group: { groupId: makeDirectoryGroupId(clock), name, source, createdAt: before, changedAt: before },
  revision: 1,
});

const user = (userName: string, groups: StoredGroup[] = [], changes: Partial<StoredUser['user']> = {}): StoredUser => ({
  user: {
    userId: makeDirectoryUserId(clock),
    userName,
    isActive: true,
    source: 'csv',
    createdAt: before,
    changedAt: before,
    ...changes,
  },
  groupIds: groups.map((one) => one.group.groupId),
  revision: 1,
});

const plan = (csv: string, known: Partial<KnownDirectory> = {}, mode: 'merge' | 'replace' = 'merge') =>
  planImport(readPeople(csv).people, { users: [], groups: [], ...known }, { mode, clock });

/** Names of the groups that a planned person is in. */
function groupsAfter({ users, newGroups }: ReturnType<typeof plan>, known: readonly StoredGroup[]): string[][] {
  const all = [...known, ...newGroups.map(({ after }) => after)];
  const nameOf = (id: string) => all.find((one) => one?.group.groupId === id)?.group.name ?? 'unknown';
  return users.map(({ after }) => (after?.groupIds ?? []).map(nameOf).sort());
}

describe('planImport', () => {
  test('adds people and each group once, however its name is spelled', () => {
    const planned = plan('userName,groups\nada,Night;Day\nbea,NIGHT');
    expect(planned.counts).toEqual({
      users: { added: 2, changed: 0, removed: 0, unchanged: 0 },
      groups: { added: 2, changed: 0, removed: 0, unchanged: 0 },
    });
    expect(groupsAfter(planned, [])).toEqual([['Day', 'Night'], ['Night']]);
    expect(planned.users[0]?.after?.user).toMatchObject({ userName: 'ada', isActive: true, source: 'csv' });
  });

  test('what its file says again is unchanged, and written by nobody', () => {
    const night = group('Night');
    const ada = user('ada', [night], { displayName: 'Ada', email: 'ada@example.com' });
    const planned = plan('userName,displayName,email,isActive,groups\nada,Ada,ada@example.com,true,night', {
      users: [ada],
      groups: [night],
    });
    expect([planned.users, planned.newGroups]).toEqual([[], []]);
    expect(planned.counts).toMatchObject({ users: { unchanged: 1 }, groups: { unchanged: 1 } });
  });

  test('keeps what has no column, removes what is empty, and keeps the id', () => {
    const night = group('Night');
    const ada = user('ada', [night], { displayName: 'Ada', email: 'ada@example.com', isActive: false });
    const planned = plan('userName,email\nAda,', { users: [ada], groups: [night] });
    expect(planned.users).toEqual([
      {
        before: ada,
        after: {
          ...ada,
          user: {
            userId: ada.user.userId,
            userName: 'Ada',
            displayName: 'Ada',
            isActive: false,
            source: 'csv',
            createdAt: before,
            changedAt: '2026-11-22T10:00:00.000Z',
          },
        },
      },
    ]);
  });

  test('a line says all groups by CSV, and none of those by SCIM', () => {
    const [night, day, staff] = [group('Night'), group('Day'), group('Staff', 'scim')];
    const known = { users: [user('ada', [night, staff])], groups: [night, day, staff] };
    expect(groupsAfter(plan('userName,groups\nada,Day', known), known.groups)).toEqual([['Day', 'Staff']]);
    expect(groupsAfter(plan('userName,groups\nada,', known), known.groups)).toEqual([['Staff']]);
  });

  test('replace removes who and what came by CSV and is not named; merge removes nobody', () => {
    const [night, day, staff] = [group('Night'), group('Day'), group('Staff', 'scim')];
    const [ada, bea, cyd] = [user('ada', [day]), user('bea', [night]), user('cyd', [], { source: 'scim' })];
    const known = { users: [ada, bea, cyd], groups: [night, day, staff] };
    const replaced = plan('userName,groups\nada,Day', known, 'replace');
    expect([replaced.users, replaced.oldGroups]).toEqual([[{ before: bea }], [{ before: night }]]);
    expect(replaced.counts).toEqual({
      users: { added: 0, changed: 0, removed: 1, unchanged: 1 },
      groups: { added: 0, changed: 0, removed: 1, unchanged: 1 },
    });
    const merged = plan('userName,groups\nada,Day', known, 'merge');
    expect([merged.users, merged.oldGroups]).toEqual([[], []]);
  });

  test('a line or a group of it that is the identity provider’s is a fault', () => {
    const known = { users: [user('Ada', [], { source: 'scim' })], groups: [group('Staff', 'scim')] };
    expect(plan('userName,groups\nada,\nbea,Night;staff', known).faults).toMatchObject([
      { line: 2, column: 'userName' },
      { line: 3, column: 'groups', detail: expect.stringContaining('"staff"') },
    ]);
  });
});
