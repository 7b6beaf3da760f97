import { makeAgentId, makeSessionId } from '@afterimage/contracts';
import type { TrackedSession } from '../sessions/tracked-session.ts';
import { sampleRecording } from './sample-recording.ts';

const source = {
  nowMs: () => Date.parse('2026-11-22T10:00:00.000Z'),
  randomBytes: (n: number) => new Uint8Array(n).fill(5),
};

/** A session that has just been decided, for tests to vary. */
export function sampleSession(changes: Partial<TrackedSession> = {}): TrackedSession {
  const { attributes, decision } = sampleRecording();
  return {
    sessionId: makeSessionId(source),
    agentId: makeAgentId(source),
    attributes,
    startedAt: '2026-11-22T10:00:00.000Z',
    decision,
    earlierDecisions: [],
    notices: [],
    recording: { status: 'not-recorded' },
    revision: 1,
    ...changes,
  };
}
