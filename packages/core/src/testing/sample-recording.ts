import {
  makeAgentId,
  makeRecordingId,
  makeSessionId,
  recordingDecisionSchema,
  sessionAttributesSchema,
} from '@afterimage/contracts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';

const source = {
  nowMs: () => Date.parse('2026-11-22T10:00:00.000Z'),
  randomBytes: (n: number) => new Uint8Array(n).fill(5),
};

/** A recording that has just begun, for tests to vary. */
export function sampleRecording(changes: Partial<TrackedRecording> = {}): TrackedRecording {
  const at = '2026-11-22T10:00:00.000Z';
  return {
    recordingId: makeRecordingId(source),
    sessionId: makeSessionId(source),
    agentId: makeAgentId(source),
    state: 'live',
    attributes: sessionAttributesSchema.parse({
      user: { value: 'ada', assertedBy: 'agent' },
      host: { value: 'desk-7', assertedBy: 'agent' },
    }),
    decision: recordingDecisionSchema.parse({
      action: 'record-without-notification',
      policyId: 'record-everyone-without-notification',
      policyName: 'Record everyone without notification',
      policyVersion: 1,
      ruleId: 'everyone',
      ruleName: 'Everyone',
      matchedCriteria: [],
      outranked: [],
      reason: 'a sample',
      options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
      decidedAt: at,
    }),
    source: 'browser',
    content: 'screen',
    initiator: 'policy',
    startedAt: at,
    clockOffsetMs: 0,
    lastHeardAt: at,
    durationMs: 0,
    sizeBytes: 0,
    segmentCount: 0,
    contiguousSequence: 0,
    contiguousMs: 0,
    eventCount: 0,
    rejectedCount: 0,
    width: 1280,
    height: 720,
    gaps: [],
    files: [],
    deviceCounter: 1,
    devicePublicKey: Buffer.alloc(32, 1).toString('base64'),
    revision: 1,
    storedRanges: [],
    rejections: [],
    reportedGaps: [],
    chainStart: Buffer.alloc(32).toString('base64'),
    certificate: { payload: '{}', signature: 'AAAA' },
    hostStartedAt: at,
    announcementDigest: 'digest',
    manifestVersion: 0,
    fileSpans: [],
    fileLayouts: [],
    supersededFileIds: [],
    unsaidEvents: [],
    ...changes,
  };
}
