import * as z from 'zod';
import { agentIdSchema, recordingIdSchema, sessionIdSchema } from '../ids/ids.ts';
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
  /** The host's own claim; groups of the directory are looked up by the service and kept apart by who asserts them. */
  groups: groupsSchema.default([]),
  /** Groups of machines that the host was enrolled into. */
  machineGroups: z.array(assertedSchema).max(100).default([]),
  /** How the session came in, as an access gateway told the host: location, device state and so on. */
  accessTags: z.array(assertedSchema).max(100).default([]),
  /** The user's preferred language, BCP 47. */
  language: assertedSchema.optional(),
});
export type SessionAttributes = z.infer<typeof sessionAttributesSchema>;

/** Highest rank first: of the rules that match, the one whose action stands first here wins. */
export const recordingActionSchema = z.enum([
  'do-not-record',
  'record-with-notification',
  'record-events-with-notification',
  'record-without-notification',
  'record-events-without-notification',
]);
export type RecordingAction = z.infer<typeof recordingActionSchema>;

/** Who had a recording begun. */
export const initiatorSchema = z.enum(['policy', 'administrator', 'user']);
export type Initiator = z.infer<typeof initiatorSchema>;

/** `events`: what was noticed, without the screen. */
export const recordedContentSchema = z.enum(['screen', 'events']);
export type RecordedContent = z.infer<typeof recordedContentSchema>;

/** File name of a program, as the host knows it; compared whole, upper and lower case alike. */
const processNameSchema = labelSchema.regex(/^[^/\\;]+$/, 'must be the name of a program, without folders');

/** Windows of these programs are covered before their pixels are encoded. */
export const hiddenApplicationsSchema = z.object({
  processNames: z.array(processNameSchema).min(1).max(100),
  maskColour: z.enum(['black', 'gray', 'white']).default('black'),
});
export type HiddenApplications = z.infer<typeof hiddenApplicationsSchema>;

/** What a rule says beside its action. */
export const ruleOptionsSchema = z.object({
  recordsAudio: z.boolean().default(false),
  isLossy: z.boolean().default(false),
  hiddenApplications: hiddenApplicationsSchema.optional(),
  allowsUserInitiated: z.boolean().default(false),
});
export type RuleOptions = z.infer<typeof ruleOptionsSchema>;

/** What the recorded user is told, in one language. */
export const noticeTextSchema = z.object({
  title: labelSchema,
  body: z.string().trim().min(1).max(4000),
});
export type NoticeText = z.infer<typeof noticeTextSchema>;

/** BCP 47: a language, with a script or a region where it matters. */
export const languageSchema = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/, 'must be a language such as "de" or "pt-BR"');

export const noticeSchema = noticeTextSchema.extend({
  language: languageSchema,
  /** Version of the messages that it was taken from. */
  messagesVersion: z.int().min(0),
  /** The session ends unless the user agrees. */
  requiresConsent: z.boolean(),
});
export type Notice = z.infer<typeof noticeSchema>;

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

/** What the policy says of every recording, and what the rule that won says of this one. */
export const decidedOptionsSchema = recordingOptionsSchema.extend(ruleOptionsSchema.shape);
export type DecidedOptions = z.infer<typeof decidedOptionsSchema>;

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
  outranked: z.array(z.object({ ruleId: labelSchema, ruleName: labelSchema.optional(), reason: labelSchema })).max(100),
  /** One sentence for a person. */
  reason: z.string().max(500),
  options: decidedOptionsSchema,
  /** What the user is to be told before anything is recorded. Absent with a silent action. */
  notice: noticeSchema.optional(),
  decidedAt: timestampSchema,
});
export type RecordingDecision = z.infer<typeof recordingDecisionSchema>;

/** What a user saw and answered, on record. */
export const noticeReportSchema = z.object({
  answer: z.enum(['shown', 'dismissed', 'accepted', 'declined', 'not-shown']),
  language: languageSchema,
  messagesVersion: z.int().min(0),
  at: timestampSchema,
  /** Why it could not be shown. */
  reason: labelSchema.optional(),
});
export type NoticeReport = z.infer<typeof noticeReportSchema>;

/** DYN-008, USR-009: `pending` while a command has not been confirmed. */
export const recordingStatusSchema = z.enum(['not-recorded', 'pending', 'recording']);
export type RecordingStatus = z.infer<typeof recordingStatusSchema>;

/** How a session is recorded now, as its host says. */
export const sessionRecordingSchema = z.object({
  status: recordingStatusSchema,
  recordingId: recordingIdSchema.optional(),
  content: recordedContentSchema.optional(),
  initiator: initiatorSchema.optional(),
  /** Account of the administrator at the host who had it begun there. */
  startedBy: labelSchema.optional(),
});
export type SessionRecording = z.infer<typeof sessionRecordingSchema>;

/** Somebody at a host who ended a recording there, as the host says. */
export const hostStopSchema = z.object({
  by: z.enum(['user', 'administrator']),
  /** On that host. */
  account: labelSchema,
  /** Absent when it had not begun. */
  recordingId: recordingIdSchema.optional(),
  /** Service time, as the host reckons it. */
  at: timestampSchema,
});
export type HostStop = z.infer<typeof hostStopSchema>;

export const sessionSchema = z.object({
  sessionId: sessionIdSchema,
  agentId: agentIdSchema,
  attributes: sessionAttributesSchema,
  startedAt: timestampSchema,
  /** The one in force: made at the start, and again whenever a recording goes on in a new file. */
  decision: recordingDecisionSchema,
  /** Oldest first. */
  earlierDecisions: z.array(recordingDecisionSchema).max(20).default([]),
  notices: z.array(noticeReportSchema).max(50).default([]),
  recording: sessionRecordingSchema.default({ status: 'not-recorded' }),
  /** An administrator has ended its recording: no policy begins it again (A25). */
  stoppedBy: labelSchema.optional(),
  /** The last recording of it that was ended at the host. */
  hostStop: hostStopSchema.optional(),
  lastSeenAt: timestampSchema.optional(),
  endedAt: timestampSchema.optional(),
});
export type Session = z.infer<typeof sessionSchema>;
