import { type RecordingPolicyId, recordingPolicyIdSchema, systemRecordingPolicyIdSchema } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';

export function parsePolicyId(text: string): RecordingPolicyId {
  const id = recordingPolicyIdSchema.safeParse(text);
  if (id.success) return id.data;
  const own = systemRecordingPolicyIdSchema.options.join(', ');
  throw new InvalidArgumentError(`${text} is no policy id; they look like pol_01j…, or are one of ${own}`);
}
