import { makeRecordingCommandId, makeSessionId, type RecordingAction } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { sampleSession } from '../testing/sample-session.ts';
import { type Beginning, findPermission } from './permit-recording.ts';
import { overtaken } from './recording-orders.ts';
import type { StoredCommand, TrackedSession } from './tracked-session.ts';

const source = { nowMs: () => 0, randomBytes: (length: number) => new Uint8Array(length).fill(9) };
const byPolicy: Beginning = {
  initiator: 'policy',
  content: 'screen',
  startedAt: '2026-11-22T10:00:00.000Z',
  clockOffsetMs: 0,
};

function decided(action: RecordingAction, allowsUserInitiated = false): TrackedSession {
  const { decision, ...session } = sampleSession();
  return { ...session, decision: { ...decision, action, options: { ...decision.options, allowsUserInitiated } } };
}

const notRecorded = decided('do-not-record');
const start: StoredCommand = {
  commandId: makeRecordingCommandId(source),
  sessionId: notRecorded.sessionId,
  agentId: notRecorded.agentId,
  action: 'start',
  notifiesUser: false,
  requestedBy: 'grace',
  requestedAt: '2026-11-22T10:00:00.000Z',
  state: 'pending',
};

describe('by policy', () => {
  test.each<[RecordingAction, 'screen' | 'events', boolean]>([
    ['do-not-record', 'screen', false],
    ['do-not-record', 'events', false],
    ['record-with-notification', 'screen', true],
    ['record-without-notification', 'screen', true],
    ['record-without-notification', 'events', true],
    ['record-events-with-notification', 'events', true],
    ['record-events-without-notification', 'screen', false],
  ])('%s permits a recording of the %s: %s', (action, content, isPermitted) => {
    expect(findPermission(decided(action), { ...byPolicy, content }, undefined) !== undefined).toBe(isPermitted);
  });

  test('DYN-018: nothing begins after an administrator has stopped it, by the clock of the service', () => {
    const stop = { commandId: start.commandId, at: '2026-11-22T10:30:00.000Z' };
    const stopped = { ...decided('record-without-notification'), stoppedBy: 'grace', stop };
    const begins = (startedAt: string, clockOffsetMs = 0) =>
      findPermission(stopped, { ...byPolicy, startedAt, clockOffsetMs }, undefined) !== undefined;
    expect(begins('2026-11-22T10:29:59.999Z')).toBe(true);
    expect(begins('2026-11-22T10:30:00.000Z')).toBe(false);
    expect(begins('2026-11-22T11:10:00.000Z', 3_600_000)).toBe(true);
  });
});

describe('by an administrator', () => {
  const begin = { ...byPolicy, initiator: 'administrator' } as const;

  test('DYN-001: what no policy records is recorded with a start command of this session, and says why', () => {
    expect(findPermission(notRecorded, begin, start)).toBe('grace had it recorded, whatever the policy says.');
    expect(findPermission({ ...notRecorded, stoppedBy: 'ada' }, begin, { ...start, state: 'done' })).toBeDefined();
  });

  test('a start that was overtaken may have been followed before, one that its host refused was not', () => {
    expect(findPermission(notRecorded, begin, { ...start, state: 'refused', reason: overtaken })).toBeDefined();
    expect(findPermission(notRecorded, begin, { ...start, state: 'refused', reason: 'off here' })).toBeUndefined();
  });

  test('without such a command nothing begins, not even where the policy records', () => {
    const recorded = decided('record-without-notification');
    expect(findPermission(recorded, begin, undefined)).toBeUndefined();
    expect(findPermission(notRecorded, begin, { ...start, action: 'stop' })).toBeUndefined();
    const elsewhere = makeSessionId({ ...source, nowMs: () => 1 });
    expect(findPermission(notRecorded, begin, { ...start, sessionId: elsewhere })).toBeUndefined();
  });
});

describe('by an administrator at the host', () => {
  const begin = { ...byPolicy, initiator: 'administrator', startedBy: 'root' } as const;

  test('USR-011: what no policy records is recorded, and the reason says whose word it is', () => {
    expect(findPermission(notRecorded, begin, undefined)).toBe(
      'root, an administrator at the host, had it recorded, as the host says.',
    );
  });

  test('nothing begins after a command has stopped it', () => {
    const stop = { commandId: start.commandId, at: begin.startedAt };
    const stopped = { ...notRecorded, stoppedBy: 'grace', stop };
    expect(findPermission(stopped, begin, undefined)).toBeUndefined();
    const earlier = { ...begin, startedAt: '2026-11-22T09:59:59.999Z' };
    expect(findPermission(stopped, earlier, undefined)).toBeDefined();
  });

  test('an account is no excuse for a command that is not there, and nothing to other initiators', () => {
    const { commandId } = start;
    expect(findPermission(notRecorded, { ...begin, commandId }, undefined)).toBeUndefined();
    expect(findPermission(notRecorded, { ...begin, commandId }, { ...start, action: 'stop' })).toBeUndefined();
    for (const initiator of ['policy', 'user'] as const) {
      expect(findPermission(notRecorded, { ...begin, initiator }, undefined)).toBeUndefined();
    }
  });
});

describe('by the user', () => {
  test('USR-002: only where the rule lets users begin recordings', () => {
    const begin = { ...byPolicy, initiator: 'user' } as const;
    expect(findPermission(decided('do-not-record', true), begin, undefined)).toBeDefined();
    expect(findPermission(decided('record-without-notification'), begin, undefined)).toBeUndefined();
  });
});
