import {
  agentIdSchema,
  type BusEvent,
  base64Schema,
  busEvents,
  declaredGapSchema,
  deviceCertificateSchema,
  type RecordingId,
  recordingFileIdSchema,
  recordingSchema,
  rejectionReasonSchema,
  timestampSchema,
} from '@afterimage/contracts';
import { isUnderWay, type TrackedRecording } from '@afterimage/core';
import * as z from 'zod';

const sequence = z.int().min(1);

const fileSpan = { fileNumber: z.int().min(1), firstSequence: sequence, lastSequence: sequence };

const storedRangeSchema = z.object({
  firstSequence: sequence,
  lastSequence: sequence,
  previousHash: z.string(),
  hash: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  sizeBytes: z.number(),
});

const unsaidEventSchema: z.ZodType<BusEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('RecordingStarted'), detail: busEvents.RecordingStarted }),
  z.object({ type: z.literal('RecordingInterrupted'), detail: busEvents.RecordingInterrupted }),
  z.object({ type: z.literal('RecordingResumed'), detail: busEvents.RecordingResumed }),
  z.object({ type: z.literal('RecordingFinished'), detail: busEvents.RecordingFinished }),
  z.object({ type: z.literal('RecordingFailed'), detail: busEvents.RecordingFailed }),
  z.object({ type: z.literal('RecordingErased'), detail: busEvents.RecordingErased }),
  z.object({ type: z.literal('SegmentRejected'), detail: busEvents.SegmentRejected }),
]);

const dataSchema = recordingSchema.extend({
  agentId: agentIdSchema,
  storedRanges: z.array(storedRangeSchema),
  rejections: z.array(
    z.object({ sequence: sequence.optional(), objectKey: z.string(), reason: rejectionReasonSchema }),
  ),
  eventsCountedTo: z.string().optional(),
  reportedGaps: z.array(declaredGapSchema),
  chainStart: base64Schema,
  certificate: deviceCertificateSchema,
  hostStartedAt: timestampSchema,
  previousRecordingHead: base64Schema.optional(),
  announcementDigest: z.string(),
  manifestVersion: z.int().min(0),
  manifestHash: z.string().optional(),
  fileSpans: z.array(z.object(fileSpan)),
  sealing: z
    .object({
      ...fileSpan,
      recordingFileId: recordingFileIdSchema,
      since: timestampSchema,
      ranges: z.array(storedRangeSchema),
      isEnd: z.boolean(),
    })
    .optional(),
  fileLayouts: z.array(
    z.object({
      ranges: z.array(z.object({ firstSequence: sequence, lastSequence: sequence })),
      anchors: z.array(z.tuple([z.int(), z.int()])),
      headHash: base64Schema,
      endMs: z.number(),
    }),
  ),
  supersededFileIds: z.array(recordingFileIdSchema),
  erasure: z
    .object({
      requestedBy: z.string(),
      requestedAt: timestampSchema,
      justificationSha256: z.string(),
      keyFingerprints: z.array(z.string()).optional(),
      receipt: z.object({ text: z.string(), signature: z.string() }).optional(),
    })
    .optional(),
  unsaidEvents: z.array(unsaidEventSchema),
});

export const recordingRowSchema = z.object({ revision: z.int(), data: dataSchema });

export const recordingKey = (recordingId: RecordingId) => ({ pk: `REC#${recordingId}`, sk: 'META' });

export const monthOf = (timestamp: string): string => timestamp.slice(0, 7);

/** The place of a recording in the index `byMonth`. */
export const byMonthKey = (
  month: string,
  { startedAt, recordingId }: Pick<TrackedRecording, 'startedAt' | 'recordingId'>,
) => ({
  ...recordingKey(recordingId),
  month: `REC#${month}`,
  monthKey: `${startedAt}#${recordingId}`,
});

/** Few enough to ask all, enough that 2,000 live recordings do not heat one partition of the index. */
export const activityShards = 8;

/** A recording is heard of each minute; an index that followed at once would be written twice each minute. */
const activityStepMs = 5 * 60_000;

/**
 * The row: `byMonth` lists it by its start; `byActivity` holds it only while it is under way or has something to say,
 * so that live recordings and quiet ones are found without looking at any other. The indexes hold keys and the state, and
 * when a recording was last heard of only to five minutes, so that most changes of a row touch no index.
 */
export function toRecordingItem({ revision, ...data }: TrackedRecording) {
  const isActive = isUnderWay(data.state) || data.state === 'erasing' || data.unsaidEvents.length > 0;
  return {
    ...byMonthKey(monthOf(data.startedAt), data),
    revision,
    state: data.state,
    ...(isActive
      ? { activity: `LIVE#${shardOf(data.recordingId)}`, lastHeardAt: activityStepOf(data.lastHeardAt) }
      : {}),
    data,
  };
}

export function fromRecordingItem(item: unknown): TrackedRecording {
  const { revision, data } = recordingRowSchema.parse(item);
  return { ...data, revision };
}

/** Never later than the time itself. */
function activityStepOf(timestamp: string): string {
  return new Date(Math.floor(Date.parse(timestamp) / activityStepMs) * activityStepMs).toISOString();
}

/** The last character of an id is random. */
function shardOf(recordingId: RecordingId): number {
  return recordingId.charCodeAt(recordingId.length - 1) % activityShards;
}
