import {
  base64Schema,
  captureSourceSchema,
  initiatorSchema,
  labelSchema,
  noticeSchema,
  problemNames,
  recordedContentSchema,
  recordingCommandIdSchema,
  recordingDecisionSchema,
  recordingIdSchema,
  sessionAttributesSchema,
  sessionIdSchema,
  sha256Schema,
  timestampSchema,
} from '@afterimage/contracts';
import * as z from 'zod';

/** What is known of one recording on this host, and how far the service knows of it. */
export const recordingFactsSchema = z.object({
  version: z.literal(1),
  recordingId: recordingIdSchema,
  sessionId: sessionIdSchema,
  attributes: sessionAttributesSchema,
  source: captureSourceSchema,
  /** As it is announced. */
  content: recordedContentSchema.default('screen'),
  /** It began without the screen and goes on with it. */
  isUpgraded: z.boolean().default(false),
  initiator: initiatorSchema.default('policy'),
  commandId: recordingCommandIdSchema.optional(),
  startedBy: labelSchema.optional(),
  /** The screen it is of; an agent that died goes on when it finds the same one. */
  targetId: z.string(),
  startedAt: timestampSchema,
  clockOffsetMs: z.number(),
  width: z.int(),
  height: z.int(),
  deviceCounter: z.int().min(1),
  /** Head of the device's recording before this one; absent for its first. */
  previousRecordingHead: sha256Schema.optional(),
  wrappedKey: base64Schema,
  wrappingKeyId: z.string(),
  /** Absent while the service has not been asked: it could not be reached and recording began all the same. */
  decision: recordingDecisionSchema.optional(),
  /** What the user is told when an administrator at this host begins another one of the session. */
  hostStartNotice: noticeSchema.optional(),
  isAnnounced: z.boolean(),
  /** Set once the final segment is sealed. */
  end: z.object({ reason: z.string(), finalSequence: z.int().min(1) }).optional(),
  /** Why the service takes no more of it. */
  refusedBecause: z.enum(problemNames as [string, ...string[]]).optional(),
});
export type RecordingFacts = z.output<typeof recordingFactsSchema>;
