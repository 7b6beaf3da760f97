import { createDynamoClient, DynamoSessionStore } from '@afterimage/aws';
import type { Recording } from '@afterimage/contracts';
import * as contracts from '@afterimage/contracts';
import { compilePolicy, evaluateRecordingPolicy, systemRecordingPolicies } from '@afterimage/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { callRoute } from '../_testing/call-route.ts';
import { startOneMachine } from '../_testing/one-machine.ts';
import { ruleOf } from '../_testing/sample-policy.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { measureRecordings } from './measure-recordings.ts';
import { simulatePolicy } from './simulate-policy.ts';

const clock = new TestClock();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const savedEnvironment = { ...process.env };
let machine: Awaited<ReturnType<typeof startOneMachine>>;
let policies: Awaited<ReturnType<typeof load>>['handler'];
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

const says = (value: string, assertedBy: contracts.Asserted['assertedBy'] = 'agent') => ({ value, assertedBy });
const traders = { kind: 'group' as const, name: 'Traders' };

/** One that was decided by a policy of the product, so long ago. */
function sessionOf(
  userName: string,
  daysAgo: number,
  hours: number,
  policyId: contracts.SystemRecordingPolicyId,
): contracts.Session {
  clock.advance(1);
  const startedMs = Date.now() - daysAgo * dayMs - hours * hourMs;
  const startedAt = new Date(startedMs).toISOString();
  const attributes = contracts.sessionAttributesSchema.parse({
    user: says(userName),
    host: says('desk-7'),
    groups: userName.startsWith('trader') ? [says('Traders', 'directory')] : [],
  });
  const policy = compilePolicy(systemRecordingPolicies[policyId]);
  const session = { attributes, doHostGroupsCount: false };
  return contracts.sessionSchema.parse({
    sessionId: contracts.makeSessionId(clock),
    agentId: contracts.makeAgentId(clock),
    attributes,
    startedAt,
    decision: evaluateRecordingPolicy({ policy, session, decidedAt: startedAt }),
    endedAt: new Date(startedMs + hours * hourMs).toISOString(),
  });
}

const draftFor = (action: contracts.RecordingAction) => ({
  name: 'Draft',
  rules: [ruleOf(clock, { name: 'Traders', action, criteria: { principals: [traders] } })],
});

const tryOut = (body: contracts.RouteRequest<typeof contracts.testRecordingPolicy>['body']) =>
  callRoute(policies, contracts.testRecordingPolicy, { body }, { person: 'root' });

describe('POL-066: a policy that is tried out', () => {
  const attributes = { user: says('trader-1'), host: says('desk-7'), groups: [says('Traders', 'administrator')] };

  test('decides content that nobody has stored, and says of every rule why it matches or does not', async () => {
    const draft = draftFor('record-with-notification');
    const other = ruleOf(clock, {
      name: 'Ada',
      action: 'do-not-record',
      criteria: { principals: [{ kind: 'user', name: 'ada' }] },
    });
    const { json } = await tryOut({ draft: { ...draft, rules: [...draft.rules, other] }, attributes });
    expect(json.decision).toMatchObject({
      action: 'record-with-notification',
      ruleName: 'Traders',
      policyName: 'Draft',
    });
    expect(json.decision.notice?.body).not.toBe('');
    expect(json.rules.map(({ ruleName, matches }) => [ruleName, matches])).toEqual([
      ['Traders', true],
      ['Ada', false],
    ]);
    expect(json.rules[1]?.criteria[0]).toMatchObject({ criterion: 'principals', matches: false });
  });

  test('is the stored one, or the active one, where no content is given', async () => {
    expect((await tryOut({ attributes })).json.decision.policyId).toBe('do-not-record');
    const { json } = await callRoute(policies, contracts.createRecordingPolicy, {
      body: { draft: draftFor('record-without-notification') },
    });
    const { policyId } = json.policy;
    const tried = await tryOut({ policyId, attributes });
    expect(tried.json.decision).toMatchObject({ policyId, policyVersion: 1, action: 'record-without-notification' });
  });

  test('decides a session of the past as it was then', async () => {
    const session = sessionOf('trader-9', 1, 1, 'do-not-record');
    await new DynamoSessionStore({ client: createDynamoClient(), tableName: 'Sessions' }).putOnce(session);
    const { json } = await tryOut({ draft: draftFor('record-with-notification'), sessionId: session.sessionId });
    expect(json.attributes).toEqual(session.attributes);
    expect(json.decision.action).toBe('record-with-notification');
  });

  test('needs a session, one that is known, and a policy that is there', async () => {
    const unknown = contracts.makeSessionId(new TestClock());
    const problems = await Promise.all(
      [
        tryOut({}),
        tryOut({ sessionId: unknown, attributes }),
        tryOut({ sessionId: unknown }),
        tryOut({ policyId: contracts.makePolicyId(clock), attributes }),
      ].map(async (answer) => (await answer).problem.type?.replace('urn:afterimage:problem:', '')),
    );
    expect(problems).toEqual(['invalid-request', 'invalid-request', 'session-not-found', 'policy-not-found']);
  });
});

describe('a simulation', () => {
  const simulate = (body: contracts.RouteRequest<typeof contracts.simulateRecordingPolicy>['body']) =>
    callRoute(policies, contracts.simulateRecordingPolicy, { body });

  test('says over the sessions of the last days what would have been different, and leaves out older ones', async () => {
    const store = new DynamoSessionStore({ client: createDynamoClient(), tableName: 'Sessions' });
    const before = (await simulate({ policyId: 'do-not-record', days: 30 })).json;
    await store.putOnce(sessionOf('trader-1', 2, 1, 'do-not-record'));
    await store.putOnce(sessionOf('trader-2', 20, 3, 'record-everyone-with-notification'));
    await store.putOnce(sessionOf('ada', 3, 2, 'record-everyone-without-notification'));
    await store.putOnce(sessionOf('bea', 4, 2, 'do-not-record'));
    await store.putOnce(sessionOf('trader-3', 40, 1, 'do-not-record'));
    const { json } = await simulate({ draft: draftFor('record-with-notification'), days: 30 });
    expect(json.before.sessions - before.before.sessions).toBe(4);
    expect(json.before).toMatchObject({ recorded: 2, told: 1 });
    expect(json.after).toMatchObject({ eventsOnly: 0 });
    const changed = json.changed.map(({ user, before: was, after }) => [user, was, after]);
    expect(changed).toContainEqual(['trader-1', 'do-not-record', 'record-with-notification']);
    expect(changed).toContainEqual(['ada', 'record-without-notification', 'do-not-record']);
    expect(changed.map(([user]) => user)).not.toContain('trader-3');
    expect(changed.map(([user]) => user)).not.toContain('bea');
    expect(json.changedCount).toBe(json.changed.length);
    expect((await simulate({ draft: draftFor('record-with-notification'), days: 1 })).json.before.recorded).toBe(0);
  });

  test('refuses a policy that nobody has', async () => {
    const answer = await simulate({ policyId: contracts.makePolicyId(clock) });
    expect([answer.status, answer.problem.type]).toEqual([404, 'urn:afterimage:problem:policy-not-found']);
  });

  const recordingOf = (content: Recording['content'], hours: number, sizeBytes: number) => ({
    ...sampleRecording({ content }),
    durationMs: hours * hourMs,
    sizeBytes,
  });
  const catalog = (items: Recording[]) => ({ listByTime: async () => ({ items }) });

  test('reckons bytes by what an hour of the newest recordings took', async () => {
    const items = [
      recordingOf('screen', 1, 10_000_000),
      recordingOf('screen', 3, 50_000_000),
      recordingOf('events', 2, 300_000),
      recordingOf('screen', 0.001, 999_000_000),
    ];
    expect(await measureRecordings(catalog(items))).toEqual({
      recordings: 3,
      screenBytesPerHour: 15_000_000,
      eventBytesPerHour: 150_000,
    });
    expect(await measureRecordings(catalog([]))).toMatchObject({ recordings: 0, screenBytesPerHour: 0 });
  });

  test('goes through many sessions page by page, each once, by one measure', async () => {
    const days = new Map<string, contracts.Session[]>();
    for (let index = 0; index < 1300; index++) {
      const session = sessionOf(index % 2 === 0 ? `trader-${index}` : `user-${index}`, index % 28, 2, 'do-not-record');
      const day = session.startedAt.slice(0, 10);
      days.set(day, [...(days.get(day) ?? []), session]);
    }
    const history = {
      listByDay: async (day: string, { limit, cursor }: { limit: number; cursor?: string | undefined }) => {
        const from = Number(cursor ?? 0);
        const items = (days.get(day) ?? []).slice(from, from + limit).map((session) => ({ ...session, revision: 1 }));
        return from + limit < (days.get(day)?.length ?? 0) ? { items, cursor: String(from + limit) } : { items };
      },
    };
    const recordings = [recordingOf('screen', 1, 1_000_000)];
    const dependencies = {
      history,
      catalog: catalog(recordings),
      clock: { nowMs: () => Date.now(), randomBytes: (length: number) => clock.randomBytes(length) },
      site: {
        find: async () => ({
          activePolicy: { policyId: 'do-not-record' as const, version: 1 },
          settings: { areViewingPoliciesOn: false, doHostGroupsCount: false },
          noticeMessagesVersion: 0,
        }),
      },
      recordingPolicies: { findCurrent: async () => undefined },
      library: { findPolicy: async () => compilePolicy(systemRecordingPolicies['do-not-record']) },
    };
    const draft = contracts.recordingPolicyDraftSchema.parse(draftFor('record-without-notification'));
    const total = { sessions: 0, recorded: 0, bytes: 0, changed: 0, pages: 0 };
    let cursor: string | undefined;
    do {
      const outcome = await simulatePolicy(dependencies, {
        params: undefined,
        query: undefined,
        body: { draft, days: 30, cursor },
      });
      if (!outcome.isDone) throw new Error(outcome.problem);
      const { after, changedCount, changed, measured, ...page } = outcome.response;
      expect(changed.length).toBeLessThanOrEqual(100);
      expect(measured.screenBytesPerHour).toBe(1_000_000);
      total.sessions += after.sessions;
      total.recorded += after.recorded;
      total.bytes += after.bytes;
      total.changed += changedCount;
      total.pages += 1;
      cursor = page.cursor;
      // Newer recordings do not change what a simulation under way reckons by.
      recordings.push(recordingOf('screen', 1, 9_000_000));
    } while (cursor !== undefined);
    expect(total).toEqual({ sessions: 1300, recorded: 650, bytes: 650 * 2 * 1_000_000, changed: 650, pages: 3 });
  });
});
