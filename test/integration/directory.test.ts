import {
  assignRole,
  createScimToken,
  deleteDirectoryGroup,
  deleteDirectoryUser,
  getDirectoryUser,
  getMe,
  importDirectory,
  listAgents,
  listDirectoryGroupMembers,
  listDirectoryGroups,
  listDirectoryUsers,
  listRoleAssignments,
  listScimTokens,
  revokeScimToken,
  roleSchema,
  scimUrns,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/command-line.ts';
import { ScimClient } from '../support/scim-client.ts';
import { type Person, people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

let stack: Stack;
let truth: StoredTruth;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

const admin = () => stack.api(people.administrator);

async function newClient(userAgent: string): Promise<ScimClient> {
  const { token } = await admin()(createScimToken, { body: { name: userAgent } });
  const { scimUrl } = await admin()(listScimTokens, {});
  return new ScimClient({ url: scimUrl, token, userAgent });
}

describe('Entra ID writes the directory', () => {
  let entra: ScimClient;
  let userId: string;
  let groupId: string;

  beforeAll(async () => {
    entra = await newClient('Entra ID');
  });

  test('asks for somebody who is not there, to see that the token is good', async () => {
    const { status, json, contentType } = await entra.get('/Users?filter=userName eq "0a21f0f2-not-there"');
    expect([status, contentType]).toEqual([200, 'application/scim+json']);
    expect(json).toEqual({
      schemas: [scimUrns.listResponse],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  test('creates a user with what is kept and with what is not', async () => {
    const created = await entra.post('/Users', {
      schemas: [scimUrns.user, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
    });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      userName: 'Test_User_ab6490ee',
      displayName: 'givenName familyName',
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      active: true,
      emails: [{ value: 'Test_User_fd0ea19b@testuser.com', type: 'work', primary: true }],
      groups: [],
    });
    userId = created.id;
    expect(created.location).toBe(`${stack.endpoint}/scim/v2/Users/${userId}`);
  });

  test.each([
    'userName eq "test_user_AB6490ee"',
    'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
    'emails[type eq "work"].value eq "test_user_fd0ea19b@testuser.com"',
    'userName eq "Test_User_ab6490ee" and active eq true',
  ])('finds the user by %s', async (filter) => {
    const { json } = await entra.get(`/Users?filter=${filter}`);
    expect(json).toMatchObject({ totalResults: 1, Resources: [{ id: userId }] });
  });

  test('refuses another user of the same name, upper and lower case alike', async () => {
    const refused = await entra.post('/Users', { schemas: [scimUrns.user], userName: 'TEST_USER_AB6490EE' });
    expect([refused.status, refused.contentType]).toEqual([409, 'application/scim+json']);
    expect(refused.json).toMatchObject({ schemas: [scimUrns.error], status: '409', scimType: 'uniqueness' });
  });

  test('creates a group with its own second schema, and finds it without its members', async () => {
    const created = await entra.post('/Groups', {
      schemas: [scimUrns.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Night shift',
      meta: { resourceType: 'Group' },
    });
    expect([created.status, created.json]).toMatchObject([201, { displayName: 'Night shift', members: [] }]);
    groupId = created.id;
    const found = await entra.get('/Groups?excludedAttributes=members&filter=displayName eq "night shift"');
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ id: groupId, displayName: 'Night shift' }] });
    expect(JSON.stringify(found.json)).not.toContain('members');
  });

  test('adds a member as it writes it, with a reference that is null', async () => {
    const added = await entra.patch(`/Groups/${groupId}`, [
      { op: 'Add', path: 'members', value: [{ $ref: null, value: userId }] },
    ]);
    expect(added.status).toBe(204);
    const { json } = await entra.get(`/Users/${userId}`);
    expect(json).toMatchObject({ groups: [{ value: groupId, display: 'Night shift' }] });
    const asked = await entra.get(`/Groups?filter=id eq "${groupId}" and members eq "${userId}"`);
    expect(asked.json).toMatchObject({ totalResults: 1 });
  });

  test('replaces several attributes, among them some that are not kept', async () => {
    const changed = await entra.patch(`/Users/${userId}`, [
      { op: 'Replace', path: 'displayName', value: 'Pvlo' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'TestBcwqnm@test.microsoft.com' },
      { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
      { op: 'Replace', path: 'externalId', value: 'Eqpj' },
      {
        op: 'Replace',
        path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
        value: 'Eqpj',
      },
    ]);
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({
      displayName: 'Pvlo',
      externalId: 'Eqpj',
      emails: [{ value: 'TestBcwqnm@test.microsoft.com' }],
    });
    expect((await entra.get('/Users?filter=externalId eq "Eqpj"')).json).toMatchObject({ totalResults: 1 });
    expect((await entra.get('/Users?filter=externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"')).json).toMatchObject({
      totalResults: 0,
    });
  });

  test('writes several in one value, with paths for names', async () => {
    const changed = await entra.patch(`/Users/${userId}`, [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'TestMhvaes@test.microsoft.com' },
      {
        op: 'replace',
        value: {
          displayName: 'Bjfe',
          'name.givenName': 'Kkom',
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber': 'Aklq',
        },
      },
    ]);
    expect(changed.json).toMatchObject({ displayName: 'Bjfe', emails: [{ value: 'TestMhvaes@test.microsoft.com' }] });
  });

  test('disables a user with "False", and the groups count no more at once', async () => {
    const disabled = await entra.patch(`/Users/${userId}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect(disabled.json).toMatchObject({ active: false, groups: [] });
    const enabled = await entra.patch(`/Users/${userId}`, [{ op: 'Replace', path: 'active', value: true }]);
    expect(enabled.json).toMatchObject({ active: true, groups: [{ value: groupId }] });
  });

  test('removes a member by the value, and one by the path', async () => {
    const remove = { op: 'Remove', path: 'members', value: [{ $ref: null, value: userId }] };
    expect((await entra.patch(`/Groups/${groupId}`, [remove])).status).toBe(204);
    expect((await entra.get(`/Groups/${groupId}`)).json).toMatchObject({ members: [] });
    await entra.patch(`/Groups/${groupId}`, [{ op: 'Add', path: 'members', value: [{ value: userId }] }]);
    await entra.patch(`/Groups/${groupId}`, [{ op: 'remove', path: `members[value eq "${userId}"]` }]);
    expect((await entra.get(`/Groups/${groupId}`)).json).toMatchObject({ members: [] });
  });

  test('renames a user and a group, which are found by their new names alone', async () => {
    await entra.patch(`/Users/${userId}`, [{ op: 'Replace', path: 'userName', value: '5b50642d@testuser.com' }]);
    await entra.patch(`/Groups/${groupId}`, [{ op: 'Replace', path: 'displayName', value: 'Late shift' }]);
    expect((await entra.get('/Users?filter=userName eq "Test_User_ab6490ee"')).json.totalResults).toBe(0);
    expect((await entra.get('/Users?filter=userName eq "5b50642d@testuser.com"')).json.totalResults).toBe(1);
    expect((await entra.get('/Groups?filter=displayName eq "Night shift"')).json.totalResults).toBe(0);
    expect((await entra.get('/Groups?filter=displayName eq "Late shift"')).json.totalResults).toBe(1);
  });

  test('deletes both, which are not found again', async () => {
    expect((await entra.delete(`/Users/${userId}`)).status).toBe(204);
    expect((await entra.delete(`/Groups/${groupId}`)).status).toBe(204);
    const gone = await entra.get(`/Users/${userId}`);
    expect([gone.status, gone.json]).toMatchObject([404, { schemas: [scimUrns.error], status: '404' }]);
    expect((await entra.get(`/Groups/${groupId}`)).status).toBe(404);
  });
});

describe('Okta writes the directory', () => {
  let okta: ScimClient;
  let userId: string;
  let otherId: string;
  let groupId: string;
  const oktaUser = {
    schemas: [scimUrns.user],
    userName: 'test.user@okta.local',
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
    displayName: 'Test User',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  };

  beforeAll(async () => {
    okta = await newClient('Okta SCIM Client 1.0.0');
  });

  test('looks for a user, creates them, and reads them again', async () => {
    const asked = await okta.get('/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100');
    expect(asked.json).toMatchObject({ totalResults: 0, startIndex: 1, Resources: [] });
    const created = await okta.post('/Users', oktaUser);
    expect(created.status).toBe(201);
    expect(JSON.stringify(created.json)).not.toContain('1mz050nq');
    userId = created.id;
    expect((await okta.get(`/Users/${userId}`)).json).toEqual(created.json);
    otherId = (await okta.post('/Users', { ...oktaUser, userName: 'other@okta.local', externalId: 'other' })).id;
  });

  test('writes a user anew by PUT', async () => {
    const put = await okta.put(`/Users/${userId}`, { ...oktaUser, id: userId, displayName: 'Another User' });
    expect([put.status, put.json]).toMatchObject([200, { id: userId, displayName: 'Another User', active: true }]);
  });

  test('pushes a group without members, then members, then another name with its id beside it', async () => {
    const created = await okta.post('/Groups', { schemas: [scimUrns.group], displayName: 'Test SCIMv2', members: [] });
    expect(created.status).toBe(201);
    groupId = created.id;
    const display = 'test.user@okta.local';
    await okta.patch(`/Groups/${groupId}`, [{ op: 'add', path: 'members', value: [{ value: otherId, display }] }]);
    const moved = await okta.patch(`/Groups/${groupId}`, [
      { op: 'remove', path: `members[value eq "${otherId}"]` },
      { op: 'add', path: 'members', value: [{ value: userId, display }] },
    ]);
    expect(moved.status).toBe(204);
    expect((await okta.get(`/Groups/${groupId}`)).json).toMatchObject({ members: [{ value: userId }] });
    await okta.patch(`/Groups/${groupId}`, [{ op: 'replace', value: { id: groupId, displayName: 'Test SCIMv20' } }]);
    expect((await okta.get(`/Groups/${groupId}`)).json).toMatchObject({
      displayName: 'Test SCIMv20',
      members: [{ value: userId }],
    });
  });

  test('replaces all members at once', async () => {
    const value = [{ value: otherId, display: 'other@okta.local' }];
    await okta.patch(`/Groups/${groupId}`, [{ op: 'replace', path: 'members', value }]);
    expect((await okta.get(`/Groups/${groupId}`)).json.members).toEqual([{ value: otherId }]);
    const put = { schemas: [scimUrns.group], displayName: 'Test SCIMv20', members: [{ value: userId }] };
    expect((await okta.put(`/Groups/${groupId}`, put)).json).toMatchObject({ members: [{ value: userId }] });
  });

  test('deactivates a user without a path', async () => {
    const { status, json } = await okta.patch(`/Users/${userId}`, [{ op: 'replace', value: { active: false } }]);
    expect([status, json]).toMatchObject([200, { active: false, groups: [] }]);
    const put = await okta.put(`/Users/${userId}`, { ...oktaUser, active: undefined });
    expect(put.json).toMatchObject({ active: false });
  });

  test('imports page by page, always in the same order', async () => {
    const all = await okta.get('/Users?startIndex=1&count=100');
    const total = Number(all.json.totalResults);
    expect(total).toBeGreaterThan(6);
    const pages = await Promise.all([1, 4, 7].map((start) => okta.get(`/Users?startIndex=${start}&count=3`)));
    expect(pages.flatMap(({ ids }) => ids)).toEqual(all.ids.slice(0, 9));
    expect((await okta.get('/Users?count=0')).json).toMatchObject({ totalResults: total, Resources: [] });
    expect((await okta.get('/Groups?startIndex=1&count=100')).ids).toContain(groupId);
  });

  test('refuses what it cannot do, in SCIM’s own words, and changes nothing', async () => {
    const before = (await okta.get(`/Users/${userId}`)).json;
    const refusals = await Promise.all([
      okta.get('/Users?filter=userName co "a"'),
      okta.patch(`/Users/${userId}`, [
        { op: 'replace', path: 'displayName', value: 'half done' },
        { op: 'replace', path: 'emails', value: [{ value: 'no address' }] },
      ]),
      okta.patch(`/Users/${userId}`, [{ op: 'replace', path: 'shoeSize', value: 42 }]),
      okta.patch(`/Users/${userId}`, [{ op: 'replace', path: 'id', value: 'x' }]),
      okta.patch(`/Groups/${groupId}`, [{ op: 'add', path: 'members', value: [{ value: groupId }] }]),
      okta.post('/Users', { schemas: [scimUrns.user] }),
    ]);
    expect(refusals.map(({ status, json }) => [status, json.scimType])).toEqual([
      [400, 'invalidFilter'],
      [400, 'invalidValue'],
      [400, 'invalidPath'],
      [400, 'mutability'],
      [400, 'invalidValue'],
      [400, 'invalidValue'],
    ]);
    expect((await okta.get(`/Users/${userId}`)).json).toEqual(before);
  });
});

describe('the token of a provider', () => {
  test('is refused when it is wrong, missing or revoked, in SCIM’s own form', async () => {
    const { token, scimToken } = await admin()(createScimToken, { body: { name: 'to be revoked' } });
    const { scimUrl } = await admin()(listScimTokens, {});
    const client = new ScimClient({ url: scimUrl, token, userAgent: 'provider' });
    expect((await client.get('/ServiceProviderConfig')).status).toBe(200);
    for (const wrong of [`${token}x`, token.slice(0, 30), '']) {
      const refused = await new ScimClient({ url: scimUrl, token: wrong, userAgent: 'provider' }).get('/Users');
      expect([refused.status, refused.json]).toMatchObject([401, { schemas: [scimUrns.error], status: '401' }]);
    }
    await admin()(revokeScimToken, { params: { scimTokenId: scimToken.scimTokenId } });
    expect((await client.get('/Users')).status).toBe(401);
  });

  test('is the actor of what it writes, and says when it was last used', async () => {
    const client = await newClient('audited');
    await client.post('/Users', { schemas: [scimUrns.user], userName: 'audited' });
    const { tokens } = await admin()(listScimTokens, {});
    const token = tokens.find(({ name }) => name === 'audited');
    expect(token?.lastUsedAt).toBeDefined();
    const rows = await truth.rows('Audit', `AUDIT#${new Date().toISOString().slice(0, 10)}`);
    const intents = rows.map(({ data }) => data as { actor?: string; action?: string; details?: object });
    expect(intents.filter(({ actor }) => actor === token?.scimTokenId)).toMatchObject([
      { action: 'scim.create-user', details: { userName: 'audited' } },
    ]);
  });

  test('says what is here of SCIM', async () => {
    const client = await newClient('discovery');
    expect((await client.get('/ServiceProviderConfig')).json).toMatchObject({ patch: { supported: true } });
    expect((await client.get('/ResourceTypes')).json).toMatchObject({ totalResults: 2 });
    expect((await client.get('/Schemas')).ids).toEqual([scimUrns.user, scimUrns.group]);
  });
});

describe('CSV', () => {
  const csv = (...lines: string[]) => ['userName;displayName;groups', ...lines].join('\r\n');

  test('a dry run counts and writes nothing; the import then does what was counted', async () => {
    const body = { csv: csv('otto;Otto;"Porters;Night"', 'olga;"Olga ""O"" Ost";Porters') };
    const counted = await admin()(importDirectory, { body: { ...body, isDryRun: true } });
    expect(counted).toMatchObject({ users: { added: 2 }, groups: { added: 2 }, errors: [] });
    expect((await admin()(listDirectoryUsers, { query: { startsWith: 'otto' } })).users).toEqual([]);
    expect(await admin()(importDirectory, { body })).toEqual(counted);
    expect(await admin()(importDirectory, { body })).toMatchObject({ users: { added: 0, changed: 0, unchanged: 2 } });
    const { users } = await admin()(listDirectoryUsers, { query: { startsWith: 'OTTO' } });
    expect(users).toMatchObject([{ userName: 'otto', displayName: 'Otto', isActive: true, source: 'csv' }]);
    const { groups } = await admin()(listDirectoryGroups, { query: { startsWith: 'porters' } });
    expect(groups).toMatchObject([{ name: 'Porters', memberCount: 2, source: 'csv' }]);
  });

  test('with a fault in any line nothing is written, and each fault says its line and column', async () => {
    const body = { csv: csv('new one;;', ';;', 'otto;;') };
    const { errors, users } = await admin()(importDirectory, { body });
    expect(errors).toMatchObject([{ line: 3, column: 'userName' }]);
    expect(users.added).toBe(0);
    expect((await admin()(listDirectoryUsers, { query: { startsWith: 'new one' } })).users).toEqual([]);
  });

  test('what came by SCIM stays, whatever is replaced', async () => {
    const client = await newClient('stays');
    await client.post('/Users', { schemas: [scimUrns.user], userName: 'by-scim' });
    const replaced = await admin()(importDirectory, { body: { csv: csv('otto;Otto;Porters'), mode: 'replace' } });
    expect(replaced.users).toMatchObject({ added: 0, changed: 1 });
    expect(replaced.users.removed).toBeGreaterThanOrEqual(6);
    expect((await admin()(listDirectoryUsers, { query: { startsWith: 'by-scim' } })).users).toHaveLength(1);
    expect((await admin()(listDirectoryUsers, { query: { startsWith: 'olga' } })).users).toEqual([]);
    const { errors } = await admin()(importDirectory, { body: { csv: csv('By-SCIM;;') } });
    expect(errors).toMatchObject([{ line: 2, column: 'userName' }]);
  });

  test('ten thousand people in one call', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `person${index};Person ${index};Team ${index % 100}`);
    const { users, groups, errors } = await admin()(importDirectory, { body: { csv: csv(...lines) } });
    expect({ users: users.added, groups: groups.added, errors }).toEqual({ users: 10_000, groups: 100, errors: [] });
    const { groups: found } = await admin()(listDirectoryGroups, { query: { startsWith: 'team 7' } });
    expect(found[0]).toMatchObject({ name: 'Team 7', memberCount: 100 });
    const tooMany = await admin()(importDirectory, { body: { csv: csv(...lines, 'one more;;') } });
    expect(tooMany.errors).toMatchObject([{ line: 10_002, detail: expect.stringContaining('10000') }]);
  });
});

describe('roles by groups of the directory', () => {
  const assign = (members: { kind: 'user' | 'group'; name: string }[]) =>
    admin()(assignRole, { params: { role: 'PolicyAdministrator' }, body: { members } });
  const mayAdminister = async () => {
    const answer = await stack
      .api(people.visitor)(listAgents, {})
      .catch((error: { kind: string }) => error.kind);
    return typeof answer === 'string' ? answer : 'yes';
  };

  test('ROL-007, ROL-008: a group’s role is its members’ with the next request, and no longer than they are members', async () => {
    const header = 'userName,isActive,groups';
    const imported = (line: string) => admin()(importDirectory, { body: { csv: `${header}\n${line}` } });
    await imported('VIC,true,Guards');
    expect(await mayAdminister()).toBe('role-missing');
    await assign([{ kind: 'group', name: 'guards' }]);
    expect(await mayAdminister()).toBe('yes');
    await imported('vic,false,Guards');
    expect(await mayAdminister()).toBe('person-inactive');
    await imported('vic,true,Guards');
    expect(await mayAdminister()).toBe('yes');
    await imported('vic,true,');
    expect(await mayAdminister()).toBe('role-missing');
    await assign([{ kind: 'user', name: 'Vic' }]);
    expect(await mayAdminister()).toBe('yes');
    await assign([]);
    expect(await mayAdminister()).toBe('role-missing');
  });

  test('ROL-008: who is inactive holds no role, not by name, by a group of the token or as an administrator of the deployment', async () => {
    const imported = (line: string) => admin()(importDirectory, { body: { csv: `userName,isActive\n${line}` } });
    const standing = async (person: Person) => {
      const { isActive, roles } = await stack.api(person)(getMe, {});
      return { isActive, roles };
    };
    await assign([
      { kind: 'user', name: 'vic' },
      { kind: 'group', name: people.visitor.groups[0] ?? '' },
    ]);
    await imported('vic,false');
    expect(await mayAdminister()).toBe('person-inactive');
    expect(await standing(people.visitor)).toEqual({ isActive: false, roles: [] });
    const { output } = await runCommand(stack, people.visitor, 'whoami');
    expect(output).toBe('vic: not active in the directory, so no role counts\n');
    await imported('vic,true');
    expect(await mayAdminister()).toBe('yes');
    expect(await standing(people.visitor)).toEqual({ isActive: true, roles: ['PolicyAdministrator'] });
    const before = await standing(people.administrator);
    expect(before.roles.length).toBeGreaterThan(1);
    await imported('ada,false');
    expect(await standing(people.administrator)).toEqual({ isActive: false, roles: [] });
    await expect(imported('ada,true')).rejects.toMatchObject({ kind: 'person-inactive' });
    // Another administrator, here one by role, takes it back.
    await stack.api(people.visitor)(importDirectory, { body: { csv: 'userName,isActive\nada,true' } });
    expect(await standing(people.administrator)).toEqual(before);
    await assign([]);
  });

  test('who is not in the directory at all holds what they were given by name and by a group of the token', async () => {
    await assign([{ kind: 'user', name: people.reviewer.username }]);
    expect(await stack.api(people.reviewer)(getMe, {})).toMatchObject({
      isActive: true,
      roles: ['Player', 'PolicyAdministrator'],
    });
    await assign([]);
  });

  test('ROL-010: six roles can be assigned; what is none is refused, and changes nothing', async () => {
    expect((await admin()(listRoleAssignments, {})).roles.map(({ role }) => role)).toEqual(roleSchema.options);
    expect(roleSchema.options).toHaveLength(6);
    const headers = {
      authorization: `Bearer ${await stack.accessToken(people.administrator)}`,
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ members: [] });
    const refused = await fetch(`${stack.endpoint}/api/v1/roles/King/members`, { method: 'PUT', headers, body });
    expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ pointer: 'role' }] }]);
  });

  test('nobody joins the bootstrap group by the directory, and who is in it by sign-in stays an administrator', async () => {
    const [group = ''] = people.administrator.groups;
    await admin()(importDirectory, { body: { csv: `userName,groups\nvic,${group}` } });
    expect(await mayAdminister()).toBe('role-missing');
    expect(await admin()(listAgents, {})).toMatchObject({ agents: [] });
  });

  test('a person who goes is out of every group; a group that goes counts for nobody', async () => {
    await admin()(importDirectory, { body: { csv: 'userName,groups\nvic,Guards;Others\nval,Guards' } });
    await assign([{ kind: 'group', name: 'Guards' }]);
    const [guards] = (await admin()(listDirectoryGroups, { query: { startsWith: 'Guards' } })).groups;
    const [val] = (await admin()(listDirectoryUsers, { query: { startsWith: 'val' } })).users;
    if (guards === undefined || val === undefined) throw new Error('the import lost somebody');
    const params = { groupId: guards.groupId };
    await admin()(deleteDirectoryUser, { params: { userId: val.userId } });
    expect((await admin()(listDirectoryGroupMembers, { params })).members).toMatchObject([{ userName: 'vic' }]);
    expect(await mayAdminister()).toBe('yes');
    await admin()(deleteDirectoryGroup, { params });
    expect(await mayAdminister()).toBe('role-missing');
    const [vic] = (await admin()(listDirectoryUsers, { query: { startsWith: 'vic' } })).users;
    if (vic === undefined) throw new Error('a member went with the group');
    const shown = await admin()(getDirectoryUser, { params: { userId: vic.userId } });
    expect(shown.groups).toMatchObject([{ name: 'Others', memberCount: 1 }]);
    await assign([]);
  });
});
