import { makeSessionId, type SessionRecording } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import type { ControlledSession } from '../sessions/session-control.ts';
import { signOf } from './recording-indicator.ts';
import { describePanel } from './session-panel.ts';

const sessionId = makeSessionId({ nowMs: () => 0, randomBytes: (length) => new Uint8Array(length) });
const recordedSince = '2026-11-22T10:00:00.000Z';
const notRecorded: SessionRecording = { status: 'not-recorded' };

function session(recording: SessionRecording, allowsUserInitiated = true): ControlledSession {
  const since = recording.status === 'recording' ? { recordedSince } : {};
  return { sessionId, user: 'ada', targetId: ':1', recording, allowsUserInitiated, ...since };
}

const recordedBy = (initiator: 'policy' | 'administrator' | 'user', startedBy?: string) =>
  session({ status: 'recording', initiator, ...(startedBy !== undefined && { startedBy }) });
const answersOf = (shown: ControlledSession) => describePanel({ session: shown }).choices.map(({ answer }) => answer);

describe('the panel of a session', () => {
  test('USR-003: has the button that the user may press now, as the last', () => {
    expect(answersOf(session(notRecorded))).toEqual(['looked', 'start']);
    expect(answersOf(recordedBy('user'))).toEqual(['looked', 'stop']);
    expect(answersOf(session({ status: 'pending', initiator: 'user' }))).toEqual(['looked', 'stop']);
  });

  test('USR-002, USR-008: has none where the rule does not allow it, or others have begun', () => {
    expect(answersOf(session(notRecorded, false))).toEqual(['looked']);
    expect(answersOf(recordedBy('policy'))).toEqual(['looked']);
    expect(answersOf(recordedBy('administrator', 'ops'))).toEqual(['looked']);
  });

  test('says since when it is recorded, and by whom, in the language of the user', () => {
    const { title, body } = describePanel({ session: recordedBy('administrator', 'ops'), language: 'de-AT' });
    expect(title).toBe('Aufzeichnung dieser Sitzung');
    expect(body).toMatch(/seit 22\.11\.26, \d\d:\d\d aufgezeichnet\.\nDie Administration \(ops\)/);
    expect(describePanel({ session: recordedBy('user'), language: 'fi' }).body).toContain('You started');
  });

  test('says what came of the button that was pressed', () => {
    const { body } = describePanel({ session: session(notRecorded), outcome: 'stopped' });
    expect(body).toBe('The recording has been stopped and is being saved.\nThis session is not being recorded.');
    const refused = describePanel({ session: session(notRecorded), outcome: 'stopped-by-administrator' });
    expect(refused.body).toContain('Only they can start it again.');
  });
});

describe('the sign of a session', () => {
  test('USR-004: is red while a recording is on that was begun at the host, by whomever', () => {
    expect(signOf(recordedBy('user'))).toBe('recording');
    expect(signOf({ ...recordedBy('administrator', 'ops'), allowsUserInitiated: false })).toBe('recording');
  });

  test('tells nothing of what the policy or an administrator of the service has begun', () => {
    for (const initiator of ['policy', 'administrator'] as const) {
      expect(signOf(recordedBy(initiator))).toBe('ready');
      expect(signOf({ ...recordedBy(initiator), allowsUserInitiated: false })).toBe('none');
    }
  });
});
