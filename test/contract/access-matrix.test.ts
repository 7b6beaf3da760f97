import {
  assignRole,
  commandRecording,
  createRecordingPolicy,
  makeDirectoryGroupId,
  makeDirectoryUserId,
  makePlaybackId,
  makePolicyId,
  makePublishingSiteId,
  makeScimTokenId,
  makeWatchId,
  openPlayback,
  type PlaybackId,
  type PolicyId,
  personRoleSchema,
  policyIdSchema,
  type RecordingCommandId,
  type RecordingId,
  type Role,
  type RouteContract,
  roleSchema,
  routes,
  type SessionId,
  startSession,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SampleDevice, sampleRecords } from '../../functions/_testing/sample-device.ts';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { chunkOf, enrolmentOf, RawAgent } from '../support/raw-agent.ts';
import { callRaw, problemNameOf, type RawAnswer, type RawRequest } from '../support/raw-call.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { type Row, StoredTruth } from '../support/stored-truth.ts';
import { newViewerKey } from '../support/viewer-key.ts';
import { accessOf, needlessRows } from './access-table.ts';

type Caller = 'nobody' | 'an agent' | 'a visitor without a role' | Role;
type Expectation = 'allowed' | 'unauthenticated' | 'role-missing' | 'forbidden';

const callers: readonly Caller[] = ['nobody', 'an agent', 'a visitor without a role', ...roleSchema.options];
const isForPeople = (role: Role) => personRoleSchema.safeParse(role).success;
const isRole = (caller: Caller): caller is Role => roleSchema.safeParse(caller).success;

let stack: Stack;
let truth: StoredTruth;
let agent: RawAgent;
let throwaway: RawAgent;
let completeId: RecordingId;
let erasableId: RecordingId;
let liveId: RecordingId;
let playbackId: PlaybackId;
let sessionId: SessionId;
let commandId: RecordingCommandId;
let policyId: PolicyId;
const clock = new TestClock();
const watchId = makeWatchId(clock);
let viewerPublicKey: Awaited<ReturnType<typeof newViewerKey>>;
const startedAtMs = Date.now();
/** `action outcome`, as the audit must tell of every call of the visitor. */
const expectedAudit: string[] = [];

async function recordCompletely(device: RawAgent): Promise<RecordingId> {
  const recordingId = await device.begin();
  const segments = await device.device.seal(recordingId, [0, 1].map(sampleRecords));
  await device.upload(recordingId, chunkOf(...segments));
  await recordingIn(stack, recordingId, 'complete');
  return recordingId;
}

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  agent = await RawAgent.enrol(stack);
  throwaway = await RawAgent.enrol(stack);
  completeId = await recordCompletely(await RawAgent.enrol(stack));
  erasableId = await recordCompletely(await RawAgent.enrol(stack));
  liveId = await agent.begin();
  const reported = agent.sessionBody();
  sessionId = reported.sessionId;
  await agent.call(startSession, { body: reported });
  const order = { body: { action: 'start' as const, sessionIds: [sessionId] } };
  const { commands } = await stack.api(people.administrator)(commandRecording, order);
  commandId = commands[0]?.commandId ?? commandId;
  const { policy } = await stack.api(people.administrator)(createRecordingPolicy, { body: {} });
  policyId = policyIdSchema.parse(policy.policyId);
  playbackId = makePlaybackId(new TestClock());
  viewerPublicKey = await newViewerKey();
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

/** What the access table says of a caller. */
function expectationOf(route: RouteContract, caller: Caller): Expectation {
  const { callers: allowed } = accessOf(route);
  // None of these has the token of an identity provider.
  if (allowed === 'identity-providers') return 'unauthenticated';
  if (allowed === 'anybody') return 'allowed';
  if (caller === 'nobody') return 'unauthenticated';
  if (allowed === 'agents') return caller === 'an agent' ? 'allowed' : 'forbidden';
  if (caller === 'an agent') return 'unauthenticated';
  if (allowed === 'signed-in') return 'allowed';
  return isRole(caller) && allowed.includes(caller) ? 'allowed' : 'role-missing';
}

function observed(answer: RawAnswer): Expectation {
  if (answer.status === 401) return 'unauthenticated';
  const problem = problemNameOf(answer);
  if (problem === 'role-missing') return 'role-missing';
  return answer.status === 403 && problem === undefined ? 'forbidden' : 'allowed';
}

/** Of a policy that is there, and of others that the contract's own problems are for. */
function policyRequests(): Record<string, () => RawRequest<RouteContract>> {
  const params = { policyId };
  const ofViewing = { params: { policyId: makePolicyId(clock) } };
  const by = (value: string) => ({ value, assertedBy: 'agent' as const });
  return {
    reviewSession: () => ({ params: { sessionId }, body: { recordingId: liveId, fileNumber: 2 } }),
    createRecordingPolicy: () => ({ body: {} }),
    testRecordingPolicy: () => ({ body: { attributes: { user: by('ada'), host: by('desk-7') } } }),
    simulateRecordingPolicy: () => ({ body: { days: 1 } }),
    getRecordingPolicy: () => ({ params }),
    changeRecordingPolicy: () => ({ params, body: { expectedVersion: 1, draft: { name: 'Of the matrix' } } }),
    deleteRecordingPolicy: () => ({ params: { policyId: makePolicyId(clock) } }),
    listRecordingPolicyVersions: () => ({ params }),
    compareRecordingPolicyVersions: () => ({ params: { policyId, version: 1 } }),
    restoreRecordingPolicyVersion: () => ({ params: { policyId, version: 1 }, body: { expectedVersion: 1 } }),
    createViewingPolicy: () => ({ body: { draft: {} } }),
    changeViewingPolicy: () => ({ ...ofViewing, body: { expectedVersion: 1, draft: {} } }),
    deleteViewingPolicy: () => ofViewing,
    changeSiteSettings: () => ({ body: {} }),
    changeNoticeMessages: () => ({ body: { expectedVersion: 0, draft: {} } }),
  };
}

/** A request that would succeed, or meet a problem that its contract names. */
async function requestFor({ operationId }: RouteContract): Promise<RawRequest<RouteContract>> {
  const ofComplete = { params: { recordingId: completeId } };
  const chunks = [{ firstSequence: 1, lastSequence: 1, sizeBytes: 9, sha256: Buffer.alloc(32).toString('base64') }];
  const objectKey = `chunks/${liveId}/nothing`;
  const session = agent.sessionBody();
  const notRecorded = { status: 'not-recorded' } as const;
  const notice = { answer: 'shown', language: 'en', messagesVersion: 0 } as const;
  const requests: Record<string, () => RawRequest<RouteContract> | Promise<RawRequest<RouteContract>>> = {
    enrolAgent: async () => ({
      body: enrolmentOf(await SampleDevice.create(new TestClock()), stack.enrolmentToken),
    }),
    startSession: () => ({ body: session }),
    beginRecording: async () => ({ body: await agent.recordingBody(session.sessionId, 2) }),
    grantUploads: () => ({ params: { recordingId: liveId }, body: { chunks } }),
    postNotice: () => ({ body: { version: 1, kind: 'chunk-uploaded', recordingId: liveId, objectKey } }),
    getCommits: () => ({ query: { recordingIds: liveId } }),
    getRecording: () => ofComplete,
    listRecordingNotices: () => ofComplete,
    listSegments: () => ofComplete,
    listRecordedEvents: () => ofComplete,
    getManifest: () => ofComplete,
    getRecordingFiles: () => ofComplete,
    eraseRecording: () => ({ params: { recordingId: erasableId }, body: { justification: 'asked for by the matrix' } }),
    getErasure: () => ofComplete,
    holdRecording: () => ({ ...ofComplete, body: { reason: 'held by the matrix' } }),
    releaseHold: () => ({ ...ofComplete, query: { reason: 'released by the matrix' } }),
    openPlayback: () => ({ ...ofComplete, body: { viewerPublicKey } }),
    releaseKeys: () => ({ params: { recordingId: completeId, playbackId }, body: { epochs: [0] } }),
    getPlayback: () => ({ params: { recordingId: completeId, playbackId } }),
    openAgentChannel: () => ({ body: {} }),
    reportNotice: () => ({ params: { sessionId }, body: { ...notice, at: new Date().toISOString() } }),
    reportSessions: () => ({ body: { sessions: [{ sessionId, recording: notRecorded, hasEnded: false }] } }),
    settleCommand: () => ({ params: { commandId }, body: { state: 'done', recording: notRecorded } }),
    getSession: () => ({ params: { sessionId } }),
    getSessionRecordingStatus: () => ({ params: { sessionId } }),
    commandRecording: () => ({ body: { action: 'stop', sessionIds: [sessionId] } }),
    getRecordingCommand: () => ({ params: { commandId } }),
    openWatch: () => ({ ...ofComplete, body: { playbackId } }),
    renewWatch: () => ({ params: { recordingId: liveId, watchId }, body: {} }),
    endWatch: () => ({ params: { recordingId: liveId, watchId } }),
    finishRecording: () => ({ params: { recordingId: liveId } }),
    reinstateAgent: () => ({ params: { agentId: agent.agentId } }),
    revokeAgent: () => ({ params: { agentId: throwaway.agentId } }),
    createEnrolmentToken: () => ({ body: {} }),
    activateRecordingPolicy: () => ({ body: { policyId: 'record-everyone-without-notification' } }),
    ...policyRequests(),
    assignRole: () => ({ params: { role: 'LoggingWriter' }, body: { members: [] } }),
    redriveQueue: () => ({ params: { queueName: 'ingest' } }),
    getDirectoryUser: () => ({ params: { userId: makeDirectoryUserId(clock) } }),
    deleteDirectoryUser: () => ({ params: { userId: makeDirectoryUserId(clock) } }),
    listDirectoryGroupMembers: () => ({ params: { groupId: makeDirectoryGroupId(clock) } }),
    deleteDirectoryGroup: () => ({ params: { groupId: makeDirectoryGroupId(clock) } }),
    importDirectory: () => ({ body: { csv: 'userName\nmatrix', isDryRun: true } }),
    namePublishedResources: () => ({ body: { resourceIds: ['matrix'] } }),
    importPublishedResources: () => ({
      body: { siteAddress: 'matrix', content: 'resourceId,displayName\na,A', isDryRun: true },
    }),
    deletePublishingSite: () => ({ params: { siteId: makePublishingSiteId(clock) } }),
    createScimToken: () => ({ body: { name: 'made by the matrix' } }),
    revokeScimToken: () => ({ params: { scimTokenId: makeScimTokenId(clock) } }),
  };
  return (await requests[operationId]?.()) ?? {};
}

async function tokenOf(caller: Caller, route: RouteContract, params: unknown): Promise<string | undefined> {
  if (caller === 'nobody') return undefined;
  return caller === 'an agent' ? agent.token(route, params) : stack.accessToken(people.visitor);
}

async function callAs(caller: Caller, route: RouteContract): Promise<RawAnswer> {
  const request = await requestFor(route);
  const answer = await callRaw(stack, route, request, await tokenOf(caller, route, request.params));
  const isPerson = caller !== 'nobody' && caller !== 'an agent';
  if (isPerson && route.audit.kind === 'audited' && route.access.kind !== 'open') {
    const outcome = answer.status === route.successStatus ? 'succeeded' : problemNameOf(answer);
    expectedAudit.push(`${route.audit.action} ${outcome}`);
    if (route.operationId === 'releaseKeys' && outcome === 'succeeded') {
      expectedAudit.push('playback.epoch-key-release succeeded');
    }
  }
  if (route === openPlayback && answer.status === openPlayback.successStatus) {
    playbackId = (answer as RawAnswer<typeof openPlayback>).json.playbackId;
  }
  return answer;
}

test('the access table has a row for every route, and none for routes that are not there', () => {
  expect(routes.map(accessOf)).toHaveLength(routes.length);
  expect(needlessRows()).toEqual([]);
});

describe.each(callers)('SEC-004, SEC-014: %s', (caller) => {
  beforeAll(async () => {
    const api = stack.api(people.administrator);
    for (const role of roleSchema.options) {
      const members =
        role === caller && isForPeople(role) ? [{ kind: 'user' as const, name: people.visitor.username }] : [];
      await api(assignRole, { params: { role }, body: { members } });
    }
  });

  test.each(routes.map((route) => ({ route, id: route.operationId, expectation: expectationOf(route, caller) })))(
    '$id: $expectation',
    async ({ route, expectation }) => {
      const answer = await callAs(caller, route);
      expect(observed(answer)).toBe(expectation);
      if (expectation !== 'allowed') return;
      const permitted = [undefined, ...route.problems];
      expect({ status: answer.status, problem: problemNameOf(answer) }).toEqual({
        status: problemNameOf(answer) === undefined ? route.successStatus : answer.status,
        problem: permitted.find((name) => name === problemNameOf(answer)),
      });
    },
  );
});

const dayOf = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);

/** Of the days that the test has run on. */
async function auditRows(): Promise<Row[]> {
  const days = new Set([dayOf(startedAtMs), dayOf(Date.now())]);
  return (await Promise.all([...days].map((day) => truth.rows('Audit', `AUDIT#${day}`)))).flat();
}

describe('the audit', () => {
  test('has an intent and an outcome of every call that was allowed or refused by role, and no other', async () => {
    const rows = await auditRows();
    const data = rows.map(
      (row) => row.data as { auditEntryId: string; actor?: string; action?: string; outcome?: string },
    );
    const intents = data.filter(({ actor }) => actor === people.visitor.username);
    const outcomes = new Map(
      data.flatMap(({ auditEntryId, outcome }) => (outcome === undefined ? [] : [[auditEntryId, outcome]])),
    );
    const told = intents.map(
      ({ auditEntryId, action }) => `${action} ${outcomes.get(auditEntryId) ?? 'without outcome'}`,
    );
    expect(told.sort()).toEqual(expectedAudit.sort());
    expect(new Set(told).size).toBeGreaterThan(30);
  });

  test('has every enrolment, and no intent of anybody is without its outcome', async () => {
    const rows = await auditRows();
    const keys = new Set(rows.map(({ sk }) => String(sk)));
    const intents = [...keys].filter((key) => !key.endsWith('#outcome'));
    expect(intents.filter((key) => !keys.has(`${key}#outcome`))).toEqual([]);
    const enrolments = rows.filter((row) => (row.data as { action?: string }).action === 'agent.enrol');
    expect(enrolments.length).toBe(callers.length + 4);
  });
});
