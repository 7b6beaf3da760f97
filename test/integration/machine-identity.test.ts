import {
  assignRole,
  getMe,
  listRoleAssignments,
  type Role,
  type RouteContract,
  revokeAgent,
  routes,
  startSession,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

const refused = [401, 403];

async function membersOf(role: Role) {
  const { roles } = await stack.api(people.administrator)(listRoleAssignments, {});
  return roles.find((one) => one.role === role)?.members;
}

const isForPeople = ({ access }: RouteContract) => access.kind === 'roles' || access.kind === 'signed-in';

describe('the identity of a host', () => {
  test('ROL-002: lets every enrolled host ask for decisions without being given a role, and people never', async () => {
    const agent = await RawAgent.enrol(stack);
    const body = agent.sessionBody();
    expect((await agent.call(startSession, { body })).json.decision.policyId).toBeDefined();
    expect(await membersOf('PolicyQuery')).toEqual([]);
    const ofPerson = await callRaw(stack, startSession, { body }, await stack.accessToken(people.administrator));
    expect(refused).toContain(ofPerson.status);
  });

  test('ROL-002: opens nothing that is for people', async () => {
    const agent = await RawAgent.enrol(stack);
    const opened: string[] = [];
    for (const route of routes.filter(isForPeople)) {
      const { status } = await agent.call(route);
      if (!refused.includes(status)) opened.push(`${route.operationId}: ${status}`);
    }
    expect(opened).toEqual([]);
  });

  test('is worth nothing once it is revoked', async () => {
    const agent = await RawAgent.enrol(stack);
    await stack.api(people.administrator)(revokeAgent, { params: { agentId: agent.agentId } });
    const answer = await agent.call(startSession, { body: agent.sessionBody() });
    expect(refused).toContain(answer.status);
  });
});

describe('roles of the log', () => {
  test('ROL-003: the one that writes it is nobody’s, and cannot be given to anybody', async () => {
    const token = await stack.accessToken(people.administrator);
    const members = [{ kind: 'user' as const, name: people.visitor.username }];
    const given = await callRaw(stack, assignRole, { params: { role: 'LoggingWriter' }, body: { members } }, token);
    expect(problemNameOf(given)).toBe('invalid-request');
    expect(await membersOf('LoggingWriter')).toEqual([]);
    const { roles } = await stack.api(people.administrator)(getMe, {});
    expect(roles).toContain('PolicyAdministrator');
    expect(roles).not.toContain('LoggingWriter');
  });

  test('ROL-004: the one that reads it has no members until somebody is made one', async () => {
    expect(await membersOf('LoggingReader')).toEqual([]);
    const { roles } = await stack.api(people.visitor)(getMe, {});
    expect(roles).toEqual([]);
    const members = [{ kind: 'user' as const, name: people.visitor.username }];
    await stack.api(people.administrator)(assignRole, { params: { role: 'LoggingReader' }, body: { members } });
    expect((await stack.api(people.visitor)(getMe, {})).roles).toEqual(['LoggingReader']);
  });
});
