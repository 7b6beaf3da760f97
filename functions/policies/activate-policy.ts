import type { activateRecordingPolicy, listRecordingPolicies, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  nowIso,
  type RecordingPolicyStore,
  type SiteStore,
  systemRecordingPolicies,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';

/** The product's own first, then the others by name. */
export async function showPolicies({
  site,
  recordingPolicies,
}: {
  site: Pick<SiteStore, 'find'>;
  recordingPolicies: Pick<RecordingPolicyStore, 'list'>;
}): Promise<Outcome<typeof listRecordingPolicies>> {
  const [{ activePolicy }, custom] = await Promise.all([site.find(), recordingPolicies.list()]);
  const own = Object.values(systemRecordingPolicies).map((policy) => ({ ...policy, ruleCount: policy.rules.length }));
  const { policyId, activatedAt, activatedBy } = activePolicy;
  return done({
    policies: [...own, ...custom.sort((one, other) => one.name.localeCompare(other.name))],
    activePolicyId: policyId,
    ...(activatedAt === undefined ? {} : { activatedAt }),
    ...(activatedBy === undefined ? {} : { activatedBy }),
  });
}

/** For sessions that start from now on; those under way keep their decision until their recording rolls over. */
export async function activatePolicy(
  { site, clock }: { site: Pick<SiteStore, 'activate'>; clock: Clock },
  { body }: RouteInput<typeof activateRecordingPolicy>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof activateRecordingPolicy>> {
  const { policyId, expectedActivePolicyId } = body;
  const outcome = await site.activate({ policyId, by: caller.userName, at: nowIso(clock) }, expectedActivePolicyId);
  if (outcome === 'activated') return done({ activePolicyId: policyId });
  if (outcome === 'not-found') {
    return refuse('policy-not-found', 'The active policy stays. There is no policy with this id, or it was deleted.');
  }
  return refuse(
    'policy-changed',
    'The active policy stays: somebody else has activated another one meanwhile. Load the list again, then decide.',
  );
}
