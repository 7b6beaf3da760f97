import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as contracts from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { manyRules, ruleOf } from '../../functions/_testing/sample-policy.ts';
import { runCommand } from '../support/command-line.ts';
import { expectProblem } from '../support/expected-problem.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { callRaw, type RawRequest } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const ids = { nowMs: () => Date.now(), randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
const startedAtMs = Date.now();

let stack: Stack;
let truth: StoredTruth;
let agent: RawAgent;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  agent = await RawAgent.enrol(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const userRule = (name: string, action: contracts.RecordingAction) =>
  ruleOf(ids, { name: `For ${name}`, action, criteria: { principals: [{ kind: 'user', name }] } });

async function call<R extends contracts.RouteContract>(
  route: R,
  request: RawRequest<R>,
  person = people.administrator,
) {
  return callRaw(stack, route, request, await stack.accessToken(person));
}

async function create(draft: contracts.RouteRequest<typeof contracts.createRecordingPolicy>['body']['draft'] = {}) {
  return (await api()(contracts.createRecordingPolicy, { body: { draft } })).policy;
}

const activate = (policyId: contracts.RecordingPolicyId) =>
  api()(contracts.activateRecordingPolicy, { body: { policyId } });

async function startSession() {
  const body = agent.sessionBody();
  const { status, json } = await agent.call(contracts.startSession, { body });
  expect(status).toBe(200);
  return json;
}

describe('a recording policy from its making to its end', () => {
  test('POL-001: is made, edited, activated, decides sessions, is rolled back, simulated and deleted', async () => {
    const made = await create({ name: 'Finance', rules: [userRule('ada', 'record-with-notification')] });
    const { policyId } = made;
    const params = { policyId };
    await activate(policyId);
    const first = await startSession();
    expect(first.decision).toMatchObject({ policyId, policyVersion: 1, action: 'record-with-notification' });
    expect(first.decision.notice?.language).toBe('en');

    const draft = { name: 'Finance', rules: [userRule('ada', 'do-not-record')] };
    const body = { expectedVersion: 1, draft, comment: 'by mistake', confirmsActive: true };
    await api()(contracts.changeRecordingPolicy, { params, body });
    expect((await startSession()).decision).toMatchObject({ policyVersion: 2, action: 'do-not-record' });

    const restored = await api()(contracts.restoreRecordingPolicyVersion, {
      params: { policyId, version: 1 },
      body: { expectedVersion: 2, comment: 'back', confirmsActive: true },
    });
    expect(restored.policy.rules).toEqual(made.rules);
    expect((await startSession()).decision).toMatchObject({ policyVersion: 3, action: 'record-with-notification' });

    const history = await api()(contracts.listRecordingPolicyVersions, { params, query: {} });
    expect(history.versions.map(({ version, comment, restores }) => [version, comment, restores])).toEqual([
      [3, 'back', 1],
      [2, 'by mistake', undefined],
      [1, '', undefined],
    ]);
    const compared = await api()(contracts.compareRecordingPolicyVersions, {
      params: { policyId, version: 2 },
      query: {},
    });
    expect(compared.changes.map(({ kind }) => kind)).toEqual(['rule-added', 'rule-removed']);

    const simulated = await api()(contracts.simulateRecordingPolicy, { body: { draft, days: 1 } });
    expect(simulated).toMatchObject({
      before: { sessions: 3, recorded: 2, told: 2 },
      after: { sessions: 3, recorded: 0 },
      changedCount: 2,
    });

    await activate('record-everyone-without-notification');
    await api()(contracts.deleteRecordingPolicy, { params });
    expectProblem(await call(contracts.getRecordingPolicy, { params }), 404, 'policy-not-found');
    const session = await api()(contracts.getSession, { params: { sessionId: first.sessionId } });
    expect(session.session.decision).toEqual(first.decision);
  });

  test('a recording that goes on in a new file is decided anew, once for the file', async () => {
    await activate('record-everyone-without-notification');
    const { sessionId } = await startSession();
    await activate('record-everyone-with-notification');
    const review = { params: { sessionId }, body: { recordingId: contracts.makeRecordingId(ids), fileNumber: 2 } };
    const first = await agent.call(contracts.reviewSession, review);
    expect(first.json).toMatchObject({ outcome: 'go-on-and-tell', decision: { notice: { requiresConsent: false } } });
    await activate('do-not-record');
    expect((await agent.call(contracts.reviewSession, review)).json.outcome).toBe('go-on-and-tell');
    const third = { ...review, body: { ...review.body, fileNumber: 3 } };
    expect((await agent.call(contracts.reviewSession, third)).json.outcome).toBe('stop');
  });

  test('holds 10,000 rules over the wire, and the last of them decides', async () => {
    const rules = [...manyRules(ids, 9_999), userRule('ada', 'record-events-without-notification')];
    const { policyId } = await create({ name: 'Ten thousand', rules });
    await activate(policyId);
    expect((await startSession()).decision).toMatchObject({ policyId, ruleName: 'For ada' });
    const { policy } = await api()(contracts.getRecordingPolicy, { params: { policyId } });
    expect(policy.rules).toEqual(rules);
    await activate('do-not-record');
  });
});

describe('what is refused over the wire', () => {
  const draft = { name: 'Mine' };

  test('POL-003: to whoever is no policy administrator, and nothing is changed', async () => {
    const { policyId } = await create({ name: 'As it was' });
    const change = { params: { policyId }, body: { expectedVersion: 1, draft } };
    for (const person of [people.reviewer, people.visitor]) {
      expectProblem(await call(contracts.changeRecordingPolicy, change, person), 403, 'role-missing');
      expectProblem(await call(contracts.createRecordingPolicy, { body: { draft } }, person), 403, 'role-missing');
      const activation = { body: { policyId } };
      expectProblem(await call(contracts.activateRecordingPolicy, activation, person), 403, 'role-missing');
    }
    const { policy, isActive } = await api()(contracts.getRecordingPolicy, { params: { policyId } });
    expect([policy.name, policy.version, isActive]).toEqual(['As it was', 1, false]);
  });

  test('to an administrator whose role was taken in the middle of an edit', async () => {
    const members = [{ kind: 'user' as const, name: people.visitor.username }];
    await api()(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members } });
    const made = await call(contracts.createRecordingPolicy, { body: { draft } }, people.visitor);
    expect(made.status).toBe(201);
    const { policyId } = made.json.policy;
    await api()(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members: [] } });
    const change = { params: { policyId }, body: { expectedVersion: 1, draft: { name: 'Late' } } };
    expectProblem(await call(contracts.changeRecordingPolicy, change, people.visitor), 403, 'role-missing');
    expect((await api()(contracts.getRecordingPolicy, { params: { policyId } })).policy.version).toBe(1);
  });

  test('each with its problem', async () => {
    const { policyId } = await create({ name: 'Active' });
    await activate(policyId);
    const params = { policyId };
    const gone = { policyId: contracts.makePolicyId(ids) };
    const change = (body: object) => call(contracts.changeRecordingPolicy, { params, body } as never);
    expectProblem(await change({ expectedVersion: 1, draft }), 409, 'confirmation-required');
    expectProblem(await change({ expectedVersion: 7, draft, confirmsActive: true }), 409, 'policy-changed');
    expectProblem(await call(contracts.deleteRecordingPolicy, { params }), 409, 'policy-active');
    await activate('do-not-record');
    expectProblem(await call(contracts.getRecordingPolicy, { params: gone }), 404, 'policy-not-found');
    expectProblem(await call(contracts.activateRecordingPolicy, { body: gone }), 404, 'policy-not-found');
    const believed = { policyId, expectedActivePolicyId: 'record-events-with-notification' as const };
    expectProblem(await call(contracts.activateRecordingPolicy, { body: believed }), 409, 'policy-changed');
    const system = { policyId: 'do-not-record' as const };
    expectProblem(await call(contracts.deleteRecordingPolicy, { params: system }), 403, 'policy-system-defined');
    const frozen = await create({ name: 'Frozen', isReadOnly: true });
    const ofFrozen = { params: { policyId: frozen.policyId } };
    expectProblem(await call(contracts.deleteRecordingPolicy, ofFrozen), 409, 'policy-read-only');
    const off = { body: { draft: {} } };
    expectProblem(await call(contracts.createViewingPolicy, off), 409, 'viewing-policies-off');
    const unknown = { body: { sessionId: contracts.makeSessionId(ids) } };
    expectProblem(await call(contracts.testRecordingPolicy, unknown), 404, 'session-not-found');
  });

  test('a document with faults, each of them pointed at, and a document that is too large', async () => {
    const [rule] = manyRules(ids, 1);
    const faulty = { draft: { name: '', rules: [{ ...rule, criteria: {}, action: 'record-sometimes' }] } };
    const answer = await call(contracts.createRecordingPolicy, { body: faulty } as never);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.problem.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/draft/name',
      '/draft/rules/0/action',
      '/draft/rules/0/criteria',
    ]);
    const large = { draft: { description: 'x'.repeat(3_600_000) } };
    expectProblem(await call(contracts.createRecordingPolicy, { body: large }), 413, 'payload-too-large');
  });
});

describe('the operators’ program', () => {
  test('takes a policy out and in again, activates it and says how it decides', async () => {
    const run = async (...args: string[]) => {
      const { exitCode, output, errors } = await runCommand(stack, people.administrator, 'policies', ...args);
      expect([exitCode, errors]).toEqual([0, '']);
      return output;
    };
    const { policyId } = await create({ name: 'Exported', rules: [userRule('ada', 'record-with-notification')] });
    const file = join(stack.scratch, 'exported.json');
    await run('export', policyId, '--out', file);
    const [imported = ''] = (await run('import', file, '--name', 'Imported')).split(' ');
    expect(imported).not.toBe(policyId);
    await run('activate', imported);
    expect(await run('list')).toMatch(new RegExp(`^${imported} +Imported +1 +1 +yes$`, 'm'));
    expect(await run('test', '--user', 'ADA', '--host', 'desk-7')).toMatch(/^Decision: +record-with-notification$/m);
    expect(await run('test', '--user', 'bea', '--host', 'desk-7')).toMatch(/^Decision: +do-not-record$/m);
    await activate('do-not-record');
  });
});

describe('the audit', () => {
  test('says who did what to which policy, and why', async () => {
    const { policyId } = await create({ name: 'Audited' });
    const body = { expectedVersion: 1, draft: { name: 'Audited 2' }, comment: 'as agreed in May' };
    await api()(contracts.changeRecordingPolicy, { params: { policyId }, body });
    await api()(contracts.changeSiteSettings, { body: { doHostGroupsCount: false } });
    const days = new Set([startedAtMs, Date.now()].map((timeMs) => new Date(timeMs).toISOString().slice(0, 10)));
    const rows = (await Promise.all([...days].map((day) => truth.rows('Audit', `AUDIT#${day}`)))).flat();
    const data = rows.map((row) => row.data);
    expect(data).toContainEqual(
      expect.objectContaining({
        actor: people.administrator.username,
        action: 'policy.change',
        subject: policyId,
        details: { comment: 'as agreed in May' },
      }),
    );
    expect(data).toContainEqual(
      expect.objectContaining({ action: 'settings.change', details: { doHostGroupsCount: 'false' } }),
    );
  });
});
