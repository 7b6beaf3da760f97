import { labelSchema, sessionIdSchema, sessionRecordingSchema, timestampSchema } from '@afterimage/contracts';
import * as z from 'zod';

/**
 * One request and one answer per connection, each a line of JSON. On the socket of a session `sessionId` is left out,
 * or is that session's.
 */
export const controlRequestSchema = z.strictObject({
  action: z.enum(['start', 'stop', 'status']),
  sessionId: sessionIdSchema.optional(),
  /** Who asks, as they say: of administrators it is kept with what they begin. */
  account: labelSchema.optional(),
  /** Whether the user is told of what an administrator starts; default: they are. */
  notifiesUser: z.boolean().optional(),
});
export type ControlRequest = z.infer<typeof controlRequestSchema>;

const controlledSessionSchema = z.object({
  sessionId: sessionIdSchema,
  user: z.string(),
  targetId: z.string(),
  recording: sessionRecordingSchema,
  recordedSince: timestampSchema.optional(),
  allowsUserInitiated: z.boolean(),
});

export const controlAnswerSchema = z.object({
  outcome: z.enum([
    'status',
    'started',
    'stopped',
    'already-recorded',
    'not-recorded',
    'not-allowed',
    'not-started-by-user',
    'stopped-by-administrator',
    'user-is-asked',
    'unknown-session',
    'bad-request',
  ]),
  sessions: z.array(controlledSessionSchema),
});
export type ControlAnswer = z.infer<typeof controlAnswerSchema>;

export const maxRequestBytes = 1_024;
export const maxAnswerBytes = 1_048_576;
