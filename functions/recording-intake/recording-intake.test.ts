import {
  type Initiator,
  makeRecordingCommandId,
  makeRecordingId,
  makeSessionId,
  type RecordedContent,
  type RecordingCommandId,
  sessionAttributesSchema,
  sessionSchema,
} from '@afterimage/contracts';
import {
  compilePolicy,
  evaluateRecordingPolicy,
  type StoredCommand,
  systemRecordingPolicies,
  trackSession,
} from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryAudit } from '../_testing/memory-audit.ts';
import { MemoryConnections, MemoryWatches } from '../_testing/memory-channel.ts';
import {
  MemoryAgents,
  MemoryBus,
  MemoryCommands,
  MemoryRecordings,
  MemorySessions,
} from '../_testing/memory-stores.ts';
import { SampleDevice } from '../_testing/sample-device.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { acceptRecording } from './begin-recording.ts';
import { grantChunks } from './grant-chunks.ts';
import { admitAgent } from './open-channel.ts';
import { reportCommits } from './report-commits.ts';

const none = { params: undefined, query: undefined };

type Body = Awaited<ReturnType<typeof setUp>>['body'] & { commandId?: RecordingCommandId; startedBy?: string };

async function setUp() {
  const clock = new TestClock();
  const device = await SampleDevice.create(clock);
  const sessions = new MemorySessions();
  const dependencies = {
    agents: new MemoryAgents(),
    sessions,
    commands: new MemoryCommands(sessions),
    recordings: new MemoryRecordings(),
    audit: new MemoryAudit(clock),
    bus: new MemoryBus(),
    marks: new MemoryWatches(),
    tickets: new MemoryConnections(),
    channelUrl: 'wss://channel.example/live',
    wrappingKeyId: 'arn:key',
    clock,
    uploads: {
      grant: async () => ({
        objectKey: 'key',
        url: 'https://bucket.example/key',
        headers: {},
        expiresAt: '2026-11-22T10:15:00.000Z',
      }),
    },
  };
  dependencies.agents.rows.set(device.agent.agentId, device.agent);
  const sessionId = makeSessionId(clock);
  const report = (policy: keyof typeof systemRecordingPolicies) => {
    const attributes = sessionAttributesSchema.parse({
      user: { value: 'ada', assertedBy: 'agent' },
      host: { value: 'desk-7', assertedBy: 'agent' },
    });
    const decidedAt = '2026-11-22T10:00:00.000Z';
    const decision = evaluateRecordingPolicy({
      policy: compilePolicy(systemRecordingPolicies[policy]),
      session: { attributes, doHostGroupsCount: false },
      decidedAt,
    });
    const session = sessionSchema.parse({
      sessionId,
      agentId: device.agent.agentId,
      attributes,
      startedAt: decidedAt,
      decision,
    });
    dependencies.sessions.rows.set(sessionId, trackSession(session));
  };
  report('record-everyone-without-notification');
  const body = {
    recordingId: makeRecordingId(clock),
    sessionId,
    source: 'browser' as const,
    content: 'screen' as RecordedContent,
    initiator: 'policy' as Initiator,
    startedAt: '2026-11-22T11:00:00.000Z',
    clockOffsetMs: 3_600_000,
    width: 1280,
    height: 720,
    deviceCounter: 1,
    wrappedKey: 'AAAA',
    wrappingKeyId: 'arn:key',
  };
  return { dependencies, device, body, report, call: callOf(device) };
}

const callOf = (device: SampleDevice) => ({ caller: device.agent.agentId, requestId: 'r', sourceAddress: undefined });

describe('recording intake', () => {
  let world: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    world = await setUp();
  });

  const begin = (changes: Partial<Body> = {}, call = world.call) =>
    acceptRecording(world.dependencies, { ...none, body: { ...world.body, ...changes } }, call);

  test('accepts a permitted recording, corrects its clock by the offset and says that it started', async () => {
    expect(await begin()).toMatchObject({ isDone: true, response: { state: 'live' } });
    const recording = await world.dependencies.recordings.find(world.body.recordingId);
    expect(recording).toMatchObject({
      startedAt: '2026-11-22T10:00:00.000Z',
      hostStartedAt: '2026-11-22T11:00:00.000Z',
    });
    expect(world.dependencies.bus.types()).toEqual(['RecordingStarted']);
  });

  test('answers the same announcement again as the first, and says nothing twice', async () => {
    await begin();
    expect(await begin()).toMatchObject({ isDone: true, response: { state: 'live' } });
    expect(world.dependencies.bus.types()).toEqual(['RecordingStarted']);
  });

  test('refuses other content under a known id', async () => {
    await begin();
    expect(await begin({ width: 1 })).toMatchObject({ problem: 'already-exists' });
  });

  test('refuses what policy does not permit', async () => {
    world.report('do-not-record');
    expect(await begin()).toMatchObject({ problem: 'recording-not-permitted' });
    expect(world.dependencies.recordings.rows.size).toBe(0);
  });

  /** As the service stores a start that an administrator has given. */
  const command = (changes: Partial<StoredCommand> = {}) => {
    const { sessions, clock } = world.dependencies;
    const given: StoredCommand = {
      commandId: makeRecordingCommandId(clock),
      sessionId: world.body.sessionId,
      agentId: world.device.agent.agentId,
      action: 'start',
      notifiesUser: true,
      requestedBy: 'grace',
      requestedAt: '2026-11-22T10:00:00.000Z',
      state: 'pending',
      ...changes,
    };
    sessions.commands.set(given.commandId, given);
    return { initiator: 'administrator' as const, commandId: given.commandId };
  };

  test('DYN-001: accepts what no policy records with a command of an administrator, and keeps and says who began it', async () => {
    world.report('do-not-record');
    expect(await begin(command())).toMatchObject({ isDone: true });
    const recording = await world.dependencies.recordings.find(world.body.recordingId);
    expect(recording).toMatchObject({
      initiator: 'administrator',
      commandedBy: 'grace',
      content: 'screen',
      decision: { action: 'do-not-record' },
    });
    expect(world.dependencies.bus.said).toMatchObject([
      { type: 'RecordingStarted', detail: { reason: 'grace had it recorded, whatever the policy says.' } },
    ]);
  });

  test('USR-011: accepts what an administrator at the host began, and keeps the account as the host’s own word', async () => {
    world.report('do-not-record');
    expect(await begin({ initiator: 'administrator', startedBy: 'ops' })).toMatchObject({ isDone: true });
    expect(await world.dependencies.recordings.find(world.body.recordingId)).toMatchObject({
      initiator: 'administrator',
      startedBy: { value: 'ops', assertedBy: 'agent' },
      decision: { action: 'do-not-record' },
    });
    const reason = 'ops, an administrator at the host, had it recorded, as the host says.';
    expect(world.dependencies.bus.said).toMatchObject([{ type: 'RecordingStarted', detail: { reason } }]);
  });

  test('USR-011: what was begun at the host has its audit rows before it is kept, and none again when it is said again', async () => {
    world.report('do-not-record');
    const { audit, recordings } = world.dependencies;
    const { agentId } = world.device.agent;
    const keep = recordings.begin.bind(recordings);
    recordings.begin = (...announced) => {
      expect(audit.rows).toHaveLength(1);
      return keep(...announced);
    };
    const changes = { initiator: 'administrator' as const, startedBy: 'ops' };
    for (let times = 0; times < 2; times++) expect(await begin(changes)).toMatchObject({ isDone: true });
    const { recordingId, sessionId, startedAt } = world.body;
    const details = { sessionId, by: 'administrator', account: 'ops', assertedBy: 'agent', hostStartedAt: startedAt };
    expect(audit.rows).toEqual([
      {
        intent: {
          ...{ actor: agentId, action: 'recording.start-at-host', subject: recordingId, requestId: 'r' },
          details,
        },
      },
      { outcome: 'succeeded' },
    ]);
  });

  test('what a user at the host may not begin is in the audit as refused; what policy or a command began is not', async () => {
    const { audit } = world.dependencies;
    expect(await begin({ initiator: 'user' })).toMatchObject({ problem: 'recording-not-permitted' });
    expect(audit.rows).toMatchObject([
      { intent: { details: { by: 'user', account: 'ada' } } },
      { outcome: 'recording-not-permitted' },
    ]);
    audit.rows.length = 0;
    const next = () => ({ recordingId: makeRecordingId(world.dependencies.clock) });
    expect(await begin({ ...next(), deviceCounter: 1 })).toMatchObject({ isDone: true });
    expect(await begin({ ...next(), deviceCounter: 2, ...command() })).toMatchObject({ isDone: true });
    expect(audit.rows).toEqual([]);
  });

  test('keeps nothing that was begun at the host while the audit cannot be written', async () => {
    const { audit, recordings } = world.dependencies;
    audit.noteIntent = async () => Promise.reject(new Error('the table is away'));
    await expect(begin({ initiator: 'administrator', startedBy: 'ops' })).rejects.toThrow('the table is away');
    expect(recordings.rows.size).toBe(0);
  });

  test('refuses an administrator whose command is not there or is a stop, and a user whom the rule does not let', async () => {
    const unknown = {
      initiator: 'administrator' as const,
      commandId: makeRecordingCommandId(world.dependencies.clock),
    };
    for (const changes of [unknown, { initiator: 'administrator' as const }, command({ action: 'stop' })]) {
      expect(await begin(changes)).toMatchObject({ problem: 'recording-not-permitted' });
    }
    expect(await begin({ initiator: 'user' })).toMatchObject({ problem: 'recording-not-permitted' });
    expect(world.dependencies.recordings.rows.size).toBe(0);
  });

  test('refuses a recording of a session that was not reported, or is another agent’s', async () => {
    const stranger = await SampleDevice.create(world.dependencies.clock);
    world.dependencies.agents.rows.set(stranger.agent.agentId, stranger.agent);
    expect(await begin({}, callOf(stranger))).toMatchObject({ problem: 'not-found' });
    expect(await begin({ sessionId: makeSessionId(world.dependencies.clock) })).toMatchObject({ problem: 'not-found' });
  });

  test('accepts recordings of one device in any order of their counters', async () => {
    for (const deviceCounter of [3, 1, 2]) {
      const recordingId = makeRecordingId(world.dependencies.clock);
      expect(await begin({ recordingId, deviceCounter })).toMatchObject({ isDone: true });
    }
  });

  test('refuses an agent that is in quarantine by the time its recording is stored', async () => {
    world.dependencies.recordings.begin = async () => 'not-enrolled';
    expect(await begin()).toMatchObject({ problem: 'agent-not-trusted' });
  });

  test('quarantines an agent that uses one counter for two recordings', async () => {
    await begin();
    const again = await begin({ recordingId: makeRecordingId(world.dependencies.clock) });
    expect(again).toMatchObject({ problem: 'device-counter-reused' });
    expect((await world.dependencies.agents.find(world.device.agent.agentId))?.state).toBe('quarantined');
    const next = await begin({ recordingId: makeRecordingId(world.dependencies.clock), deviceCounter: 2 });
    expect(next).toMatchObject({ problem: 'agent-not-trusted' });
  });

  test('an agent that is revoked while it announces stays revoked', async () => {
    const { agents, recordings } = world.dependencies;
    const { agentId } = world.device.agent;
    recordings.begin = async () => {
      agents.rows.set(agentId, { ...world.device.agent, state: 'revoked' });
      return 'counter-reused';
    };
    expect(await begin()).toMatchObject({ problem: 'agent-not-trusted' });
    expect(agents.rows.get(agentId)?.state).toBe('revoked');
  });

  test.each([
    ['a year ahead', '2027-11-22T10:00:00.000Z', 0, '2026-11-22T10:00:00.000Z'],
    ['centuries behind', '0001-01-01T00:00:00.000Z', 0, '2025-10-18T10:00:00.000Z'],
    ['beyond all calendars', '2026-11-22T10:00:00.000Z', -1e300, '2026-11-22T10:00:00.000Z'],
  ])(
    'a clock %s moves a recording no further than it can have begun',
    async (_what, startedAt, clockOffsetMs, kept) => {
      expect(await begin({ startedAt, clockOffsetMs })).toMatchObject({ isDone: true });
      const recording = await world.dependencies.recordings.find(world.body.recordingId);
      expect(recording).toMatchObject({ startedAt: kept, hostStartedAt: startedAt, clockOffsetMs });
    },
  );

  test('refuses a data key that is wrapped to another key', async () => {
    expect(await begin({ wrappingKeyId: 'arn:other' })).toMatchObject({ problem: 'invalid-request' });
  });

  test('an agent gets neither grants nor commits for another agent’s recording', async () => {
    await begin();
    const stranger = callOf(await SampleDevice.create(world.dependencies.clock));
    const { recordingId } = world.body;
    const chunk = { firstSequence: 1, lastSequence: 2, sizeBytes: 10, sha256: 'x'.repeat(44) };
    const grants = { params: { recordingId }, query: undefined, body: { chunks: [chunk] } };
    expect(await grantChunks(world.dependencies, grants, stranger)).toMatchObject({ problem: 'recording-not-found' });
    expect(await grantChunks(world.dependencies, grants, world.call)).toMatchObject({
      isDone: true,
      response: { grants: [{ objectKey: 'key' }], commit: { recordingId, contiguousSequence: 0, storedBeyond: [] } },
    });
    const commits = { params: undefined, query: { recordingIds: [recordingId] }, body: undefined };
    expect(await reportCommits(world.dependencies, commits, stranger)).toMatchObject({
      problem: 'recording-not-found',
    });
    expect(await reportCommits(world.dependencies, commits, world.call)).toMatchObject({
      isDone: true,
      response: { recordings: [{ contiguousSequence: 0, storedBeyond: [], rejections: [] }] },
    });
  });

  test('commits say until when a recording is watched, as long as somebody watches', async () => {
    await begin();
    const { recordingId } = world.body;
    const { marks, clock } = world.dependencies;
    const input = { params: undefined, query: { recordingIds: [recordingId] }, body: undefined };
    const watchedUntil = async () => {
      const outcome = await reportCommits(world.dependencies, input, world.call);
      return outcome.isDone ? outcome.response.recordings[0]?.watchedUntil : outcome.problem;
    };
    expect(await watchedUntil()).toBeUndefined();
    marks.marks.set(recordingId, clock.nowMs() + 30_000);
    expect(await watchedUntil()).toBe('2026-11-22T10:00:30.000Z');
    clock.advance(30_000);
    expect(await watchedUntil()).toBeUndefined();
  });

  test('a ticket of the channel is for the agent that asked', async () => {
    const { tickets } = world.dependencies;
    const outcome = await admitAgent(world.dependencies, { ...none, body: {} }, world.call);
    expect(outcome).toMatchObject({
      isDone: true,
      response: { url: expect.stringMatching(/^wss:\/\/channel\.example\/live\?ticket=[\w-]{43}$/) },
    });
    const holders = [...tickets.tickets.values()].map(({ holder }) => holder);
    expect(holders).toEqual([{ kind: 'agent', agentId: world.device.agent.agentId }]);
  });

  test('a complete recording takes no more uploads', async () => {
    await begin();
    const { recordingId } = world.body;
    await world.dependencies.recordings.change(recordingId, (recording) => ({ ...recording, state: 'complete' }));
    const grants = { params: { recordingId }, query: undefined, body: { chunks: [] } };
    expect(await grantChunks(world.dependencies, grants, world.call)).toMatchObject({ problem: 'recording-ended' });
  });
});
