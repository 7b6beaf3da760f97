import type { activateRecordingPolicy, listRecordingPolicies, RouteInput } from '@afterimage/contracts';
import { type ActivePolicyStore, type Clock, nowIso, systemRecordingPolicies } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';

export interface ManagePoliciesDependencies {
  policies: ActivePolicyStore;
  clock: Clock;
}

export async function showPolicies({
  policies,
}: ManagePoliciesDependencies): Promise<Outcome<typeof listRecordingPolicies>> {
  return done({ policies: Object.values(systemRecordingPolicies), activePolicyId: await policies.findActive() });
}

/** For sessions that start from now on; those under way keep their decision. */
export async function activatePolicy(
  { policies, clock }: ManagePoliciesDependencies,
  { body }: RouteInput<typeof activateRecordingPolicy>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof activateRecordingPolicy>> {
  await policies.activate(body.policyId, caller.userName, nowIso(clock));
  return done({ activePolicyId: body.policyId });
}
