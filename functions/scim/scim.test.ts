import { createHash } from 'node:crypto';
import * as contracts from '@afterimage/contracts';
import { formatScimCredential } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { serve } from '../_runtime/http/route-binding.ts';
import { scimApi } from '../_runtime/http/scim-api.ts';
import { httpEvent, lambdaContext } from '../_testing/http-events.ts';
import { MemoryAudit } from '../_testing/memory-audit.ts';
import { MemoryDirectory, MemoryScimTokens } from '../_testing/memory-directory.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { createGroup, patchGroup } from './change-groups.ts';
import { createUser, patchUser, replaceUser } from './change-users.ts';
import { findGroups, showGroup } from './show-groups.ts';
import { findUsers, showUser } from './show-users.ts';

process.env.AWS_LAMBDA_LOG_LEVEL = 'FATAL';

const scimUrl = 'https://afterimage.example/scim/v2';
const secret = 's'.repeat(43);

let clock: TestClock;
let audit: MemoryAudit;
let tokens: MemoryScimTokens;
let directory: MemoryDirectory;
let handler: ReturnType<typeof scimApi>;
let authorization: string;

beforeEach(async () => {
  clock = new TestClock();
  audit = new MemoryAudit(clock);
  tokens = new MemoryScimTokens();
  directory = new MemoryDirectory();
  const scimTokenId = contracts.makeScimTokenId(clock);
  const token = {
    scimTokenId,
    name: 'provider',
    createdAt: new Date(clock.nowMs()).toISOString(),
    createdBy: 'ada',
    expiresAt: new Date(clock.nowMs() + 86_400_000).toISOString(),
  };
  await tokens.create(token, createHash('sha256').update(secret).digest('base64'));
  authorization = `Bearer ${formatScimCredential({ scimTokenId, secret })}`;
  handler = scimApi('test', { directory, tokens, audit, clock, scimUrl }, [
    serve(contracts.listScimUsers, findUsers),
    serve(contracts.createScimUser, createUser),
    serve(contracts.getScimUser, showUser),
    serve(contracts.replaceScimUser, replaceUser),
    serve(contracts.patchScimUser, patchUser),
    serve(contracts.listScimGroups, findGroups),
    serve(contracts.createScimGroup, createGroup),
    serve(contracts.getScimGroup, showGroup),
    serve(contracts.patchScimGroup, patchGroup),
  ]);
});

async function send(method: string, path: string, body?: object, query?: Record<string, string>, rawBody?: string) {
  const [, kind, id] = path.split('/');
  const params = id === undefined ? undefined : { [kind === 'Users' ? 'userId' : 'groupId']: id };
  const event = httpEvent({
    method,
    path: `/scim/v2${path}`,
    headers: { authorization, 'content-type': contracts.scimMediaType },
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(rawBody === undefined ? {} : { rawBody }),
  });
  const { statusCode, headers, body: text } = await handler(event, lambdaContext);
  return { statusCode, headers, json: text === '' ? {} : JSON.parse(text) };
}

const patch = (path: string, ...Operations: object[]) =>
  send('PATCH', path, { schemas: [contracts.scimUrns.patchOp], Operations });
const newUser = async (userName: string, more: object = {}) =>
  (await send('POST', '/Users', { schemas: [contracts.scimUrns.user], userName, ...more })).json.id as string;
const newGroup = async (displayName: string, ...members: string[]) => {
  const body = { schemas: [contracts.scimUrns.group], displayName, members: members.map((value) => ({ value })) };
  return (await send('POST', '/Groups', body)).json.id as string;
};
const membersOf = async (groupId: string) =>
  (await send('GET', `/Groups/${groupId}`)).json.members.map(({ value }: { value: string }) => value);

describe('the token', () => {
  const status = async () => (await send('GET', '/Users')).statusCode;

  test('opens until it expires, and is noted as used once an hour', async () => {
    const lastUsed = async () => (await tokens.list())[0]?.lastUsedAt;
    expect([await status(), await lastUsed()]).toEqual([200, '2026-11-22T10:00:00.000Z']);
    clock.advance(3_599_000);
    expect([await status(), await lastUsed()]).toEqual([200, '2026-11-22T10:00:00.000Z']);
    clock.advance(1000);
    expect([await status(), await lastUsed()]).toEqual([200, '2026-11-22T11:00:00.000Z']);
    clock.advance(86_400_000);
    expect(await status()).toBe(401);
  });

  test.each([
    ['no token', () => ''],
    ['another secret', (good: string) => `${good.slice(0, -1)}x`],
    ['an id alone', (good: string) => good.split('.')[0] ?? ''],
    ['another scheme', (good: string) => good.replace('Bearer', 'Basic')],
    ['something behind it', (good: string) => `${good}.x`],
  ])('%s is refused in SCIM’s form, and nothing is read or audited', async (_name, change) => {
    authorization = change(authorization);
    const { statusCode, headers, json } = await send('POST', '/Users', { schemas: [], userName: 'ada' });
    expect([statusCode, headers['www-authenticate'], headers['content-type']]).toEqual([
      401,
      'Bearer',
      'application/scim+json',
    ]);
    expect(json).toMatchObject({ schemas: [contracts.scimUrns.error], status: '401' });
    expect([directory.users.size, audit.rows]).toEqual([0, []]);
  });

  test('is the actor of what it changes, and of what it was refused; what it reads is not audited', async () => {
    await newUser('ada');
    await newUser('ADA');
    await send('GET', '/Users');
    const [token] = await tokens.list();
    const intent = { actor: token?.scimTokenId, action: 'scim.create-user' };
    expect(audit.rows).toMatchObject([
      { intent: { ...intent, details: { userName: 'ada' } } },
      { outcome: 'succeeded' },
      { intent: { ...intent, details: { userName: 'ADA' } } },
      { outcome: 'already-exists' },
    ]);
  });
});

describe('bodies', () => {
  test.each([
    ['no JSON', '{', 400, 'invalidSyntax'],
    ['a value of another kind', '{"schemas":[],"userName":7}', 400, 'invalidValue'],
    ['an address that is none', '{"schemas":[],"userName":"ada","emails":[{"value":"x"}]}', 400, 'invalidValue'],
    ['more than a megabyte', `"${'x'.repeat(1024 * 1024)}"`, 413, undefined],
  ])('%s is refused in SCIM’s form', async (_name, text, status, scimType) => {
    const { statusCode, json } = await send('POST', '/Users', undefined, undefined, text);
    expect([statusCode, json.status, json.scimType]).toEqual([status, String(status), scimType]);
  });

  test('a failure is told in SCIM’s form without its cause', async () => {
    directory.listUserNames = async () => Promise.reject(new Error('the table is away'));
    const { statusCode, json } = await send('GET', '/Users');
    expect([statusCode, json.schemas]).toEqual([500, [contracts.scimUrns.error]]);
    expect(JSON.stringify(json)).not.toContain('the table is away');
  });
});

describe('PATCH of a user', () => {
  const details = { externalId: 'x', displayName: 'Ada', emails: [{ type: 'work', value: 'ada@example.com' }] };
  let userId: string;

  beforeEach(async () => {
    userId = await newUser('ada', details);
  });

  test.each([
    ['Replace', 'active', 'False', { active: false }],
    ['replace', 'active', false, { active: false }],
    ['Add', 'displayName', 'Eva', { displayName: 'Eva' }],
    ['replace', 'urn:ietf:params:scim:schemas:core:2.0:User:displayName', 'Eva', { displayName: 'Eva' }],
    ['remove', 'displayName', undefined, { displayName: undefined }],
    ['replace', 'displayName', null, { displayName: undefined }],
    ['remove', 'externalId', undefined, { externalId: undefined }],
    [
      'add',
      'emails',
      [
        { value: 'home@x.org', type: 'home' },
        { value: 'w@x.org', type: 'work' },
      ],
      { emails: [{ value: 'w@x.org' }] },
    ],
    ['replace', 'emails[primary eq true].value', 'p@x.org', { emails: [{ value: 'p@x.org' }] }],
    ['replace', 'emails[type eq "home"].value', 'h@x.org', { emails: [{ value: 'ada@example.com' }] }],
    ['remove', 'emails[type eq "work"]', undefined, { emails: undefined }],
    ['replace', 'addresses[type eq "work"].locality', 'Bern', { displayName: 'Ada' }],
    ['replace', undefined, { active: 'false', nickName: 'A' }, { active: false, displayName: 'Ada' }],
  ])('%s %s %j', async (op, path, value, expected) => {
    const { statusCode, json } = await patch(`/Users/${userId}`, { op, path, value });
    expect(statusCode).toBe(200);
    for (const [name, wanted] of Object.entries(expected)) {
      if (wanted === undefined) expect(json).not.toHaveProperty(name);
      else expect(json).toMatchObject({ [name]: wanted });
    }
  });

  test.each([
    [{ op: 'move', path: 'active', value: true }, 'invalidSyntax'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', value: 'ada' }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
    [{ op: 'remove', path: 'userName' }, 'invalidValue'],
    [{ op: 'remove', path: 'active' }, 'invalidValue'],
    [{ op: 'replace', path: 'groups', value: [] }, 'mutability'],
    [{ op: 'replace', path: 'shoeSize', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[', value: 1 }, 'invalidPath'],
  ])('%j is refused as %s, with what stands before it', async (operation, scimType) => {
    const before = (await send('GET', `/Users/${userId}`)).json;
    const refused = await patch(`/Users/${userId}`, { op: 'replace', path: 'displayName', value: 'Eva' }, operation);
    expect([refused.statusCode, refused.json.scimType]).toEqual([400, scimType]);
    expect((await send('GET', `/Users/${userId}`)).json).toEqual(before);
  });

  test('who came by CSV is the identity provider’s once it writes them', async () => {
    const [stored] = await directory.findUsersByName(['ada']);
    if (stored === undefined) throw new Error('the user is not there');
    directory.users.set(stored.user.userId, { ...stored, user: { ...stored.user, source: 'csv' } });
    await patch(`/Users/${userId}`, { op: 'replace', path: 'active', value: true });
    expect((await directory.findUsersByName(['ada']))[0]?.user.source).toBe('scim');
  });

  test('an id that is none, or nobody’s, is not found', async () => {
    for (const id of ['nonsense', 'usr_01jbbbbbbbbbbbbbbbbbbbbbbb']) {
      expect((await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true })).statusCode).toBe(404);
      expect((await send('GET', `/Users/${id}`)).json).toMatchObject({ status: '404' });
    }
  });
});

describe('PATCH of a group', () => {
  let ada: string;
  let bea: string;
  let cyd: string;
  let groupId: string;

  beforeEach(async () => {
    [ada, bea, cyd] = [await newUser('ada'), await newUser('bea'), await newUser('cyd')];
    groupId = await newGroup('Night', ada, bea);
  });

  test('several operations count in their order', async () => {
    await patch(
      `/Groups/${groupId}`,
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: cyd }, { value: ada }] },
      { op: 'remove', path: `members[value eq "${ada}"]` },
    );
    expect(await membersOf(groupId)).toEqual([cyd]);
    await patch(
      `/Groups/${groupId}`,
      { op: 'remove', path: `members[value eq "${cyd}"]` },
      { op: 'add', path: 'members', value: { value: cyd } },
    );
    expect(await membersOf(groupId)).toEqual([cyd]);
  });

  test('members may come without a path, beside other attributes', async () => {
    await patch(`/Groups/${groupId}`, { op: 'add', value: { members: [{ value: cyd }], externalId: 'x' } });
    expect((await membersOf(groupId)).sort()).toEqual([ada, bea, cyd].sort());
    expect((await send('GET', `/Groups/${groupId}`)).json).toMatchObject({ externalId: 'x' });
  });

  test('who is not a member leaves without a word; who does not exist cannot join', async () => {
    const stranger = 'usr_01jbbbbbbbbbbbbbbbbbbbbbbb';
    const leaving = [{ value: cyd }, { value: stranger }, { value: 'nonsense' }];
    expect((await patch(`/Groups/${groupId}`, { op: 'remove', path: 'members', value: leaving })).statusCode).toBe(204);
    const joining = { op: 'add', path: 'members', value: [{ value: cyd }, { value: stranger }] };
    const refused = await patch(`/Groups/${groupId}`, joining, { op: 'replace', path: 'displayName', value: 'Day' });
    expect([refused.statusCode, refused.json.scimType]).toEqual([400, 'invalidValue']);
    expect(refused.json.detail).toContain(stranger);
    expect((await membersOf(groupId)).sort()).toEqual([ada, bea].sort());
    expect((await send('GET', `/Groups/${groupId}`)).json.displayName).toBe('Night');
  });

  test.each([
    [{ op: 'add', path: 'members[value eq "x"]', value: {} }, 'invalidPath'],
    [{ op: 'remove', path: 'members[type eq "User"]' }, 'invalidPath'],
    [{ op: 'replace', path: 'members', value: 'ada' }, 'invalidValue'],
    [{ op: 'remove', path: 'displayName' }, 'invalidValue'],
    [{ op: 'replace', path: 'meta', value: {} }, 'mutability'],
    [{ op: 'replace', path: 'colour', value: 'red' }, 'invalidPath'],
  ])('%j is refused as %s', async (operation, scimType) => {
    const { statusCode, json } = await patch(`/Groups/${groupId}`, operation);
    expect([statusCode, json.scimType]).toEqual([400, scimType]);
  });

  test('members are shown of one group, and of a list only where they are asked for', async () => {
    const shown = async (query?: Record<string, string>) => (await send('GET', '/Groups', undefined, query)).json;
    expect((await shown()).Resources[0]).not.toHaveProperty('members');
    expect((await shown({ attributes: 'members' })).Resources).toEqual([
      { schemas: [contracts.scimUrns.group], id: groupId, members: [{ value: ada }, { value: bea }] },
    ]);
    const one = await send('GET', `/Groups/${groupId}`, undefined, { excludedAttributes: 'members,meta' });
    expect(Object.keys(one.json).sort()).toEqual(['displayName', 'id', 'schemas']);
  });

  test.each([
    ['displayName eq "NIGHT"', 1],
    ['displayName eq "night" and externalId eq "x"', 0],
    ['displayName eq "night" and displayName eq "day"', undefined],
    ['members.value eq "nonsense"', 0],
    ['memberOf eq "x"', undefined],
  ])('the filter %s finds %s', async (filter, count) => {
    const { json } = await send('GET', '/Groups', undefined, { filter });
    expect(json.totalResults).toBe(count);
    if (count === undefined) expect(json.scimType).toBe('invalidFilter');
  });

  test('finds the groups of a member', async () => {
    const found = await send('GET', '/Groups', undefined, { filter: `members.value eq "${ada}"` });
    expect(found.json.Resources).toMatchObject([{ id: groupId }]);
  });
});

describe('filters of users', () => {
  test.each([
    ['displayName eq "Ada"', 'invalidFilter'],
    ['emails[type eq "home"].value eq "a@b.c"', 'invalidFilter'],
    ['name.familyName eq "X"', 'invalidFilter'],
  ])('%s is refused: nothing has a key for it', async (filter, scimType) => {
    expect((await send('GET', '/Users', undefined, { filter })).json.scimType).toBe(scimType);
  });

  test('what has a key is held against the rest', async () => {
    await newUser('ada', { displayName: 'Ada', externalId: 'X' });
    const count = async (filter: string) => (await send('GET', '/Users', undefined, { filter })).json.totalResults;
    expect(await count('userName eq "ADA" and displayName eq "ada"')).toBe(1);
    expect(await count('userName eq "ADA" and externalId eq "x"')).toBe(0);
    expect(await count('active eq false and userName eq "ada"')).toBe(0);
  });
});
