import { createDynamoClient } from '@afterimage/aws';
import * as contracts from '@afterimage/contracts';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callRoute } from '../_testing/call-route.ts';
import { startOneMachine } from '../_testing/one-machine.ts';
import { SampleDevice } from '../_testing/sample-device.ts';
import { ruleOf } from '../_testing/sample-policy.ts';
import { TestClock } from '../_testing/test-clock.ts';

const clock = new TestClock();
const savedEnvironment = { ...process.env };
let machine: Awaited<ReturnType<typeof startOneMachine>>;
let evaluation: Awaited<ReturnType<typeof loadEvaluation>>['handler'];
let policies: Awaited<ReturnType<typeof loadPolicies>>['handler'];
let directory: Awaited<ReturnType<typeof loadDirectory>>['handler'];
let agentId: contracts.AgentId;
const loadEvaluation = () => import('./handler.ts');
const loadDirectory = () => import('../directory/handler.ts');
const loadPolicies = () => import('../policies/handler.ts');

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
  evaluation = (await loadEvaluation()).handler;
  policies = (await loadPolicies()).handler;
  directory = (await loadDirectory()).handler;
  agentId = await enrol('Trading floor');
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine.stop();
});

async function enrol(machineGroup?: string): Promise<contracts.AgentId> {
  const { agent } = await SampleDevice.create(clock);
  clock.advance(1);
  const data = {
    ...agent,
    agentId: contracts.makeAgentId(clock),
    ...(machineGroup === undefined ? {} : { machineGroup }),
  };
  const Item = { pk: `AGENT#${data.agentId}`, sk: 'AGENT', kind: 'AGENT', sortKey: data.agentId, data };
  await createDynamoClient().send(new PutCommand({ TableName: 'Agents', Item }));
  return data.agentId;
}

/** Makes a person who is in these groups. */
async function join(userName: string, groups: readonly string[]): Promise<void> {
  const csv = `userName,groups\n${userName},${groups.join(';')}\n`;
  const answer = await callRoute(directory, contracts.importDirectory, { body: { csv } });
  expect(answer.json.errors).toEqual([]);
}

const says = (value: string): contracts.Asserted => ({ value, assertedBy: 'agent' });

function sessionOf(attributes: Partial<contracts.SessionAttributes> = {}) {
  clock.advance(1);
  return {
    sessionId: contracts.makeSessionId(clock),
    startedAt: '2026-11-22T10:00:00.000Z',
    attributes: { user: says('ada'), host: says('desk-7'), ...attributes },
  };
}

const start = (body: ReturnType<typeof sessionOf>, by = agentId) =>
  callRoute(evaluation, contracts.startSession, { body }, { agentId: by });

async function decide(attributes: Partial<contracts.SessionAttributes> = {}) {
  const { status, json } = await start(sessionOf(attributes));
  expect(status).toBe(200);
  return json.decision;
}

async function activate(policyId: contracts.RecordingPolicyId) {
  const answer = await callRoute(policies, contracts.activateRecordingPolicy, { body: { policyId } });
  expect(answer.status).toBe(200);
}

async function activateRules(
  rules: Parameters<typeof ruleOf>[1][],
  name = 'Under test',
): Promise<contracts.RecordingPolicy> {
  const draft = { name, rules: rules.map((rule, index) => ruleOf(numbered(index), rule)) };
  const { json } = await callRoute(policies, contracts.createRecordingPolicy, { body: { draft } });
  await activate(json.policy.policyId);
  return json.policy;
}

const numbered = (index: number) => ({
  nowMs: () => clock.nowMs() + index,
  randomBytes: (length: number) => clock.randomBytes(length),
});

const setSettings = (body: contracts.RouteRequest<typeof contracts.changeSiteSettings>['body']) =>
  callRoute(policies, contracts.changeSiteSettings, { body });

describe('a session that starts', () => {
  test('POL-007: is not recorded until somebody has activated a policy that says so', async () => {
    expect(await decide()).toMatchObject({ action: 'do-not-record', policyId: 'do-not-record' });
  });

  test('POL-006: is decided by the active policy alone, with the reason', async () => {
    const rule = { name: 'Ada', criteria: { principals: [{ kind: 'user' as const, name: 'Ada' }] } };
    const other = await activateRules([{ ...rule, action: 'do-not-record' }], 'Not active');
    const policy = await activateRules([{ ...rule, action: 'record-without-notification' }], 'Active');
    const decision = await decide();
    expect(decision).toMatchObject({
      action: 'record-without-notification',
      policyId: policy.policyId,
      policyName: 'Active',
      ruleName: 'Ada',
    });
    expect(decision.policyId).not.toBe(other.policyId);
    expect(decision.reason).toContain('user ada');
  });

  test('POL-052: counts the groups that the directory knows; those of the host alone only where the settings say so', async () => {
    await activateRules([
      { action: 'record-without-notification', criteria: { principals: [{ kind: 'group', name: 'Traders' }] } },
    ]);
    await join('bea', ['Traders']);
    expect((await decide({ user: says('BEA') })).action).toBe('record-without-notification');
    const claimed = { user: says('cid'), groups: [says('Traders')] };
    expect((await decide(claimed)).action).toBe('do-not-record');
    await setSettings({ doHostGroupsCount: true });
    expect((await decide(claimed)).action).toBe('record-without-notification');
    await setSettings({ doHostGroupsCount: false });
    expect((await decide(claimed)).action).toBe('do-not-record');
  });

  test('POL-042: counts the machine group that its host was enrolled into, whatever the host says', async () => {
    await activateRules([
      {
        action: 'record-without-notification',
        criteria: { machines: [{ kind: 'machine-group', name: 'trading floor' }] },
      },
    ]);
    expect((await decide()).action).toBe('record-without-notification');
    const stranger = await enrol();
    const claimed = sessionOf({ machineGroups: [{ value: 'Trading floor', assertedBy: 'administrator' }] });
    expect((await start(claimed, stranger)).json.decision.action).toBe('do-not-record');
  });

  test('a host cannot say that the directory says so', async () => {
    await activateRules([
      { action: 'record-without-notification', criteria: { principals: [{ kind: 'group', name: 'Traders' }] } },
    ]);
    const forged = { user: says('dan'), groups: [{ value: 'Traders', assertedBy: 'directory' as const }] };
    expect((await decide(forged)).action).toBe('do-not-record');
  });

  test('NTF-007: is told in the language of its user, and asked for consent where that is wanted', async () => {
    await activate('record-everyone-with-notification');
    const german = { language: says('de-AT') };
    expect((await decide(german)).notice).toMatchObject({ language: 'de', messagesVersion: 0, requiresConsent: false });
    const draft = {
      requiresConsent: true,
      messages: [{ language: 'de', title: 'Aufzeichnung', body: 'Bitte zustimmen.' }],
    };
    await callRoute(policies, contracts.changeNoticeMessages, { body: { expectedVersion: 0, draft } });
    expect((await decide(german)).notice).toEqual({
      ...draft.messages[0],
      messagesVersion: 1,
      requiresConsent: true,
    });
    expect((await decide({ language: says('ja') })).notice).toMatchObject({ language: 'ja', requiresConsent: true });
    await activate('record-everyone-without-notification');
    expect((await decide(german)).notice).toBeUndefined();
  });

  test('DYN-006: brings what its user is told of a start at the host, whatever is decided, and never asks for consent', async () => {
    const messages = [{ language: 'fr', title: 'Enregistrement', body: 'Vous êtes enregistré.' }];
    const { json } = await callRoute(policies, contracts.getNoticeMessages);
    const body = { expectedVersion: json.messages.version, draft: { requiresConsent: true, messages } };
    expect((await callRoute(policies, contracts.changeNoticeMessages, { body })).status).toBe(200);
    const reported = sessionOf({ language: says('fr-CA') });
    const told = { ...messages[0], messagesVersion: json.messages.version + 1, requiresConsent: false };
    for (const policyId of ['do-not-record', 'record-everyone-without-notification'] as const) {
      await activate(policyId);
      expect((await start(sessionOf(reported.attributes))).json.hostStartNotice).toEqual(told);
    }
  });

  test('asked again, is answered as before, whatever is active by then', async () => {
    await activate('record-everyone-with-notification');
    const body = sessionOf({ groups: [says('Locals')], language: says('fr') });
    const first = await start(body);
    await activate('do-not-record');
    const second = await start(body);
    expect(second.json.decision).toEqual(first.json.decision);
    const other = await start({ ...body, attributes: { ...body.attributes, user: says('eve') } });
    expect([other.status, other.problem.type]).toEqual([409, 'urn:afterimage:problem:already-exists']);
    expect((await start(body, await enrol())).status).toBe(409);
  });

  test('is decided once, however often it is reported at the same moment and whatever is activated meanwhile', async () => {
    const body = sessionOf();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        if (index % 5 === 0) await activate(index % 2 === 0 ? 'do-not-record' : 'record-everyone-without-notification');
        return start(body);
      }),
    );
    const decisions = new Set(answers.map(({ json }) => JSON.stringify(json.decision)));
    expect(decisions.size).toBe(1);
  });

  test('of a user in more groups than are kept is decided by all of them', async () => {
    const named = (kind: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${kind} ${String(index).padStart(2, '0')} ${'x'.repeat(240)}`);
    await join('fay', named('Known', 50));
    const claimed = named('Claimed', 50);
    await activateRules([
      { action: 'record-without-notification', criteria: { principals: [{ kind: 'group', name: claimed[49] ?? '' }] } },
    ]);
    await setSettings({ doHostGroupsCount: true });
    const body = sessionOf({ user: says('fay'), groups: claimed.map(says) });
    const first = await start(body);
    expect(first.json.decision.action).toBe('record-without-notification');
    expect((await start(body)).json.decision).toEqual(first.json.decision);
    await setSettings({ doHostGroupsCount: false });
  });

  test('refuses what a host says wrongly, and points at it', async () => {
    const answer = await start(sessionOf({ user: { value: '', assertedBy: 'agent' } }));
    expect(answer.status).toBe(400);
    expect(answer.problem.errors?.map(({ pointer }) => pointer)).toEqual(['/attributes/user/value']);
  });
});

describe('POL-069: a policy that is activated during a thousand session starts', () => {
  test('decides every session that starts after; each decision is of one policy in one version', async () => {
    const rule = (action: contracts.RecordingAction, name: string) => ({
      name,
      action,
      criteria: { machines: [{ kind: 'machine' as const, name: 'desk-7' }] },
    });
    const old = await activateRules([rule('record-without-notification', 'Old rule')], 'Old');
    const draft = { name: 'New', rules: [ruleOf(clock, rule('do-not-record', 'New rule'))] };
    const { json } = await callRoute(policies, contracts.createRecordingPolicy, { body: { draft } });
    const next = json.policy;
    let isActivated = false;
    const seen: { wasActivated: boolean; decision: contracts.RecordingDecision }[] = [];
    const bodies = Array.from({ length: 1000 }, () => sessionOf());
    const startSome = async (some: typeof bodies) => {
      for (const body of some) {
        const wasActivated = isActivated;
        seen.push({ wasActivated, decision: (await start(body)).json.decision });
      }
    };
    const lanes = Array.from({ length: 10 }, (_, lane) => startSome(bodies.slice(lane * 100, lane * 100 + 100)));
    const half = async () => {
      while (seen.length < 300) await new Promise((resolve) => setImmediate(resolve));
      await activate(next.policyId);
      isActivated = true;
    };
    await Promise.all([...lanes, half()]);
    const one = {
      policyId: old.policyId,
      policyVersion: 1,
      policyName: 'Old',
      ruleName: 'Old rule',
      action: 'record-without-notification',
    };
    const two = {
      policyId: next.policyId,
      policyVersion: 1,
      policyName: 'New',
      ruleName: 'New rule',
      action: 'do-not-record',
    };
    for (const { decision, wasActivated } of seen) {
      const { policyId, policyVersion, policyName, ruleName, action } = decision;
      const told = { policyId, policyVersion, policyName, ruleName, action };
      expect([one, two]).toContainEqual(told);
      if (wasActivated) expect(told).toEqual(two);
    }
    expect(new Set(seen.map(({ decision }) => decision.policyId)).size).toBe(2);
    expect(seen.filter(({ wasActivated }) => wasActivated).length).toBeGreaterThan(100);
  });
});

describe('a session whose recording goes on in a new file', () => {
  let files = 1;
  const recordingId = () => {
    clock.advance(1);
    return contracts.makeRecordingId(clock);
  };
  const review = (
    sessionId: contracts.SessionId,
    body: { recordingId: contracts.RecordingId; fileNumber: number },
    by = agentId,
  ) => callRoute(evaluation, contracts.reviewSession, { params: { sessionId }, body }, { agentId: by });

  async function reviewedAfter(before: contracts.RecordingPolicyId, after: contracts.RecordingPolicyId) {
    await activate(before);
    const { sessionId } = (await start(sessionOf({ language: says('en') }))).json;
    await activate(after);
    const file = { recordingId: recordingId(), fileNumber: ++files };
    const { json } = await review(sessionId, file);
    return { sessionId, file, ...json };
  }

  test.each([
    ['POL-061', 'do-not-record', 'record-everyone-with-notification', 'go-on', 'do-not-record'],
    ['POL-062', 'record-everyone-without-notification', 'do-not-record', 'stop', 'do-not-record'],
    [
      'POL-063',
      'record-everyone-without-notification',
      'record-everyone-with-notification',
      'go-on-and-tell',
      'record-with-notification',
    ],
    ['POL-064', 'record-everyone-with-notification', 'do-not-record', 'stop', 'do-not-record'],
    [
      'POL-065',
      'record-everyone-with-notification',
      'record-everyone-without-notification',
      'go-on',
      'record-without-notification',
    ],
  ] as const)('%s: under %s, then %s: %s', async (_, before, after, outcome, action) => {
    const { decision, ...reviewed } = await reviewedAfter(before, after);
    expect([reviewed.outcome, decision.action]).toEqual([outcome, action]);
  });

  test('A14: is told in words that ask for nothing', async () => {
    const { decision } = await reviewedAfter(
      'record-everyone-without-notification',
      'record-everyone-with-notification',
    );
    expect(decision.notice).toMatchObject({ requiresConsent: false });
  });

  test('asked again for a file, is answered as before, and the decision before stays on record', async () => {
    const first = await reviewedAfter('record-everyone-without-notification', 'record-everyone-with-notification');
    await activate('do-not-record');
    const again = await review(first.sessionId, first.file);
    expect(again.json).toMatchObject({ outcome: 'go-on-and-tell', decision: first.decision });
    const next = await review(first.sessionId, { ...first.file, fileNumber: first.file.fileNumber + 1 });
    expect(next.json.outcome).toBe('stop');
  });

  test('is unknown to any other host', async () => {
    const { sessionId, file } = await reviewedAfter('do-not-record', 'do-not-record');
    const answer = await review(sessionId, { ...file, fileNumber: 99 }, await enrol());
    expect([answer.status, answer.problem.type]).toEqual([404, 'urn:afterimage:problem:session-not-found']);
  });
});
