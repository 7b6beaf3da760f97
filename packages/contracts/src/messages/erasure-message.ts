import * as z from 'zod';
import { recordingIdSchema } from '../ids/ids.ts';

/** What the erasure queue carries: the erasure of this recording is to be brought to its end. Any number of them is one. */
export const erasureMessageSchema = z.object({
  version: z.literal(1),
  kind: z.literal('erase'),
  recordingId: recordingIdSchema,
});
export type ErasureMessage = z.infer<typeof erasureMessageSchema>;
