import * as z from 'zod';
import { agentIdSchema, recordingFileIdSchema, recordingIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { legalHoldSchema } from './erasure.ts';
import { initiatorSchema, recordedContentSchema, recordingDecisionSchema, sessionAttributesSchema } from './session.ts';
import { assertedSchema, base64Schema, labelSchema, sha256Schema, timestampSchema } from './values.ts';

/**
 * live → (3 min of silence) interrupted → live again, or after the message life: complete | partial.
 * `sealing`: everything has arrived and the file is being written. `failed`: nothing playable arrived.
 * `erasing`: closed to everybody, its key and its bytes are being destroyed. `erased`: that it existed is all there is.
 */
export const recordingStateSchema = z.enum([
  'live',
  'interrupted',
  'sealing',
  'complete',
  'partial',
  'failed',
  'erasing',
  'erased',
]);
export type RecordingState = z.infer<typeof recordingStateSchema>;

/** Pixels that are not there, declared. Times are milliseconds since the recording's start. */
export const declaredGapSchema = z.object({
  fromMs: z.number().min(0),
  toMs: z.number().min(0),
  reason: z.enum([
    'spool-full',
    'agent-died',
    'source-lost',
    'machine-suspended',
    'journal-damaged',
    'segments-missing',
    'end-not-attested',
    'other',
  ]),
  firstMissingSequence: z.int().min(1).optional(),
  lastMissingSequence: z.int().min(1).optional(),
});
export type DeclaredGap = z.infer<typeof declaredGapSchema>;

/**
 * Files of one recording: its row lists them all. An agent begins no more of them, its last file grows instead; at an
 * hour each at least, that is after a week.
 */
export const maxRecordingFiles = 200;

export const recordingFileSchema = z.object({
  recordingFileId: recordingFileIdSchema,
  fileNumber: z.int().min(1),
  objectKey: z.string().max(1024),
  sizeBytes: z.int().min(0),
  firstSequence: z.int().min(1),
  lastSequence: z.int().min(1),
  sealedAt: timestampSchema,
  manifestVersion: z.int().min(1),
});
export type RecordingFile = z.infer<typeof recordingFileSchema>;

export const captureSourceSchema = z.enum(['browser', 'x11']);

export const recordingSchema = z.object({
  recordingId: recordingIdSchema,
  sessionId: sessionIdSchema,
  agentId: agentIdSchema,
  state: recordingStateSchema,
  attributes: sessionAttributesSchema,
  decision: recordingDecisionSchema,
  source: captureSourceSchema,
  /** `screen` from the first stored key image on, also where it began with events alone. */
  content: recordedContentSchema.default('screen'),
  /** Of a recording that began with events alone: where the first key image lies that is stored. */
  screenFromMs: z.number().min(0).optional(),
  initiator: initiatorSchema.default('policy'),
  /** Account of the administrator who had it begun at the host itself; only the host says so. */
  startedBy: assertedSchema.optional(),
  /** Who had it begun by a command of the service. */
  commandedBy: labelSchema.optional(),
  /** Service time at the first frame: host wall clock corrected by the clock offset. */
  startedAt: timestampSchema,
  /** Host wall clock minus service clock when the recording began. */
  clockOffsetMs: z.number(),
  lastHeardAt: timestampSchema,
  endedAt: timestampSchema.optional(),
  /** Milliseconds of recording that are stored. */
  durationMs: z.number().min(0),
  sizeBytes: z.int().min(0),
  segmentCount: z.int().min(0),
  /** Everything up to this sequence is stored and chained; 0 before the first segment. */
  contiguousSequence: z.int().min(0),
  /** End of the contiguous part. */
  contiguousMs: z.number().min(0),
  /** Sequence of the segment that is signed as final, once it has arrived. */
  finalSequence: z.int().min(1).optional(),
  eventCount: z.int().min(0),
  rejectedCount: z.int().min(0),
  width: z.int().min(1).max(16384),
  height: z.int().min(1).max(16384),
  gaps: z.array(declaredGapSchema).max(1000),
  /** Present while a legal hold stands. */
  hold: legalHoldSchema.optional(),
  erasedAt: timestampSchema.optional(),
  files: z.array(recordingFileSchema).max(maxRecordingFiles),
  /** Which recording of this device it is: a recording that vanishes whole leaves a hole. */
  deviceCounter: z.int().min(1),
  devicePublicKey: base64Schema,
});
export type Recording = z.infer<typeof recordingSchema>;

/** What the chain knows of one stored segment, and where its bytes lie. */
export const segmentSchema = z.object({
  sequence: z.int().min(1),
  epoch: z.int().min(0),
  startMs: z.number().min(0),
  endMs: z.number().min(0),
  hasKeyBegin: z.boolean(),
  hasKeyEnd: z.boolean(),
  hasEvents: z.boolean(),
  isFinal: z.boolean(),
  isStreaming: z.boolean(),
  /** h(i), base64. */
  hash: sha256Schema,
  previousHash: sha256Schema,
  offset: z.int().min(0),
  sizeBytes: z.int().min(1),
});
export type Segment = z.infer<typeof segmentSchema>;

/** Something noticed in the session, at a time a viewer can jump to. */
export const recordedEventSchema = z.object({
  eventId: labelSchema,
  atMs: z.number().min(0),
  /** For periods such as idle. */
  untilMs: z.number().min(0).optional(),
  kind: z.enum(['session-start', 'session-end', 'navigation', 'title', 'window', 'idle', 'blocked', 'gap', 'custom']),
  text: z.string().max(2000),
  assertedBy: z.enum(['agent', 'service']),
});
export type RecordedEvent = z.infer<typeof recordedEventSchema>;
