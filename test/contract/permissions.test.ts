import * as contracts from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecords } from '../../functions/_testing/sample-device.ts';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { ChannelListener } from '../support/channel-listener.ts';
import { loseErasureMessage } from '../support/lost-erasure.ts';
import { pollUntil } from '../support/poll-until.ts';
import { sendMessages } from '../support/queue-messages.ts';
import { chunkOf, describeChunk, RawAgent } from '../support/raw-agent.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { ScimClient } from '../support/scim-client.ts';
import { fallSilent } from '../support/silence.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { newViewerKey } from '../support/viewer-key.ts';

interface RolePermissions {
  readonly role: string;
  readonly neverUsed: readonly { readonly action: string; readonly resources: readonly string[] }[];
  readonly refused: readonly string[];
}

const byConsumer = 'CDK grants it to every consumer of a queue; Lambda itself polls without it';
const whenStreamFails = 'CDK grants it for the queue of stream batches that failed for good; none did';
/** Granted and used by nothing here, and why it is granted all the same. */
const unused: Readonly<Record<string, string>> = {
  'ingest-ErasureWorker sqs:ChangeMessageVisibility': byConsumer,
  'ingest-ErasureWorker sqs:GetQueueUrl': byConsumer,
  'ingest-EventIndexer sqs:GetQueueAttributes': whenStreamFails,
  'ingest-EventIndexer sqs:GetQueueUrl': whenStreamFails,
  'ingest-EventIndexer sqs:SendMessage': whenStreamFails,
  'ingest-FinaliseFunction s3:AbortMultipartUpload': 'ends the upload of a large file that failed half-way; none did',
  'ingest-FinaliseFunction sqs:ChangeMessageVisibility': byConsumer,
  'ingest-FinaliseFunction sqs:GetQueueUrl': byConsumer,
  'ingest-IngestFunction sqs:ChangeMessageVisibility': byConsumer,
  'ingest-IngestFunction sqs:GetQueueUrl': byConsumer,
};

/** Every function may write its own log, and one to which nothing goes wrong has nothing to say. */
const logging: readonly string[] = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const minuteMs = 60_000;

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

/** Follows every signed URL: they act in the name of the function that signed them. */
async function readSources(recordingId: contracts.RecordingId): Promise<void> {
  const params = { recordingId };
  const { sources } = await stack.api(people.reviewer)(contracts.listSegments, { params });
  expect(sources.length).toBeGreaterThan(0);
  for (const { url } of sources) expect((await fetch(url)).status).toBe(200);
}

/** An agent and a viewer on the channel, told of segments and of the end. @returns how the viewer leaves */
async function watchLive(agent: RawAgent, recordingId: contracts.RecordingId): Promise<() => Promise<void>> {
  const reviewer = stack.api(people.reviewer);
  const params = { recordingId };
  const host = await ChannelListener.connect((await agent.call(contracts.openAgentChannel, { body: {} })).json.url);
  const body = { viewerPublicKey: await newViewerKey() };
  const { playbackId } = await reviewer(contracts.openPlayback, { params, body });
  const { watchId, channel } = await reviewer(contracts.openWatch, { params, body: { playbackId } });
  const viewer = await ChannelListener.connect(channel.url);
  const ofWatch = { params: { recordingId, watchId } };
  await reviewer(contracts.renewWatch, { ...ofWatch, body: {} });
  return async () => {
    await viewer.hears('segments', ({ kind }) => kind === 'segments');
    await viewer.hears('the state', ({ kind }) => kind === 'state');
    await reviewer(contracts.endWatch, ofWatch);
    viewer.close();
    host.close();
  };
}

/** A recording that is watched live, refused in part, interrupted, sealed partial, completed late and watched again. */
async function liveThrough(): Promise<void> {
  const agent = await RawAgent.enrol(stack);
  const recordingId = await agent.begin();
  const params = { recordingId };
  const endWatching = await watchLive(agent, recordingId);
  const segments = await agent.device.seal(recordingId, [0, 1, 2].map(sampleRecords), { isStreaming: true });
  await agent.upload(recordingId, chunkOf(...segments.slice(0, 2)));
  const objectKey = `chunks/${recordingId}/nothing`;
  await agent.call(contracts.postNotice, { body: { version: 1, kind: 'chunk-uploaded', recordingId, objectKey } });
  await agent.upload(recordingId, describeChunk(new Uint8Array(64).fill(1), 3));
  await pollUntil('a rejection', async () => (await agent.commits(recordingId)).rejections.length > 0);
  await pollUntil('events are counted', async () => (await showRecording(stack, recordingId)).eventCount === 2);
  await readSources(recordingId);
  await fallSilent(stack, truth, recordingId, 4 * minuteMs);
  await endWatching();
  await stack.api(people.administrator)(contracts.finishRecording, { params });
  await recordingIn(stack, recordingId, 'partial');
  await agent.upload(recordingId, chunkOf(...segments.slice(2)));
  await recordingIn(stack, recordingId, 'complete');
  await readSources(recordingId);
  const reviewer = stack.api(people.reviewer);
  await reviewer(contracts.listRecordings, {});
  await reviewer(contracts.listRecordedEvents, { params });
  await reviewer(contracts.getManifest, { params });
  const viewerPublicKey = await newViewerKey();
  const { playbackId } = await reviewer(contracts.openPlayback, { params, body: { viewerPublicKey } });
  await reviewer(contracts.releaseKeys, { params: { recordingId, playbackId }, body: { epochs: [0] } });
  await eraseFully(recordingId);
}

/** Held, released, erased; and once more, taken up by the sweeper as if the message had been lost. */
async function eraseFully(recordingId: contracts.RecordingId): Promise<void> {
  const api = stack.api(people.administrator);
  const params = { recordingId };
  await api(contracts.holdRecording, { params, body: { reason: 'case 4711 is open' } });
  await api(contracts.releaseHold, { params, query: { reason: 'case 4711 is closed' } });
  await api(contracts.eraseRecording, { params, body: { justification: 'the person recorded asked for it' } });
  await recordingIn(stack, recordingId, 'erased');
  await stack.api(people.reviewer)(contracts.getErasure, { params });
  await loseErasureMessage(stack, truth, recordingId);
  await fallSilent(stack, truth, recordingId, 4 * minuteMs);
  await recordingIn(stack, recordingId, 'erased');
}

/** A recording whose wait the sweeper ends. */
async function waitInVain(): Promise<void> {
  const agent = await RawAgent.enrol(stack);
  const recordingId = await agent.begin();
  await fallSilent(stack, truth, recordingId, 4 * minuteMs);
  await fallSilent(stack, truth, recordingId, 121 * minuteMs);
  await recordingIn(stack, recordingId, 'failed');
}

/** A session that is listed, told to be recorded with a notice of the house's own, and answers. */
async function commandSession(): Promise<void> {
  const api = stack.api(people.administrator);
  const members = [{ kind: 'user' as const, name: people.visitor.username }];
  await api(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members } });
  const agent = await RawAgent.enrol(stack);
  const session = agent.sessionBody();
  const { sessionId } = session;
  await agent.call(contracts.startSession, { body: session });
  const host = await ChannelListener.connect((await agent.call(contracts.openAgentChannel, { body: {} })).json.url);
  const { messages } = await api(contracts.getNoticeMessages, {});
  const draft = { messages: [], fallback: { title: 'Recorded', body: 'This session is recorded.' } };
  await api(contracts.changeNoticeMessages, { body: { expectedVersion: messages.version, draft } });
  const visitor = stack.api(people.visitor);
  await visitor(contracts.listSessions, {});
  await visitor(contracts.listSessions, { query: { state: 'all' } });
  await visitor(contracts.listSessions, { query: { state: 'all', user: 'ada' } });
  await visitor(contracts.getSession, { params: { sessionId } });
  await api(contracts.commandRecording, { body: { action: 'start', sessionIds: [sessionId] } });
  await host.hears('the command', ({ kind }) => kind === 'command');
  const recording = { status: 'not-recorded' } as const;
  const { json } = await agent.call(contracts.reportSessions, {
    body: { sessions: [{ sessionId, recording, hasEnded: false }] },
  });
  for (const { commandId } of json.commands) {
    const body = { ...(await agent.recordingBody(sessionId)), initiator: 'administrator' as const, commandId };
    await agent.call(contracts.beginRecording, { body });
    await visitor(contracts.getRecordingCommand, { params: { commandId } });
    await agent.call(contracts.settleCommand, { params: { commandId }, body: { state: 'done', recording } });
  }
  host.close();
}

/** A recording that an administrator at the host begins and ends, and what its user was told. */
async function recordAtHost(): Promise<void> {
  const agent = await RawAgent.enrol(stack);
  const session = agent.sessionBody();
  const { sessionId } = session;
  await agent.call(contracts.startSession, { body: session });
  const body = await agent.recordingBody(sessionId);
  const { recordingId } = body;
  const begun = { ...body, initiator: 'administrator' as const, startedBy: 'root' };
  await agent.call(contracts.beginRecording, { body: begun });
  const recording = { status: 'not-recorded' } as const;
  const hostStop = { by: 'administrator' as const, account: 'root', recordingId, at: new Date().toISOString() };
  await agent.call(contracts.reportSessions, {
    body: { sessions: [{ sessionId, recording, hostStop, hasEnded: true }] },
  });
  await stack.api(people.reviewer)(contracts.listRecordingNotices, { params: { recordingId } });
}

async function administer(): Promise<void> {
  const api = stack.api(people.administrator);
  const { agentId } = await RawAgent.enrol(stack);
  await api(contracts.listAgents, {});
  await api(contracts.reinstateAgent, { params: { agentId } });
  await api(contracts.revokeAgent, { params: { agentId } });
  await expect(api(contracts.reinstateAgent, { params: { agentId } })).rejects.toThrow();
  await api(contracts.listRecordingPolicies, {});
  await api(contracts.activateRecordingPolicy, { body: { policyId: 'record-everyone-without-notification' } });
  await api(contracts.listRoleAssignments, {});
  const visitor = { kind: 'user' as const, name: people.visitor.username };
  await api(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members: [visitor] } });
  await stack.api(people.visitor)(contracts.listAgents, {});
  const member = { kind: 'user' as const, name: 'somebody' };
  await api(contracts.assignRole, { params: { role: 'LoggingReader' }, body: { members: [member] } });
  await api(contracts.assignRole, { params: { role: 'LoggingReader' }, body: { members: [] } });
  await sendMessages(stack, 'IngestDeadLetters', [{ Event: 's3:TestEvent' }]);
  await sendMessages(stack, 'FinaliseDeadLetters', [{ version: 1, kind: 'finalise', recordingId: 'gone' }]);
  await sendMessages(stack, 'ErasureWorkDeadLetters', [{ version: 1, kind: 'erase', recordingId: 'gone' }]);
  for (const queueName of ['ingest', 'finalise', 'erasure'])
    await api(contracts.redriveQueue, { params: { queueName } });
  await api(contracts.listQueues, {});
}

/** Policies are made, changed, activated, tried out and deleted, and decide a person whom the directory knows. */
async function keepPolicies(): Promise<void> {
  const api = stack.api(people.administrator);
  const csv = `userName,groups\nada,Traders\n${people.visitor.username},Traders\n`;
  await api(contracts.importDirectory, { body: { csv } });
  const { policyId } = (await api(contracts.createRecordingPolicy, { body: {} })).policy;
  await api(contracts.changeRecordingPolicy, {
    params: { policyId },
    body: { expectedVersion: 1, draft: { name: 'Two' } },
  });
  await api(contracts.activateRecordingPolicy, { body: { policyId } });
  const body = { expectedVersion: 2, draft: { name: 'Three' }, confirmsActive: true };
  await api(contracts.changeRecordingPolicy, { params: { policyId }, body });
  const agent = await RawAgent.enrol(stack);
  const session = agent.sessionBody();
  const { sessionId } = session;
  await agent.call(contracts.startSession, { body: session });
  const review = { recordingId: contracts.makeRecordingId(new TestClock()), fileNumber: 2 };
  await agent.call(contracts.reviewSession, { params: { sessionId }, body: review });
  await api(contracts.testRecordingPolicy, { body: { sessionId } });
  await api(contracts.simulateRecordingPolicy, { body: { policyId } });
  await api(contracts.activateRecordingPolicy, { body: { policyId: 'record-everyone-without-notification' } });
  await api(contracts.deleteRecordingPolicy, { params: { policyId } });
  await api(contracts.changeSiteSettings, { body: { areViewingPoliciesOn: true } });
  const viewing = (await api(contracts.createViewingPolicy, { body: { draft: {} } })).policy;
  await api(contracts.deleteViewingPolicy, { params: { policyId: viewing.policyId } });
  await api(contracts.changeSiteSettings, { body: { areViewingPoliciesOn: false } });
  const visitor = { kind: 'user' as const, name: people.visitor.username };
  await api(contracts.assignRole, { params: { role: 'PolicyAdministrator' }, body: { members: [visitor] } });
  await stack.api(people.visitor)(contracts.listRecordingPolicies, {});
}

/** By hand and by an identity provider: people and groups come, change and go. */
async function keepDirectory(): Promise<void> {
  const visitor = { kind: 'user' as const, name: people.visitor.username };
  await stack.api(people.administrator)(contracts.assignRole, {
    params: { role: 'PolicyAdministrator' },
    body: { members: [visitor] },
  });
  const api = stack.api(people.visitor);
  const { token, scimToken } = await api(contracts.createScimToken, { body: { name: 'provider' } });
  const { scimUrl } = await api(contracts.listScimTokens, {});
  const provider = new ScimClient({ url: scimUrl, token, userAgent: 'provider' });
  const emails = [{ value: 'nora@example.com', type: 'work' }];
  const { id } = await provider.post('/Users', { schemas: [contracts.scimUrns.user], userName: 'nora', emails });
  const members = [{ value: id }];
  const group = await provider.post('/Groups', { schemas: [contracts.scimUrns.group], displayName: 'Night', members });
  await provider.get('/Users');
  await provider.get('/Users?filter=emails eq "nora@example.com"');
  await provider.delete(`/Groups/${group.id}`);
  await provider.delete(`/Users/${id}`);
  await api(contracts.listDirectoryGroups, {});
  const { users } = await api(contracts.listDirectoryUsers, { query: { startsWith: 'jonas' } });
  for (const { userId } of users) await api(contracts.deleteDirectoryUser, { params: { userId } });
  await api(contracts.revokeScimToken, { params: { scimTokenId: scimToken.scimTokenId } });
}

describe('what the functions may do', () => {
  let report: RolePermissions[];

  beforeAll(async () => {
    await liveThrough();
    await waitInVain();
    await commandSession();
    await recordAtHost();
    await administer();
    await keepPolicies();
    await keepDirectory();
    report = (await (await fetch(`${stack.endpoint}/_localcloud/permissions`)).json()) as RolePermissions[];
  });

  test('is enough: no call of any function was refused', () => {
    expect(report.filter(({ refused }) => refused.length > 0)).toEqual([]);
    expect(report.length).toBeGreaterThanOrEqual(contracts.functionNames.length);
  });

  test('is not too much: everything that is granted was used, but for what is listed with its reason', () => {
    const found = report.flatMap(({ role, neverUsed }) =>
      neverUsed
        .filter(({ action }) => !logging.includes(action))
        .map(({ action }) => `${role.replace(/^Afterimage-/, '').replace(/(Role)?[0-9A-F]{8}-\w+$/, '')} ${action}`),
    );
    expect(found.sort()).toEqual(Object.keys(unused).sort());
  });
});
