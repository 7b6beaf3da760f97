import * as z from 'zod';
import { recordingActionSchema, recordingOptionsSchema } from './session.ts';
import { labelSchema } from './values.ts';

export const systemRecordingPolicyIdSchema = z.enum(['do-not-record', 'record-everyone-without-notification']);
export type SystemRecordingPolicyId = z.infer<typeof systemRecordingPolicyIdSchema>;

export const recordingPolicySchema = z.object({
  policyId: systemRecordingPolicyIdSchema,
  name: labelSchema,
  description: z.string().max(1000),
  isSystemDefined: z.literal(true),
  version: z.int().min(1),
  rule: z.object({ ruleId: labelSchema, name: labelSchema, action: recordingActionSchema }),
  options: recordingOptionsSchema,
});
export type RecordingPolicy = z.infer<typeof recordingPolicySchema>;
