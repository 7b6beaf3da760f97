import {
  type createRecordingPolicy,
  type deleteRecordingPolicy,
  type getRecordingPolicy,
  makePolicyId,
  policyIdSchema,
  type RecordingPolicy,
  type RouteInput,
  recordingPolicyDraftSchema,
} from '@afterimage/contracts';
import { type Clock, nowIso, type RecordingPolicyStore, type SiteStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { findPolicy, noSuchPolicy } from './find-policy.ts';

interface KeepPoliciesDependencies {
  site: Pick<SiteStore, 'find'>;
  recordingPolicies: Pick<RecordingPolicyStore, 'findCurrent' | 'create' | 'delete'>;
  clock: Clock;
}

/** Whoever deletes while others edit tries again so often. */
const maxAttempts = 5;

/** Inactive, whatever it is made of. */
export async function createPolicy(
  { recordingPolicies, clock }: Pick<KeepPoliciesDependencies, 'recordingPolicies' | 'clock'>,
  { body: { copyOf, draft, comment } }: RouteInput<typeof createRecordingPolicy>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof createRecordingPolicy>> {
  const source = copyOf === undefined ? undefined : await findPolicy(recordingPolicies, copyOf);
  if (copyOf !== undefined && source === undefined) return noSuchPolicy();
  const content = recordingPolicyDraftSchema.parse({ ...(source === undefined ? {} : contentOf(source)), ...draft });
  const policy = {
    policyId: makePolicyId(clock),
    ...content,
    isSystemDefined: false,
    version: 1,
    changedAt: nowIso(clock),
    changedBy: caller.userName,
  };
  await recordingPolicies.create({ policy, comment });
  return done({ policy });
}

/** The rule of a system policy has no criteria, which a rule of an own policy must have: it stays behind. */
function contentOf({ name, description, options, rules, isSystemDefined }: RecordingPolicy) {
  return { name: `Copy of ${name}`.slice(0, 256), description, options, rules: isSystemDefined ? [] : rules };
}

export async function showPolicy(
  { site, recordingPolicies }: Pick<KeepPoliciesDependencies, 'site' | 'recordingPolicies'>,
  { params: { policyId } }: RouteInput<typeof getRecordingPolicy>,
): Promise<Outcome<typeof getRecordingPolicy>> {
  const [policy, { activePolicy }] = await Promise.all([findPolicy(recordingPolicies, policyId), site.find()]);
  return policy === undefined ? noSuchPolicy() : done({ policy, isActive: activePolicy.policyId === policyId });
}

export async function deletePolicy(
  { recordingPolicies, clock }: Pick<KeepPoliciesDependencies, 'recordingPolicies' | 'clock'>,
  { params }: RouteInput<typeof deleteRecordingPolicy>,
): Promise<Outcome<typeof deleteRecordingPolicy>> {
  const policyId = policyIdSchema.safeParse(params.policyId);
  if (!policyId.success) return refuse('policy-system-defined', 'The policy stays: every deployment has it.');
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const policy = await recordingPolicies.findCurrent(policyId.data);
    if (policy === undefined) return noSuchPolicy();
    if (policy.isReadOnly) {
      return refuse('policy-read-only', 'The policy stays. Lift its mark first if it is to be deleted.');
    }
    const outcome = await recordingPolicies.delete(policyId.data, policy.version, nowIso(clock));
    if (outcome === 'deleted') return done(undefined);
    if (outcome === 'active') {
      return refuse('policy-active', 'The policy stays, and decides sessions. Activate another one first.');
    }
  }
  throw new Error('the policy changes too often to be deleted');
}
