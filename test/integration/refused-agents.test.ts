import {
  activateRecordingPolicy,
  beginRecording,
  createEnrolmentToken,
  enrolAgent,
  getCommits,
  getRecording,
  grantUploads,
  listAgents,
  listRecordings,
  postNotice,
  reinstateAgent,
  revokeAgent,
  startSession,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SampleDevice, sampleRecords } from '../../functions/_testing/sample-device.ts';
import { expectForbidden, expectProblem } from '../support/expected-problem.ts';
import { KnownScreen } from '../support/known-screen.ts';
import { chunkOf, enrolmentOf, RawAgent } from '../support/raw-agent.ts';
import { callRaw } from '../support/raw-call.ts';
import { startHost } from '../support/recorded-host.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const past = '2020-01-01T00:00:00.000Z';

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

describe('SEC-010, STO-020: an agent that is not believed', () => {
  const report = (token?: string) => callRaw(stack, startSession, { body: agent.sessionBody() }, token);

  test('is nobody without a token', async () => {
    expect((await report()).status).toBe(401);
  });

  test('is unknown', async () => {
    const stranger = (await SampleDevice.create({ nowMs: Date.now, randomBytes: (n) => new Uint8Array(n).fill(77) }))
      .agent.agentId;
    expectForbidden(await report(await agent.token(startSession, undefined, { iss: stranger })));
  });

  test('signs with another key', async () => {
    const other = await RawAgent.enrol(stack);
    expectForbidden(await report(await other.token(startSession, undefined, { iss: agent.agentId })));
  });

  test('has changed its token after signing it', async () => {
    const [header, payload, signature] = (await agent.token(startSession)).split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, jti: 'another-token-id' })).toString('base64url');
    expectForbidden(await report([header, changed, signature].join('.')));
  });

  test('sends a token that claims no signature is needed', async () => {
    const [, payload] = (await agent.token(startSession)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expectForbidden(await report(`${header}.${payload}.AAAA`));
  });

  test('sends a token that has expired, or that would live too long', async () => {
    const now = Math.floor(Date.now() / 1000);
    const expired = { iat: now - 300, exp: now - 240 };
    expectProblem(await report(await agent.token(startSession, undefined, expired)), 401, 'unauthenticated');
    expectForbidden(await report(await agent.token(startSession, undefined, { exp: now + 86_400 })));
  });

  test('sends a token a second time', async () => {
    const token = await agent.token(startSession);
    expect((await report(token)).status).toBe(200);
    expectForbidden(await report(token));
  });

  test('sends a token that was made for another path, method or audience', async () => {
    expectForbidden(await report(await agent.token(beginRecording)));
    expectForbidden(await report(await agent.token(startSession, undefined, { req: 'GET /agent/v1/sessions' })));
    expectForbidden(await report(await agent.token(startSession, undefined, { aud: 'someone-else' })));
  });

  test('comes with the token of a person', async () => {
    expectForbidden(await report(await stack.accessToken(people.administrator)));
  });

  test('is revoked', async () => {
    const revoked = await RawAgent.enrol(stack);
    await stack.api(people.administrator)(revokeAgent, { params: { agentId: revoked.agentId } });
    expectProblem(await revoked.call(startSession, { body: revoked.sessionBody() }), 403, 'agent-not-trusted');
    const { recordingId } = await revoked.recordingBody(revoked.sessionBody().sessionId);
    const body = { version: 1, kind: 'chunk-uploaded', recordingId, objectKey: `chunks/${recordingId}/1` } as const;
    expectForbidden(await revoked.call(postNotice, { body }));
  });

  test('is revoked in the middle of its work: it begins nothing more, whatever is still remembered of it', async () => {
    const working = await RawAgent.enrol(stack);
    await working.begin();
    const session = working.sessionBody();
    await working.call(startSession, { body: session });
    await stack.api(people.administrator)(revokeAgent, { params: { agentId: working.agentId } });
    const body = await working.recordingBody(session.sessionId, 2);
    expect((await working.call(beginRecording, { body })).status).toBe(403);
  });

  test('TRN-041, ARC-025: uses one device counter twice, as two devices with one key would: it is quarantined', async () => {
    const cloned = await RawAgent.enrol(stack);
    await cloned.begin();
    const session = cloned.sessionBody();
    await cloned.call(startSession, { body: session });
    const again = await cloned.call(beginRecording, { body: await cloned.recordingBody(session.sessionId) });
    expectProblem(again, 409, 'device-counter-reused');
    const next = await cloned.call(beginRecording, { body: await cloned.recordingBody(session.sessionId, 2) });
    expect(next.status).toBe(403);
    const { agents } = await stack.api(people.administrator)(listAgents, {});
    expect(agents.find(({ agentId }) => agentId === cloned.agentId)?.state).toBe('quarantined');
  });

  test('is believed again when an administrator has ended its quarantine, and not when it is revoked', async () => {
    const looked = await RawAgent.enrol(stack);
    const api = stack.api(people.administrator);
    const params = { agentId: looked.agentId };
    await truth.change('Agents', `AGENT#${looked.agentId}`, 'AGENT', 'state', 'quarantined');
    expectProblem(await looked.call(startSession, { body: looked.sessionBody() }), 403, 'agent-not-trusted');
    expect(await api(reinstateAgent, { params })).toMatchObject({ agent: { state: 'enrolled' } });
    await api(revokeAgent, { params });
    const token = await stack.accessToken(people.administrator);
    expectProblem(await callRaw(stack, reinstateAgent, { params }, token), 403, 'agent-not-trusted');
    const { agents } = await api(listAgents, {});
    expect(agents.find(({ agentId }) => agentId === looked.agentId)?.state).toBe('revoked');
  });

  test('announces its recordings out of order, as after an outage: each is accepted', async () => {
    const returned = await RawAgent.enrol(stack);
    for (const counter of [3, 1, 2]) {
      const session = returned.sessionBody();
      await returned.call(startSession, { body: session });
      const body = await returned.recordingBody(session.sessionId, counter);
      expect((await returned.call(beginRecording, { body })).status).toBe(201);
    }
  });
});

describe('enrolment', () => {
  const newToken = (maxUses = 1) => stack.api(people.administrator)(createEnrolmentToken, { body: { maxUses } });
  const enrol = async (token: string) =>
    callRaw(stack, enrolAgent, { body: enrolmentOf((await RawAgent.enrol(stack)).device, token) });

  test('is refused with a token that is unknown, or known with another secret', async () => {
    const { token } = await newToken();
    expectProblem(
      await enrol('enr_01jbbbbbbbbbbbbbbbbbbbbbbb.Zm9yLXRlc3RzLW9ubHktbm90LXJlYWw'),
      403,
      'enrolment-token-invalid',
    );
    expectProblem(await enrol(`${token.slice(0, -4)}AAAA`), 403, 'enrolment-token-invalid');
  });

  test('is refused with a token that is used up', async () => {
    const { token } = await newToken(1);
    expect((await enrol(token)).status).toBe(201);
    expectProblem(await enrol(token), 403, 'enrolment-token-invalid');
  });

  test('is answered again as the first time when the answer was lost, and spends no second use', async () => {
    const { token, enrolmentToken } = await newToken(2);
    const body = enrolmentOf((await RawAgent.enrol(stack)).device, token);
    const first = await callRaw(stack, enrolAgent, { body });
    const second = await callRaw(stack, enrolAgent, { body });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json.agentId).toBe(first.json.agentId);
    expect(second.json.certificate).toEqual(first.json.certificate);
    const row = await truth.row('Agents', `TOKEN#${enrolmentToken.enrolmentTokenId}`, 'TOKEN');
    expect(row?.data).toMatchObject({ usesLeft: 1 });
  });

  test('is refused with a token that has expired', async () => {
    const { token, enrolmentToken } = await newToken();
    await truth.change('Agents', `TOKEN#${enrolmentToken.enrolmentTokenId}`, 'TOKEN', 'expiresAt', past);
    expectProblem(await enrol(token), 403, 'enrolment-token-invalid');
  });
});

describe('the recording of another agent', () => {
  test('is not there for an agent that asks for uploads or commits, or announces it as its own', async () => {
    const recordingId = await agent.begin();
    const other = await RawAgent.enrol(stack);
    const [segment] = await agent.device.seal(recordingId, [sampleRecords(0)]);
    const chunks = segment === undefined ? [] : [chunkOf(segment).description];
    const grants = await other.call(grantUploads, { params: { recordingId }, body: { chunks } });
    expectProblem(grants, 404, 'recording-not-found');
    const commits = await other.call(getCommits, { query: { recordingIds: recordingId } });
    expectProblem(commits, 404, 'recording-not-found');
    const session = other.sessionBody();
    await other.call(startSession, { body: session });
    const body = { ...(await other.recordingBody(session.sessionId)), recordingId };
    expectProblem(await other.call(beginRecording, { body }), 409, 'already-exists');
  });

  test('cannot be announced for a session that another agent has reported', async () => {
    const other = await RawAgent.enrol(stack);
    const session = other.sessionBody();
    await other.call(startSession, { body: session });
    const own = await RawAgent.enrol(stack);
    const body = await own.recordingBody(session.sessionId);
    expectProblem(await own.call(beginRecording, { body }), 404, 'not-found');
    expectProblem(await own.call(startSession, { body: session }), 409, 'already-exists');
  });
});

describe('a policy that does not record', () => {
  const activate = (policyId: 'do-not-record' | 'record-everyone-without-notification') =>
    stack.api(people.administrator)(activateRecordingPolicy, { body: { policyId } });

  beforeAll(() => activate('do-not-record'));
  afterAll(() => activate('record-everyone-without-notification'));

  test('ARC-004: is asked when a session begins and obeyed by the agent, which records nothing and says why', async () => {
    const host = await startHost(stack);
    try {
      const screen = new KnownScreen();
      const session = await host.recordSession({ source: screen });
      await screen.draw(0);
      await expect(session.finished).resolves.toMatchObject({ kind: 'not-recorded', reason: expect.any(String) });
      expect(host.budget.usedBytes).toBe(0);
      const { recordings } = await stack.api(people.reviewer)(listRecordings, { query: { limit: 200 } });
      expect(recordings.filter(({ agentId }) => agentId === host.agentId)).toEqual([]);
    } finally {
      await host.close();
    }
  });

  test('is enforced on an agent that records all the same', async () => {
    const disobedient = await RawAgent.enrol(stack);
    const session = disobedient.sessionBody();
    const decided = await disobedient.call(startSession, { body: session });
    expect(decided.json.decision).toMatchObject({ action: 'do-not-record', policyId: 'do-not-record' });
    const body = await disobedient.recordingBody(session.sessionId);
    expectProblem(await disobedient.call(beginRecording, { body }), 403, 'recording-not-permitted');
    const params = { recordingId: body.recordingId };
    const token = await stack.accessToken(people.reviewer);
    expectProblem(await callRaw(stack, getRecording, { params }, token), 404, 'recording-not-found');
  });
});
