import * as z from 'zod';
import { recordingIdSchema } from '../ids/ids.ts';

/** What the finalise queue carries: this recording is to be sealed. Any number of them is one. */
export const finaliseMessageSchema = z.object({
  version: z.literal(1),
  kind: z.literal('finalise'),
  recordingId: recordingIdSchema,
});
export type FinaliseMessage = z.infer<typeof finaliseMessageSchema>;
