import {
  policyIdSchema,
  type RecordingPolicy,
  type RecordingPolicyId,
  systemRecordingPolicyIdSchema,
} from '@afterimage/contracts';
import { type RecordingPolicyStore, systemRecordingPolicies } from '@afterimage/core';
import { refuse } from '../_runtime/http/route-binding.ts';

/** One of the product's own, or the newest version of one that administrators made. */
export async function findPolicy(
  recordingPolicies: Pick<RecordingPolicyStore, 'findCurrent'>,
  policyId: RecordingPolicyId,
): Promise<RecordingPolicy | undefined> {
  const custom = policyIdSchema.safeParse(policyId);
  return custom.success
    ? recordingPolicies.findCurrent(custom.data)
    : systemRecordingPolicies[systemRecordingPolicyIdSchema.parse(policyId)];
}

export const noSuchPolicy = () =>
  refuse('policy-not-found', 'Nothing was changed. There is no policy with this id, or it was deleted.');

export const noSuchVersion = () =>
  refuse(
    'policy-not-found',
    'Nothing was changed. The policy has no such version; its history lists those that it has.',
  );
