import * as z from 'zod';
import { agentIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { assertedSchema, labelSchema, timestampSchema } from './values.ts';

/** Group names of one session, all together: they are kept with each of its recordings, whose row has 400 KB. */
const maxGroupCharacters = 16_384;

const groupsSchema = z
  .array(assertedSchema)
  .max(500)
  .refine((groups) => groups.reduce((sum, { value }) => sum + value.length, 0) <= maxGroupCharacters, {
    message: `must not hold more than ${maxGroupCharacters} characters in all`,
  });

/** What is known of a recorded session. Every attribute says who asserted it. */
export const sessionAttributesSchema = z.object({
  user: assertedSchema,
  host: assertedSchema,
  client: assertedSchema.optional(),
  clientAddress: assertedSchema.optional(),
  application: assertedSchema.optional(),
  groups: groupsSchema.default([]),
});
export type SessionAttributes = z.infer<typeof sessionAttributesSchema>;

/** Ranked as in the spec's decision A1; the event-only and notifying actions come with policies. */
export const recordingActionSchema = z.enum(['do-not-record', 'record-without-notification']);

export const recordingOptionsSchema = z.object({
  /** Seconds between uploads while nobody watches. */
  uploadIntervalSeconds: z.number().min(1).max(60),
  /** Seconds of activity between key images: 300, 60 and 30 are the presets. */
  keyImageIntervalSeconds: z.int().min(10).max(1800),
  /** Averaged over a minute; what moves too much is recorded less often. 0: no bound. */
  maxBitsPerSecond: z.int().min(0).max(1_000_000_000).default(1_000_000),
  /** The recording goes on in a new file at what comes first (STO-005, STO-006). */
  rollover: z
    .object({
      /** Millions of bytes of sealed segments. */
      sizeMb: z.int().min(10).max(300).default(50),
      hours: z.int().min(1).max(24).default(12),
    })
    .prefault({}),
});
export type RecordingOptions = z.infer<typeof recordingOptionsSchema>;

/** A decision with its reason: which policy, in which version, by which rule, and why. */
export const recordingDecisionSchema = z.object({
  action: recordingActionSchema,
  policyId: labelSchema,
  policyName: labelSchema,
  policyVersion: z.int().min(1),
  ruleId: labelSchema,
  ruleName: labelSchema,
  /** Names of the criteria that matched; empty when the rule applies to everybody. */
  matchedCriteria: z.array(labelSchema).max(100),
  /** Rules that matched too and lost, with the reason. */
  outranked: z.array(z.object({ ruleId: labelSchema, reason: labelSchema })).max(100),
  /** One sentence for a person. */
  reason: z.string().max(500),
  options: recordingOptionsSchema,
  decidedAt: timestampSchema,
});
export type RecordingDecision = z.infer<typeof recordingDecisionSchema>;

export const sessionSchema = z.object({
  sessionId: sessionIdSchema,
  agentId: agentIdSchema,
  attributes: sessionAttributesSchema,
  startedAt: timestampSchema,
  decision: recordingDecisionSchema,
});
export type Session = z.infer<typeof sessionSchema>;
