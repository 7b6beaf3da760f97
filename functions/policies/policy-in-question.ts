import { makePolicyId, type RecordingPolicyDraft, type RecordingPolicyId } from '@afterimage/contracts';
import {
  type Clock,
  type CompiledPolicy,
  compilePolicy,
  type PolicyLibrary,
  type RecordingPolicyStore,
  type SiteStore,
} from '@afterimage/core';
import { findPolicy } from './find-policy.ts';

export interface PolicyQuestionDependencies {
  site: Pick<SiteStore, 'find'>;
  recordingPolicies: Pick<RecordingPolicyStore, 'findCurrent'>;
  library: Pick<PolicyLibrary, 'findPolicy'>;
  clock: Clock;
}

/**
 * What is to be tried out: content that nobody has stored yet, perhaps of a stored policy; a stored policy; or the active
 * one. Undefined for an id that nobody has.
 */
export async function findPolicyInQuestion(
  { site, recordingPolicies, library, clock }: PolicyQuestionDependencies,
  { policyId, draft }: { policyId?: RecordingPolicyId | undefined; draft?: RecordingPolicyDraft | undefined },
): Promise<CompiledPolicy | undefined> {
  if (policyId === undefined && draft === undefined) return library.findPolicy((await site.find()).activePolicy);
  const stored = policyId === undefined ? undefined : await findPolicy(recordingPolicies, policyId);
  if (policyId !== undefined && stored === undefined) return undefined;
  if (draft === undefined) return stored === undefined ? undefined : compilePolicy(stored);
  const identity = stored ?? { policyId: makePolicyId(clock), isSystemDefined: false, version: 1 };
  return compilePolicy({ ...identity, ...draft });
}
