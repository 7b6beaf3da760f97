import {
  type HostStop,
  makeAgentId,
  makeRecordingCommandId,
  makeRecordingId,
  makeSessionId,
  type SessionRecording,
} from '@afterimage/contracts';
import { giveCommand, type StoredCommand } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleSession } from '../../packages/core/src/testing/sample-session.ts';
import { MemoryAudit } from '../_testing/memory-audit.ts';
import { MemoryCommands, MemorySessions } from '../_testing/memory-stores.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { takeNotice } from './report-notice.ts';
import { takeReport } from './report-sessions.ts';
import { takeAnswer } from './settle-command.ts';

const none = { params: undefined, query: undefined };
const recording: SessionRecording = { status: 'recording', content: 'events', initiator: 'policy' };
const idle: SessionRecording = { status: 'not-recorded' };

async function setUp() {
  const clock = new TestClock();
  const sessions = new MemorySessions();
  const dependencies = { clock, sessions, commands: new MemoryCommands(sessions), audit: new MemoryAudit(clock) };
  const session = sampleSession({ sessionId: makeSessionId(clock) });
  const { sessionId, agentId } = session;
  sessions.rows.set(sessionId, session);
  const command: StoredCommand = {
    commandId: makeRecordingCommandId(clock),
    sessionId,
    agentId,
    action: 'start',
    notifiesUser: true,
    requestedBy: 'grace',
    requestedAt: new Date(clock.nowMs()).toISOString(),
    state: 'pending',
  };
  await sessions.changeWithCommands(sessionId, (known) => giveCommand(known, command));
  const own = { caller: agentId, requestId: 'r', sourceAddress: undefined };
  const stranger = { ...own, caller: makeAgentId(clock) };
  return { dependencies, sessionId, commandId: command.commandId, own, stranger, find: () => sessions.find(sessionId) };
}

describe('session intake', () => {
  let world: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    world = await setUp();
  });

  const report = (call = world.own, hasEnded = false) => {
    const { sessionId } = world;
    return takeReport(world.dependencies, { ...none, body: { sessions: [{ sessionId, recording, hasEnded }] } }, call);
  };

  test('notes how a host records and hands out what waits for it', async () => {
    const { commandId } = world;
    expect(await report()).toMatchObject({ isDone: true, response: { commands: [{ commandId, state: 'pending' }] } });
    expect((await world.find())?.recording).toEqual(recording);
  });

  describe('of a stop at the host', () => {
    const stopOf = (changes: Partial<HostStop> = {}): HostStop => ({
      by: 'administrator',
      account: 'ops',
      recordingId: makeRecordingId(world.dependencies.clock),
      at: '2026-11-22T10:00:00.000Z',
      ...changes,
    });
    const reportStop = (hostStop: HostStop, call = world.own, hasEnded = false) => {
      const body = { sessions: [{ sessionId: world.sessionId, recording: idle, hostStop, hasEnded }] };
      return takeReport(world.dependencies, { ...none, body }, call);
    };

    test('USR-011: writes the audit once, before it is noted, however often the host says it', async () => {
      const { audit, sessions } = world.dependencies;
      const hostStop = stopOf();
      const change = sessions.changeWithCommands.bind(sessions);
      sessions.changeWithCommands = (...noted) => {
        expect(audit.rows.length).toBeGreaterThan(0);
        return change(...noted);
      };
      for (let times = 0; times < 3; times++) await reportStop(hostStop);
      const { recordingId, at, ...who } = hostStop;
      const details = { sessionId: world.sessionId, ...who, assertedBy: 'agent', hostStoppedAt: at };
      expect(audit.rows).toEqual([
        {
          intent: {
            ...{ actor: world.own.caller, action: 'recording.stop-at-host', subject: recordingId, requestId: 'r' },
            details,
          },
        },
        { outcome: 'succeeded' },
      ]);
      expect((await world.find())?.hostStop).toEqual(hostStop);
    });

    test('has rows for the next one, for one that ends the session, and for none of a session that is over', async () => {
      const { audit } = world.dependencies;
      await reportStop(stopOf());
      await reportStop(stopOf({ by: 'user', account: 'ada', at: '2026-11-22T10:05:00.000Z' }), world.own, true);
      await reportStop(stopOf({ at: '2026-11-22T10:06:00.000Z' }));
      expect(audit.rows).toMatchObject([
        { intent: { details: { by: 'administrator' } } },
        { outcome: 'succeeded' },
        { intent: { details: { by: 'user', account: 'ada' } } },
        { outcome: 'succeeded' },
      ]);
      expect(await world.find()).toMatchObject({ hostStop: { by: 'user' }, endedAt: expect.any(String) });
    });

    test('leaves no trace from a host whose session it is not', async () => {
      const before = await world.find();
      await reportStop(stopOf(), world.stranger);
      expect(world.dependencies.audit.rows).toEqual([]);
      expect(await world.find()).toEqual(before);
    });
  });

  test('believes no host of another’s session, and says nothing about it', async () => {
    const before = await world.find();
    expect(await report(world.stranger)).toMatchObject({ isDone: true, response: { commands: [] } });
    expect(await world.find()).toEqual(before);
    const at = '2026-11-22T10:00:00.000Z';
    const body = { answer: 'accepted', language: 'en', messagesVersion: 0, at } as const;
    const input = { params: { sessionId: world.sessionId }, query: undefined, body };
    expect(await takeNotice(world.dependencies, input, world.stranger)).toMatchObject({ problem: 'session-not-found' });
    expect(await world.find()).toEqual(before);
  });

  test('goes on over a session that nobody knows', async () => {
    const unknown = { sessionId: makeSessionId(world.dependencies.clock), recording, hasEnded: false };
    const known = { sessionId: world.sessionId, recording, hasEnded: true };
    const body = { sessions: [unknown, known] };
    expect(await takeReport(world.dependencies, { ...none, body }, world.own)).toMatchObject({ isDone: true });
    expect((await world.find())?.endedAt).toBe('2026-11-22T10:00:00.000Z');
  });

  test('an end takes the command that waits with it', async () => {
    expect(await report(world.own, true)).toMatchObject({ isDone: true, response: { commands: [] } });
    const command = await world.dependencies.commands.find(world.commandId);
    expect(command).toMatchObject({ state: 'refused', reason: 'the session has ended' });
  });

  test('takes the answer of the host that was asked, and of no other', async () => {
    const input = { params: { commandId: world.commandId }, query: undefined };
    const body = { state: 'done', recording: idle } as const;
    const foreign = await takeAnswer(world.dependencies, { ...input, body }, world.stranger);
    expect(foreign).toMatchObject({ problem: 'command-not-found' });
    expect(await world.dependencies.commands.find(world.commandId)).toMatchObject({ state: 'pending' });
    expect(await takeAnswer(world.dependencies, { ...input, body }, world.own)).toMatchObject({ isDone: true });
    expect(await world.dependencies.commands.find(world.commandId)).toMatchObject({ state: 'done' });
  });
});
