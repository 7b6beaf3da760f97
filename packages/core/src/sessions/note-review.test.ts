import {
  makeRecordingCommandId,
  makeRecordingId,
  type RecordingAction,
  type RecordingDecision,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { sampleSession } from '../testing/sample-session.ts';
import { noteReview } from './note-review.ts';
import type { TrackedSession } from './tracked-session.ts';

const ids = { nowMs: () => 0, randomBytes: (length: number) => new Uint8Array(length) };
const recordingId = makeRecordingId(ids);

function decisionOf(action: RecordingAction, policyVersion: number): RecordingDecision {
  return { ...sampleSession().decision, action, policyVersion };
}

function sessionUnder(action: RecordingAction, changes: Partial<TrackedSession> = {}): TrackedSession {
  const decision = decisionOf(action, 1);
  return { ...sampleSession({ decision, recording: { status: 'recording', initiator: 'policy' } }), ...changes };
}

const nothing = decisionOf('do-not-record', 2);
const silent = decisionOf('record-without-notification', 2);

describe('noteReview', () => {
  test('A25: what an administrator has stopped does not go on, whatever the policy says', () => {
    const stop = { commandId: makeRecordingCommandId(ids), at: '2026-11-22T10:00:00.000Z' };
    const session = sessionUnder('record-without-notification', { stop });
    const reviewed = noteReview(session, { recordingId, fileNumber: 2 }, silent);
    expect(reviewed).toMatchObject({ review: { outcome: 'stop' }, decision: session.decision });
  });

  test.each(['administrator', 'user'] as const)('what the %s had begun is not the policy’s to end', (initiator) => {
    const session = sessionUnder('record-without-notification', { recording: { status: 'recording', initiator } });
    const reviewed = noteReview(session, { recordingId, fileNumber: 2 }, nothing);
    expect(reviewed).toMatchObject({ review: { outcome: 'go-on' }, decision: session.decision });
  });

  test('POL-061: what was not recorded by the policy has the same decision until the next session', () => {
    const session = sessionUnder('do-not-record');
    const reviewed = noteReview(session, { recordingId, fileNumber: 2 }, silent);
    expect(reviewed).toMatchObject({ review: { outcome: 'go-on' }, decision: session.decision, earlierDecisions: [] });
  });

  test('asked again for a file, the session stays as it is', () => {
    const once = noteReview(sessionUnder('record-without-notification'), { recordingId, fileNumber: 2 }, nothing);
    expect(noteReview(once, { recordingId, fileNumber: 2 }, silent)).toBe(once);
  });

  test('the same decision again is no new one', () => {
    const session = sessionUnder('record-without-notification');
    const reviewed = noteReview(
      session,
      { recordingId, fileNumber: 2 },
      { ...session.decision, decidedAt: '2026-11-23T10:00:00.000Z' },
    );
    expect(reviewed).toMatchObject({ decision: session.decision, earlierDecisions: [] });
  });

  test('of many decisions the first and the last nineteen stay on record', () => {
    let session = sessionUnder('record-without-notification');
    for (let version = 2; version <= 40; version++) {
      const next = decisionOf('record-without-notification', version);
      session = noteReview(session, { recordingId, fileNumber: version }, next);
    }
    expect(session.decision.policyVersion).toBe(40);
    expect(session.earlierDecisions.map(({ policyVersion }) => policyVersion)).toEqual([
      1,
      ...Array.from({ length: 19 }, (_, index) => 21 + index),
    ]);
  });
});
