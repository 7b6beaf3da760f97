import * as contracts from '@afterimage/contracts';
import { systemRecordingPolicies } from '@afterimage/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callRoute } from '../_testing/call-route.ts';
import { startOneMachine } from '../_testing/one-machine.ts';
import { manyRules, ruleOf } from '../_testing/sample-policy.ts';
import { TestClock } from '../_testing/test-clock.ts';

const clock = new TestClock();
const user = (name: string) => ({ principals: [{ kind: 'user' as const, name }] });
const ruleFor = (name: string, action: contracts.RecordingAction = 'record-without-notification') =>
  ruleOf(clock, { name: `For ${name}`, action, criteria: user(name) });

let machine: Awaited<ReturnType<typeof startOneMachine>>;
let policies: Awaited<ReturnType<typeof load>>['handler'];
const savedEnvironment = { ...process.env };
const load = () => import('./handler.ts');

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
  policies = (await load()).handler;
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine.stop();
});

type Body<R extends contracts.RouteContract> = contracts.RouteRequest<R>['body'];

async function create(body: Body<typeof contracts.createRecordingPolicy> = {}) {
  const answer = await callRoute(policies, contracts.createRecordingPolicy, { body });
  expect(answer.status).toBe(201);
  return answer.json.policy;
}

const show = async (policyId: contracts.RecordingPolicyId) =>
  callRoute(policies, contracts.getRecordingPolicy, { params: { policyId } });

const change = (
  policyId: contracts.RecordingPolicyId,
  body: Body<typeof contracts.changeRecordingPolicy>,
  person = 'root',
) => callRoute(policies, contracts.changeRecordingPolicy, { params: { policyId }, body }, { person });

const activate = (policyId: contracts.RecordingPolicyId, expectedActivePolicyId?: contracts.RecordingPolicyId) =>
  callRoute(policies, contracts.activateRecordingPolicy, { body: { policyId, expectedActivePolicyId } });

const problemOf = ({ status, problem }: { status: number; problem: { type?: string } }) =>
  `${status} ${problem.type?.replace('urn:afterimage:problem:', '')}`;

describe('recording policies', () => {
  test('POL-007: at first nothing is recorded, and the policies of the product are all there are', async () => {
    const { json } = await callRoute(policies, contracts.listRecordingPolicies);
    expect(json.activePolicyId).toBe('do-not-record');
    expect(json.policies.map(({ policyId }) => policyId)).toEqual(Object.keys(systemRecordingPolicies));
    expect(json.policies.every(({ isSystemDefined, ruleCount }) => isSystemDefined && ruleCount === 1)).toBe(true);
  });

  test('POL-004: a new one is called “New policy”, is not active and has no rules', async () => {
    const policy = await create();
    expect(policy).toMatchObject({ name: 'New policy', version: 1, rules: [], changedBy: 'root' });
    expect((await show(policy.policyId)).json).toEqual({ policy, isActive: false });
  });

  test('POL-002: is created, renamed, described, copied, marked read-only and deleted', async () => {
    const rule = ruleFor('ada');
    const { policyId } = await create({ draft: { name: 'Finance', rules: [rule] }, comment: 'for the audit' });
    const renamed = await change(policyId, {
      expectedVersion: 1,
      draft: { name: 'Finance and trade', description: 'As agreed in May', rules: [rule] },
    });
    expect(renamed.json.policy).toMatchObject({ name: 'Finance and trade', version: 2, rules: [rule] });
    expect(renamed.json.changes.map(({ kind }) => kind)).toEqual(['name', 'description']);
    const copy = await create({ copyOf: policyId });
    expect(copy).toMatchObject({
      name: 'Copy of Finance and trade',
      description: 'As agreed in May',
      rules: [rule],
      version: 1,
    });
    expect(copy.policyId).not.toBe(policyId);
    const marked = await change(copy.policyId, { expectedVersion: 1, draft: { ...copy, isReadOnly: true } as never });
    expect(marked.json.policy.isReadOnly).toBe(true);
    const remove = () => callRoute(policies, contracts.deleteRecordingPolicy, { params: { policyId } });
    expect((await remove()).status).toBe(204);
    expect(problemOf(await show(policyId))).toBe('404 policy-not-found');
    expect(problemOf(await remove())).toBe('404 policy-not-found');
    const { json } = await callRoute(policies, contracts.listRecordingPolicies);
    expect(json.policies.map((policy) => policy.policyId)).not.toContain(policyId);
  });

  test('a copy of one of the product takes its options, and not the rule that is for everybody', async () => {
    const copy = await create({ copyOf: 'record-everyone-with-notification', draft: { name: 'Mine' } });
    expect(copy).toMatchObject({ name: 'Mine', rules: [], isReadOnly: false, isSystemDefined: false });
    expect(copy.options).toEqual(systemRecordingPolicies['record-everyone-with-notification'].options);
  });

  test('POL-008: rules are added, edited and deleted, and the answer says so', async () => {
    const [one, two, three] = [ruleFor('ada'), ruleFor('bea'), ruleFor('cid')];
    const { policyId } = await create({ draft: { rules: [one, two] } });
    const edited = { ...two, action: 'do-not-record' as const };
    const { json } = await change(policyId, { expectedVersion: 1, draft: { rules: [edited, three] } });
    expect(json.changes.map(({ kind, ruleId }) => [kind, ruleId])).toEqual([
      ['rule-changed', two.ruleId],
      ['rule-added', three.ruleId],
      ['rule-removed', one.ruleId],
    ]);
    expect((await show(policyId)).json.policy.rules).toEqual([edited, three]);
  });

  test('content that is as before makes no version', async () => {
    const { policyId } = await create({ draft: { rules: [ruleFor('ada')] } });
    const { policy } = (await show(policyId)).json;
    const answer = await change(policyId, { expectedVersion: 1, draft: policy as never });
    expect(answer.json).toMatchObject({ policy: { version: 1 }, changes: [], changeCount: 0 });
  });

  test('holds 10,000 rules, each as it was sent', async () => {
    const rules = manyRules(clock, 10_000);
    const policy = await create({ draft: { name: 'All of them', rules } });
    expect(policy.rules).toEqual(rules);
    const { json } = await change(policy.policyId, { expectedVersion: 1, draft: { rules: rules.slice(1) } });
    expect(json.changeCount).toBe(2);
    expect((await show(policy.policyId)).json.policy.rules).toEqual(rules.slice(1));
  });

  test('an answer that would repeat too many changes names so many and counts all', async () => {
    const { policyId } = await create({ draft: { rules: manyRules(clock, 600) } });
    const { json } = await change(policyId, { expectedVersion: 1, draft: { name: 'New policy', rules: [] } });
    expect(json.changes).toHaveLength(500);
    expect(json.changeCount).toBe(600);
  });

  test.each([
    ['a rule without criteria', { criteria: {} }, '/draft/rules/0/criteria'],
    [
      'an address that is none',
      { criteria: { clientAddresses: ['10.0.0.0/33'] } },
      '/draft/rules/0/criteria/clientAddresses/0',
    ],
    ['a criterion that is none', { criteria: { ...user('ada'), moods: ['good'] } }, '/draft/rules/0/criteria'],
    ['POL-031: an action that is none', { action: 'record-sometimes' }, '/draft/rules/0/action'],
    [
      'POL-032: audio of events alone',
      { action: 'record-events-with-notification', options: { recordsAudio: true } },
      '/draft/rules/0/options/recordsAudio',
    ],
    ['an id that is none', { ruleId: 'first' }, '/draft/rules/0/ruleId'],
  ])('POL-039: refuses %s, and points at it', async (_, fault, pointer) => {
    const draft = { rules: [{ ...ruleFor('ada'), ...fault }] };
    const answer = await callRoute(policies, contracts.createRecordingPolicy, { body: { draft } as never });
    expect(problemOf(answer)).toBe('400 invalid-request');
    expect(answer.problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  test('of a document that is wrong everywhere, a hundred faults are pointed at', async () => {
    const rules = manyRules(clock, 1_000).map((rule) => ({ ...rule, criteria: {} }));
    const answer = await callRoute(policies, contracts.createRecordingPolicy, { body: { draft: { rules } } });
    expect(problemOf(answer)).toBe('400 invalid-request');
    expect(answer.problem.errors).toHaveLength(100);
  });

  test('more than can be taken is said to be too large', async () => {
    const rules = manyRules(clock, 10_000).map((rule) => ({ ...rule, name: rule.name.padEnd(250, '.') }));
    const answer = await callRoute(policies, contracts.createRecordingPolicy, { body: { draft: { rules } } });
    expect(problemOf(answer)).toBe('413 payload-too-large');
  });
});

describe('two administrators', () => {
  test('the second is told who was first and when, and nothing of the first is lost', async () => {
    const { policyId } = await create({ draft: { name: 'Shared' } });
    const first = await change(policyId, { expectedVersion: 1, draft: { name: 'By bea' } }, 'bea');
    const second = await change(policyId, { expectedVersion: 1, draft: { name: 'By cid' } }, 'cid');
    expect(problemOf(second)).toBe('409 policy-changed');
    expect(second.problem.detail).toContain(`bea made version 2 at ${first.json.policy.changedAt}`);
    expect((await show(policyId)).json.policy).toEqual(first.json.policy);
  });

  test('of twenty at the same moment one has changed it, wholly', async () => {
    const { policyId } = await create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        change(
          policyId,
          { expectedVersion: 1, draft: { name: `By ${index}`, rules: [ruleFor(`${index}`)] } },
          `${index}`,
        ),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => problemOf(answer) === '409 policy-changed')).toHaveLength(19);
    expect((await show(policyId)).json.policy).toEqual(won[0]?.json.policy);
    const { json } = await callRoute(policies, contracts.listRecordingPolicyVersions, { params: { policyId } });
    expect(json.versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('one who has lost the role in the middle of an edit is refused, and nothing has changed', async () => {
    const { policyId } = await create({ draft: { name: 'As it was' } });
    const answer = await callRoute(
      policies,
      contracts.changeRecordingPolicy,
      { params: { policyId }, body: { expectedVersion: 1, draft: { name: 'Mine' } } },
      { person: 'dan', groups: [] },
    );
    expect(problemOf(answer)).toBe('403 role-missing');
    expect((await show(policyId)).json.policy).toMatchObject({ name: 'As it was', version: 1 });
  });
});

describe('the history of a policy', () => {
  test('says who made each version, when and why, newest first, page by page', async () => {
    const { policyId } = await create({ comment: 'first' });
    for (let version = 1; version < 5; version++) {
      const draft = { name: `Version ${version + 1}` };
      await change(policyId, { expectedVersion: version, draft, comment: `to ${version + 1}` }, `admin-${version}`);
    }
    const list = (query: object) =>
      callRoute(policies, contracts.listRecordingPolicyVersions, { params: { policyId }, query: query as never });
    const first = (await list({ limit: 3 })).json;
    expect(first.hasMore).toBe(true);
    expect(first.versions.map(({ version, comment, changedBy }) => [version, comment, changedBy])).toEqual([
      [5, 'to 5', 'admin-4'],
      [4, 'to 4', 'admin-3'],
      [3, 'to 3', 'admin-2'],
    ]);
    const second = (await list({ limit: 3, beforeVersion: 3 })).json;
    expect(second).toMatchObject({ hasMore: false, versions: [{ version: 2 }, { version: 1, comment: 'first' }] });
  });

  test('shows a version as it was and what it changed, against the one before or another', async () => {
    const { policyId } = await create({ draft: { name: 'One' } });
    await change(policyId, { expectedVersion: 1, draft: { name: 'Two' } });
    await change(policyId, { expectedVersion: 2, draft: { name: 'Three', description: 'third' } });
    const compare = (version: number, against?: number) =>
      callRoute(policies, contracts.compareRecordingPolicyVersions, {
        params: { policyId, version } as never,
        query: (against === undefined ? {} : { against }) as never,
      });
    expect((await compare(2)).json).toMatchObject({
      policy: { name: 'Two', version: 2 },
      changes: [{ kind: 'name', before: 'One', after: 'Two' }],
    });
    expect((await compare(3, 1)).json.changes).toHaveLength(2);
    expect((await compare(1)).json).toMatchObject({ policy: { name: 'One' }, changes: [] });
    expect(problemOf(await compare(4))).toBe('404 policy-not-found');
    expect(problemOf(await compare(3, 9))).toBe('404 policy-not-found');
  });

  test('goes back as the next version; what came between stays', async () => {
    const rules = [ruleFor('ada')];
    const { policyId } = await create({ draft: { name: 'Good', rules } });
    await change(policyId, { expectedVersion: 1, draft: { name: 'Bad' } });
    const restore = (version: number, expectedVersion: number) =>
      callRoute(policies, contracts.restoreRecordingPolicyVersion, {
        params: { policyId, version } as never,
        body: { expectedVersion, comment: 'back' },
      });
    expect((await restore(1, 2)).json.policy).toMatchObject({ name: 'Good', rules, version: 3 });
    expect(problemOf(await restore(1, 2))).toBe('409 policy-changed');
    expect(problemOf(await restore(7, 3))).toBe('404 policy-not-found');
    const { json } = await callRoute(policies, contracts.listRecordingPolicyVersions, { params: { policyId } });
    expect(json.versions.map(({ version, restores }) => [version, restores])).toEqual([
      [3, 1],
      [2, undefined],
      [1, undefined],
    ]);
  });

  test('of a deleted policy stays, for the decisions that were made by it', async () => {
    const { policyId } = await create({ draft: { name: 'Gone' } });
    await callRoute(policies, contracts.deleteRecordingPolicy, { params: { policyId } });
    const { json } = await callRoute(policies, contracts.compareRecordingPolicyVersions, {
      params: { policyId, version: 1 } as never,
    });
    expect(json.policy).toMatchObject({ name: 'Gone', version: 1 });
  });
});

describe('a policy that is marked read-only', () => {
  test('takes a change that lifts the mark and no other', async () => {
    const rules = [ruleFor('ada')];
    const draft = { name: 'Frozen', rules };
    const { policyId } = await create({ draft: { ...draft, isReadOnly: true } });
    const renamed = await change(policyId, {
      expectedVersion: 1,
      draft: { ...draft, name: 'Other', isReadOnly: true },
    });
    expect(problemOf(renamed)).toBe('409 policy-read-only');
    const both = await change(policyId, { expectedVersion: 1, draft: { ...draft, name: 'Other' } });
    expect(problemOf(both)).toBe('409 policy-read-only');
    const restored = await callRoute(policies, contracts.restoreRecordingPolicyVersion, {
      params: { policyId, version: 1 } as never,
      body: { expectedVersion: 1 },
    });
    expect(restored.json).toMatchObject({ policy: { version: 1, isReadOnly: true }, changeCount: 0 });
    const removed = await callRoute(policies, contracts.deleteRecordingPolicy, { params: { policyId } });
    expect(problemOf(removed)).toBe('409 policy-read-only');
  });

  test('can be changed again once the mark is lifted', async () => {
    const { policyId } = await create({ draft: { name: 'Frozen', isReadOnly: true } });
    const lifted = await change(policyId, { expectedVersion: 1, draft: { name: 'Frozen' } });
    expect(lifted.json.policy).toMatchObject({ isReadOnly: false, version: 2 });
    expect((await change(policyId, { expectedVersion: 2, draft: { name: 'Thawed' } })).status).toBe(200);
  });
});

describe('the active policy', () => {
  test('POL-005: is one, and activating another replaces it', async () => {
    const { policyId } = await create({ draft: { name: 'Active' } });
    expect((await activate(policyId)).json).toEqual({ activePolicyId: policyId });
    expect((await show(policyId)).json.isActive).toBe(true);
    await activate('record-everyone-with-notification');
    expect((await show(policyId)).json.isActive).toBe(false);
    const { json } = await callRoute(policies, contracts.listRecordingPolicies);
    expect(json).toMatchObject({ activePolicyId: 'record-everyone-with-notification', activatedBy: 'root' });
  });

  test('is not replaced by who believes another to be active', async () => {
    await activate('do-not-record');
    expect((await activate('record-everyone-with-notification', 'do-not-record')).status).toBe(200);
    expect(problemOf(await activate('record-events-with-notification', 'do-not-record'))).toBe('409 policy-changed');
    const { policyId } = await create();
    expect(problemOf(await activate(policyId, 'do-not-record'))).toBe('409 policy-changed');
    expect((await activate(policyId, 'record-everyone-with-notification')).status).toBe(200);
  });

  test('POL-009: is changed only by who says that they mean it', async () => {
    const { policyId } = await create();
    await activate(policyId);
    const body = { expectedVersion: 1, draft: { rules: [ruleFor('ada')] } };
    expect(problemOf(await change(policyId, body))).toBe('409 confirmation-required');
    expect((await show(policyId)).json.policy.version).toBe(1);
    expect((await change(policyId, { ...body, confirmsActive: true })).json.policy.version).toBe(2);
    const { json } = await callRoute(policies, contracts.testRecordingPolicy, {
      body: {
        attributes: { user: { value: 'ada', assertedBy: 'agent' }, host: { value: 'desk', assertedBy: 'agent' } },
      },
    });
    expect(json.decision).toMatchObject({ policyId, policyVersion: 2, action: 'record-without-notification' });
  });

  test('POL-010: cannot be deleted', async () => {
    const { policyId } = await create();
    await activate(policyId);
    const remove = () => callRoute(policies, contracts.deleteRecordingPolicy, { params: { policyId } });
    expect(problemOf(await remove())).toBe('409 policy-active');
    await activate('do-not-record');
    expect((await remove()).status).toBe(204);
    expect(problemOf(await activate(policyId))).toBe('404 policy-not-found');
  });

  test('is active in its newest version, however changes and activations cross', async () => {
    const { policyId } = await create();
    for (let version = 1; version <= 10; version++) {
      const body = { expectedVersion: version, draft: { name: `${version}` }, confirmsActive: true };
      const [activated, changed] = await Promise.all([activate(policyId), change(policyId, body)]);
      expect([activated.status, changed.status]).toEqual([200, 200]);
      const { json } = await callRoute(policies, contracts.testRecordingPolicy, {
        body: { attributes: { user: { value: 'a', assertedBy: 'agent' }, host: { value: 'b', assertedBy: 'agent' } } },
      });
      expect(json.decision).toMatchObject({ policyId, policyVersion: version + 1 });
      await activate('do-not-record');
    }
  });

  test('POL-011, POL-012: those of the product can be neither changed nor deleted', async () => {
    for (const policyId of contracts.systemRecordingPolicyIdSchema.options) {
      const changed = await change(policyId, { expectedVersion: 1, draft: { name: 'Mine' }, confirmsActive: true });
      expect(problemOf(changed)).toBe('403 policy-system-defined');
      const removed = await callRoute(policies, contracts.deleteRecordingPolicy, { params: { policyId } });
      expect(problemOf(removed)).toBe('403 policy-system-defined');
      expect((await show(policyId)).json.policy).toEqual(systemRecordingPolicies[policyId]);
    }
  });
});
