import * as z from 'zod';
import { agentIdSchema, recordingCommandIdSchema, recordingIdSchema, sessionIdSchema } from '../ids/ids.ts';
import { labelSchema, timestampSchema } from './values.ts';

/** What an administrator tells a host to do with the recording of one session. */
export const recordingCommandSchema = z.object({
  commandId: recordingCommandIdSchema,
  sessionId: sessionIdSchema,
  agentId: agentIdSchema,
  action: z.enum(['start', 'stop']),
  /** Whether the user is told (DYN-006). */
  notifiesUser: z.boolean(),
  requestedBy: labelSchema,
  requestedAt: timestampSchema,
  /** `pending` until the host has confirmed; `expired` when it did not in time. */
  state: z.enum(['pending', 'done', 'refused', 'expired']),
  /** Why the host refused, or that nothing had to be done. */
  reason: labelSchema.optional(),
  recordingId: recordingIdSchema.optional(),
  settledAt: timestampSchema.optional(),
});
export type RecordingCommand = z.infer<typeof recordingCommandSchema>;
