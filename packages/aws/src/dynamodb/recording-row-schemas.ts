import {
  agentIdSchema,
  type BusEvent,
  base64Schema,
  busEvents,
  declaredGapSchema,
  deviceCertificateSchema,
  recordingFileIdSchema,
  recordingSchema,
  rejectionSchema,
  timestampSchema,
} from '@afterimage/contracts';
import type { FileSpan, StoredRange } from '@afterimage/core';
import * as z from 'zod';

const sequence = z.int().min(1);

const fileNumber = z.int().min(1);

const storedRangeSchema = z.object({
  firstSequence: sequence,
  lastSequence: sequence,
  previousHash: z.string(),
  hash: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  sizeBytes: z.number(),
});

/** Ranges and spans are written without names: a long recording has many files, and an interrupted one many holes. */
const packedRangeSchema = z
  .tuple([sequence, sequence, z.string(), z.string(), z.number(), z.number(), z.number()])
  .transform(([firstSequence, lastSequence, previousHash, hash, startMs, endMs, sizeBytes]) => ({
    firstSequence,
    lastSequence,
    previousHash,
    hash,
    startMs,
    endMs,
    sizeBytes,
  }));

export function packRange(range: StoredRange): z.input<typeof packedRangeSchema> {
  const { firstSequence, lastSequence, previousHash, hash, startMs, endMs, sizeBytes } = range;
  return [firstSequence, lastSequence, previousHash, hash, startMs, endMs, sizeBytes];
}

const packedSpanSchema = z
  .tuple([fileNumber, sequence, sequence])
  .transform(([number, firstSequence, lastSequence]) => ({ fileNumber: number, firstSequence, lastSequence }));

export function packSpan(span: FileSpan): z.input<typeof packedSpanSchema> {
  return [span.fileNumber, span.firstSequence, span.lastSequence];
}

const unsaidEventSchema: z.ZodType<BusEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('RecordingStarted'), detail: busEvents.RecordingStarted }),
  z.object({ type: z.literal('RecordingInterrupted'), detail: busEvents.RecordingInterrupted }),
  z.object({ type: z.literal('RecordingResumed'), detail: busEvents.RecordingResumed }),
  z.object({ type: z.literal('RecordingFinished'), detail: busEvents.RecordingFinished }),
  z.object({ type: z.literal('RecordingFailed'), detail: busEvents.RecordingFailed }),
  z.object({ type: z.literal('RecordingErased'), detail: busEvents.RecordingErased }),
  z.object({ type: z.literal('SegmentRejected'), detail: busEvents.SegmentRejected }),
]);

/** Of what a reader sees of a recording, that which never changes. */
const announcedFields = {
  recordingId: true,
  sessionId: true,
  attributes: true,
  decision: true,
  source: true,
  content: true,
  initiator: true,
  startedBy: true,
  commandedBy: true,
  startedAt: true,
  clockOffsetMs: true,
  width: true,
  height: true,
  deviceCounter: true,
  devicePublicKey: true,
} as const;

/** What was announced. */
export const announcedRowSchema = z.object({
  data: recordingSchema.pick(announcedFields).extend({
    agentId: agentIdSchema,
    chainStart: base64Schema,
    certificate: deviceCertificateSchema,
    hostStartedAt: timestampSchema,
    announcementDigest: z.string(),
  }),
});

/** What is sealed: changed with each manifest, whose version is in the state as well. */
export const sealedRowSchema = z.object({
  data: recordingSchema.pick({ files: true }).extend({
    manifestVersion: z.int().min(1),
    manifestHash: z.string(),
    fileLayouts: z.array(
      z.object({
        ranges: z.array(z.object({ firstSequence: sequence, lastSequence: sequence })),
        anchors: z.array(z.tuple([z.int(), z.int()])),
        headHash: base64Schema,
        endMs: z.number(),
      }),
    ),
    supersededFileIds: z.array(recordingFileIdSchema),
  }),
});

/** The rest: changed with each upload. */
export const stateRowSchema = z.object({
  revision: z.int(),
  data: recordingSchema.omit({ ...announcedFields, agentId: true, files: true }).extend({
    storedRanges: z.array(packedRangeSchema),
    rejections: z.array(rejectionSchema),
    eventsCountedTo: z.string().optional(),
    reportedGaps: z.array(declaredGapSchema),
    previousRecordingHead: base64Schema.optional(),
    manifestVersion: z.int().min(0),
    fileSpans: z.array(packedSpanSchema),
    sealing: z
      .object({
        fileNumber,
        firstSequence: sequence,
        lastSequence: sequence,
        recordingFileId: recordingFileIdSchema,
        since: timestampSchema,
        ranges: z.array(storedRangeSchema),
        isEnd: z.boolean(),
      })
      .optional(),
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
  }),
});
