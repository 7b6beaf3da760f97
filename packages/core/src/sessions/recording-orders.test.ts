import { makeRecordingCommandId, makeRecordingId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { sampleSession } from '../testing/sample-session.ts';
import { commandLifeMs, describeCommand, giveCommand, overtaken, settleCommand } from './recording-orders.ts';
import { describeSession } from './session-life.ts';
import type { StoredCommand, TrackedSession } from './tracked-session.ts';

const startMs = Date.parse('2026-11-22T10:00:00.000Z');
let drawn = 0;
const source = {
  nowMs: () => startMs,
  randomBytes: (length: number) => new Uint8Array(length).fill(++drawn),
};
const atMs = (timeMs: number) => new Date(startMs + timeMs).toISOString();

function commandOf(action: 'start' | 'stop', timeMs: number, session = sampleSession()): StoredCommand {
  return {
    commandId: makeRecordingCommandId(source),
    sessionId: session.sessionId,
    agentId: session.agentId,
    action,
    notifiesUser: true,
    requestedBy: 'grace',
    requestedAt: atMs(timeMs),
    state: 'pending',
  };
}

const recordingId = makeRecordingId(source);
const recorded = { status: 'recording', recordingId, content: 'screen', initiator: 'administrator' } as const;
const give = (session: TrackedSession, command: StoredCommand) => giveCommand(session, command).session;

describe('a command', () => {
  test('DYN-008: makes the status pending, and its answer what the host says', () => {
    const start = commandOf('start', 0);
    const given = giveCommand(sampleSession(), start);
    expect(given.commands).toEqual([start]);
    expect(describeSession(given.session, startMs).recording.status).toBe('pending');
    const settled = settleCommand(
      given.session,
      { commandId: start.commandId, state: 'done', recording: recorded },
      atMs(900),
    );
    expect(settled.commands).toEqual([{ ...start, state: 'done', settledAt: atMs(900), recordingId }]);
    expect(describeSession(settled.session, startMs + 900).recording).toEqual(recorded);
  });

  test('that a host does not answer in time has expired, and the status is no longer pending', () => {
    const start = commandOf('start', 0);
    const session = give(sampleSession(), start);
    expect(describeCommand(start, startMs + commandLifeMs - 1).state).toBe('pending');
    expect(describeSession(session, startMs + commandLifeMs - 1).recording.status).toBe('pending');
    expect(describeCommand(start, startMs + commandLifeMs)).toMatchObject({
      state: 'expired',
      settledAt: atMs(commandLifeMs),
    });
    expect(describeSession(session, startMs + commandLifeMs).recording.status).toBe('not-recorded');
  });

  test('that was followed is done, however late its host could say so', () => {
    const start = commandOf('start', 0);
    const answer = { commandId: start.commandId, state: 'done', recording: recorded } as const;
    const { commands } = settleCommand(give(sampleSession(), start), answer, atMs(commandLifeMs + 1));
    expect(commands).toMatchObject([{ state: 'done' }]);
  });

  test('settles the one that still waits as overtaken, so that a host never has two', () => {
    const start = commandOf('start', 0);
    const stop = commandOf('stop', 1000);
    const { session, commands } = giveCommand(give(sampleSession(), start), stop);
    expect(commands).toEqual([{ ...start, state: 'refused', reason: overtaken, settledAt: atMs(1000) }, stop]);
    expect(session.pendingCommand).toEqual(stop);
  });

  test('settles one that had expired as expired', () => {
    const start = commandOf('start', 0);
    const { commands } = giveCommand(give(sampleSession(), start), commandOf('stop', commandLifeMs));
    expect(commands[0]).toMatchObject({ commandId: start.commandId, state: 'expired' });
  });

  test('that is answered again, or after it was overtaken, changes nothing', () => {
    const start = commandOf('start', 0);
    const answer = { commandId: start.commandId, state: 'done', recording: recorded } as const;
    const { session } = settleCommand(give(sampleSession(), start), answer, atMs(1));
    expect(settleCommand(session, { ...answer, state: 'refused' }, atMs(2))).toEqual({ session, commands: [] });
    const stopped = give(give(sampleSession(), start), commandOf('stop', 1000));
    expect(settleCommand(stopped, answer, atMs(1001))).toEqual({ session: stopped, commands: [] });
  });

  test('keeps why its host refused', () => {
    const start = commandOf('start', 0);
    const reason = 'dynamic control is off on this host';
    const recording = { status: 'not-recorded' } as const;
    const answer = { commandId: start.commandId, state: 'refused', reason, recording } as const;
    const { session, commands } = settleCommand(give(sampleSession(), start), answer, atMs(1));
    expect(commands).toMatchObject([{ state: 'refused', reason }]);
    expect(session.pendingCommand).toBeUndefined();
  });
});

describe('the mark of a stop', () => {
  const stop = commandOf('stop', 0);
  const stopped = give(sampleSession(), stop);
  const settle = (session: TrackedSession, { commandId }: StoredCommand, state: 'done' | 'refused') =>
    settleCommand(session, { commandId, state, recording: { status: 'not-recorded' } }, atMs(5000)).session;

  test('DYN-018: is there as soon as the command is given, and stays when it is done', () => {
    expect(stopped).toMatchObject({ stoppedBy: 'grace', stop: { commandId: stop.commandId, at: atMs(0) } });
    expect(settle(stopped, stop, 'done').stoppedBy).toBe('grace');
  });

  test('goes when the host refuses the stop', () => {
    expect(settle(stopped, stop, 'refused').stoppedBy).toBeUndefined();
  });

  test('of an earlier stop stays when the host refuses a later one', () => {
    const again = commandOf('stop', 2000);
    const session = give(settle(stopped, stop, 'done'), again);
    expect(settle(session, again, 'refused')).toMatchObject({ stoppedBy: 'grace', stop: { at: atMs(0) } });
  });

  test('is lifted by a start that was followed, and by no other', () => {
    const start = commandOf('start', 2000);
    const session = give(settle(stopped, stop, 'done'), start);
    expect(session.stoppedBy).toBe('grace');
    expect(settle(session, start, 'refused').stoppedBy).toBe('grace');
    const lifted = settle(session, start, 'done');
    expect([lifted.stoppedBy, lifted.stop]).toEqual([undefined, undefined]);
  });
});
