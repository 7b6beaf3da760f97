import { createDynamoClient, DynamoDirectoryStore, DynamoScimTokenStore } from '@afterimage/aws';
import {
  type DirectoryGroupId,
  makeDirectoryGroupId,
  makeDirectoryUserId,
  makeScimTokenId,
} from '@afterimage/contracts';
import {
  changeGroup,
  changeUser,
  type DirectoryStore,
  moveMembers,
  removeGroup,
  type StoredGroup,
  type StoredUser,
} from '@afterimage/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from './_runtime/system-clock.ts';
import { MemoryDirectory } from './_testing/memory-directory.ts';
import { startOneMachine } from './_testing/one-machine.ts';

const at = '2026-11-22T10:00:00.000Z';
const noGroup = makeDirectoryGroupId(systemClock);
const everything = { limit: Number.POSITIVE_INFINITY };
let machine: Awaited<ReturnType<typeof startOneMachine>>;
const savedEnvironment = { ...process.env };
let run = 0;

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine.stop();
});

beforeEach(() => {
  run += 1;
});

/** Names and ids of each test are its own: the table is one. */
const own = (name: string) => `${name}-${run}`;

function newUser(userName: string, changes: Partial<StoredUser['user']> = {}, groupIds: DirectoryGroupId[] = []) {
  const userId = makeDirectoryUserId(systemClock);
  const user = { userId, userName, isActive: true, source: 'csv' as const, createdAt: at, changedAt: at, ...changes };
  return { user, groupIds, revision: 0 } satisfies StoredUser;
}

function newGroup(name: string, changes: Partial<StoredGroup['group']> = {}): StoredGroup {
  const groupId = makeDirectoryGroupId(systemClock);
  return { group: { groupId, name, source: 'csv', createdAt: at, changedAt: at, ...changes }, revision: 0 };
}

const table = () => ({ client: createDynamoClient(), tableName: 'Directory' });
const stores: readonly [string, () => DirectoryStore][] = [
  ['DynamoDB', () => new DynamoDirectoryStore(table())],
  ['memory', () => new MemoryDirectory()],
];

describe.each(stores)('the directory in %s', (_name, create) => {
  let store: DirectoryStore;

  beforeEach(() => {
    store = create();
  });

  const makeUser = async (...[name, ...rest]: Parameters<typeof newUser>) => {
    const after = newUser(own(name), ...rest);
    expect(await store.writeUsers([{ after }])).toEqual(['written']);
    return after.user.userId;
  };
  const makeGroup = async (name: string) => {
    const after = newGroup(own(name));
    expect(await store.writeGroups([{ after }])).toEqual(['written']);
    return after.group.groupId;
  };
  const membersOf = async (groupId: DirectoryGroupId) => (await store.listMemberIds(groupId, everything)).items;

  test('groups count for an active member, by whatever case the name is written in', async () => {
    const groups = [await makeGroup('Night'), await makeGroup('Day')];
    const userId = await makeUser('Ada', {}, groups);
    expect((await store.findGroupsOf(own('ADA'))).sort()).toEqual([own('Day'), own('Night')]);
    await changeUser(store, userId, (before) => ({ ...before, user: { ...before.user, isActive: false } }));
    expect(await store.findGroupsOf(own('ada'))).toEqual([]);
    expect(await store.findGroupsOf('nobody')).toEqual([]);
  });

  test('says of a person whether they are active, and nothing of one whom it does not know', async () => {
    const userId = await makeUser('Ada');
    expect(await store.findEntry(own('ADA'))).toEqual({ isActive: true, groups: [] });
    await changeUser(store, userId, (before) => ({ ...before, user: { ...before.user, isActive: false } }));
    expect(await store.findEntry(own('ada'))).toEqual({ isActive: false, groups: [] });
    expect(await store.findEntry(own('nobody'))).toBeUndefined();
  });

  test('a group that goes counts for nobody, and its name is free again', async () => {
    const groupId = await makeGroup('Night');
    const userId = await makeUser('ada', {}, [groupId]);
    expect(await removeGroup(store, groupId)).toBe(true);
    expect(await removeGroup(store, groupId)).toBe(false);
    expect(await store.findGroupsOf(own('ada'))).toEqual([]);
    expect((await store.findUsers([userId]))[0]?.groupIds).toEqual([]);
    expect(await membersOf(await makeGroup('Night'))).toEqual([]);
  });

  test('a person who goes leaves nothing behind: groups, name, external id and address', async () => {
    const groupId = await makeGroup('Night');
    const email = `${own('ada')}@example.com`;
    const userId = await makeUser('ada', { externalId: own('x'), email }, [groupId]);
    await changeUser(store, userId, () => undefined);
    expect(await membersOf(groupId)).toEqual([]);
    expect(await store.findUsers([userId])).toEqual([]);
    expect(await store.findUserByExternalId(own('x'))).toBeUndefined();
    expect(await store.findUsersByEmail(email)).toEqual([]);
    await makeUser('ADA', { externalId: own('x'), email });
  });

  test('names and external ids are one person’s, names upper and lower case alike', async () => {
    await makeUser('Ada', { externalId: own('x') });
    const bea = await makeUser('Bea', { externalId: own('y') });
    expect(
      await store.writeUsers([
        { after: newUser(own('aDA')) },
        { after: newUser(own('other'), { externalId: own('x') }) },
        { after: newUser(own('fine')) },
      ]),
    ).toEqual(['name-taken', 'external-id-taken', 'written']);
    const rename = (changes: Partial<StoredUser['user']>) =>
      changeUser(store, bea, (before) => ({ ...before, user: { ...before.user, ...changes } }));
    expect(await rename({ userName: own('ADA') })).toBe('name-taken');
    expect(await rename({ externalId: own('x') })).toBe('external-id-taken');
    expect(await store.findUsersByName([own('bea')])).toMatchObject([{ user: { externalId: own('y') } }]);
  });

  test('names and external ids are one group’s, and a new name frees the old one', async () => {
    const groupId = await makeGroup('Night');
    const twin = { ...newGroup(own('NIGHT')) };
    expect(await store.writeGroups([{ after: twin }])).toEqual(['name-taken']);
    const rename = (name: string) =>
      changeGroup(store, groupId, (before) => ({ ...before, group: { ...before.group, name, externalId: own('e') } }));
    await rename(own('Late'));
    expect(await store.writeGroups([{ after: twin }])).toEqual(['written']);
    expect(await rename(own('night'))).toBe('name-taken');
    const sameId = newGroup(own('third'), { externalId: own('e') });
    expect(await store.writeGroups([{ after: sameId }])).toEqual(['external-id-taken']);
    expect(await store.findGroupByExternalId(own('e'))).toMatchObject({ group: { name: own('Late') } });
  });

  test('a person with a new name keeps id and groups, and is not found by the old one', async () => {
    const groupId = await makeGroup('Night');
    const userId = await makeUser('ada', {}, [groupId]);
    await changeUser(store, userId, (before) => ({ ...before, user: { ...before.user, userName: own('Eva') } }));
    expect(await store.findUsersByName([own('ada')])).toEqual([]);
    expect(await store.findUsers([userId])).toMatchObject([{ user: { userName: own('Eva') }, groupIds: [groupId] }]);
    expect(await store.findGroupsOf(own('eva'))).toEqual([own('Night')]);
    expect(await membersOf(groupId)).toEqual([userId]);
  });

  test('who is changed at once by several comes out with what each of them did', async () => {
    const groups = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(makeGroup));
    const userId = await makeUser('ada');
    await Promise.all(groups.map((groupId) => moveMembers(store, groupId, { joining: [userId] })));
    expect([...((await store.findUsers([userId]))[0]?.groupIds ?? [])].sort()).toEqual([...groups].sort());
    for (const groupId of groups) expect(await store.countMembers(groupId)).toBe(1);
  });

  test('what was read before somebody else wrote is not written', async () => {
    const userId = await makeUser('ada');
    const [before] = await store.findUsers([userId]);
    if (before === undefined) throw new Error('the person is not there');
    const after = { ...before, user: { ...before.user, displayName: 'Ada' } };
    expect(await store.writeUsers([{ before, after }])).toEqual(['written']);
    expect(await store.writeUsers([{ before, after }])).toEqual(['changed-meanwhile']);
    expect(await store.writeUsers([{ before }])).toEqual(['changed-meanwhile']);
  });

  test('joining and leaving twice, or with ids that nobody has, changes nothing more', async () => {
    const groupId = await makeGroup('Night');
    const userId = await makeUser('ada');
    const stranger = makeDirectoryUserId(systemClock);
    for (let time = 0; time < 2; time++) await moveMembers(store, groupId, { joining: [userId, stranger] });
    expect(await membersOf(groupId)).toEqual([userId]);
    expect((await store.findUsers([userId]))[0]?.revision).toBe(2);
    for (let time = 0; time < 2; time++) await moveMembers(store, groupId, { leaving: [userId, stranger] });
    expect(await membersOf(groupId)).toEqual([]);
  });

  test('people in hundreds of groups come and go whole', async () => {
    const groups = Array.from({ length: 250 }, (_, index) => newGroup(own(`many${index}`)));
    expect(new Set(await store.writeGroups(groups.map((after) => ({ after }))))).toEqual(new Set(['written']));
    const groupIds = groups.map(({ group }) => group.groupId);
    const userId = await makeUser('ada', {}, groupIds);
    expect(await store.findGroupsOf(own('ada'))).toHaveLength(250);
    await changeUser(store, userId, (before) => ({ ...before, groupIds: groupIds.slice(0, 100) }));
    expect(await store.countMembers(groupIds[99] ?? noGroup)).toBe(1);
    expect(await store.countMembers(groupIds[249] ?? noGroup)).toBe(0);
    await changeUser(store, userId, () => undefined);
    expect(await store.countMembers(groupIds[0] ?? noGroup)).toBe(0);
  });

  test('lists by name, page by page, those that begin so', async () => {
    const prefix = own('list');
    const names = ['Émile', 'ada', 'Bea', 'cyd', 'dan', 'eva', 'Zoë'].map((name) => `${prefix}-${name}`);
    await store.writeUsers(names.map((name) => ({ after: newUser(name) })));
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listUsers({ limit: 3, startsWith: prefix.toUpperCase(), ...(cursor ? { cursor } : {}) });
      listed.push(...page.items.map(({ user }) => user.userName.slice(prefix.length + 1)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(listed).toEqual(['ada', 'Bea', 'cyd', 'dan', 'eva', 'Zoë', 'Émile']);
    expect((await store.listUserNames()).filter((name) => name.startsWith(prefix))).toHaveLength(7);
  });

  test('lists members page by page', async () => {
    const groupId = await makeGroup('Night');
    const users = Array.from({ length: 7 }, (_, index) => newUser(own(`member${index}`), {}, [groupId]));
    await store.writeUsers(users.map((after) => ({ after })));
    const first = await store.listMemberIds(groupId, { limit: 4 });
    const second = await store.listMemberIds(groupId, { limit: 4, ...(first.cursor ? { cursor: first.cursor } : {}) });
    expect([...first.items, ...second.items]).toEqual(users.map(({ user }) => user.userId).sort());
    expect([first.items.length, second.cursor]).toEqual([4, undefined]);
  });
});

describe('tokens for SCIM in DynamoDB', () => {
  const token = () => ({
    scimTokenId: makeScimTokenId(systemClock),
    name: 'Entra ID',
    createdAt: at,
    createdBy: 'ada',
    expiresAt: '2027-11-22T10:00:00.000Z',
  });

  test('are listed in the order in which they were made, found until they are revoked, and do not come back by use', async () => {
    const store = new DynamoScimTokenStore(table());
    const [first, second] = [token(), token()];
    await store.create(first, 'hash');
    await store.create(second, 'hash');
    await store.noteUsed(first.scimTokenId, at);
    expect(new Set(await store.list())).toEqual(new Set([{ ...first, lastUsedAt: at }, second]));
    expect(await store.find(second.scimTokenId)).toEqual({ token: second, secretHash: 'hash' });
    expect([await store.revoke(first.scimTokenId), await store.revoke(first.scimTokenId)]).toEqual([true, false]);
    await store.noteUsed(first.scimTokenId, at);
    expect(await store.find(first.scimTokenId)).toBeUndefined();
  });
});
