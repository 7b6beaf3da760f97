import {
  type compareRecordingPolicyVersions,
  diffPolicies,
  type listRecordingPolicyVersions,
  policyIdSchema,
  type RecordingPolicy,
  type RecordingPolicyId,
  type RouteInput,
} from '@afterimage/contracts';
import type { RecordingPolicyStore } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { findPolicy, noSuchPolicy, noSuchVersion } from './find-policy.ts';
import { describe } from './revise-policy.ts';

interface PolicyHistoryDependencies {
  recordingPolicies: Pick<RecordingPolicyStore, 'findCurrent' | 'findVersion' | 'listVersions'>;
}

/** Of a deleted policy too. The product's own policies have no history. */
export async function showVersions(
  { recordingPolicies }: PolicyHistoryDependencies,
  { params, query }: RouteInput<typeof listRecordingPolicyVersions>,
): Promise<Outcome<typeof listRecordingPolicyVersions>> {
  const policyId = policyIdSchema.safeParse(params.policyId);
  if (!policyId.success) return done({ versions: [], hasMore: false });
  const { versions, hasMore } = await recordingPolicies.listVersions(policyId.data, query);
  if (versions.length === 0 && query.beforeVersion === undefined) return noSuchPolicy();
  return done({ versions, hasMore });
}

/** The first version is compared with nothing. */
export async function compareVersions(
  { recordingPolicies }: PolicyHistoryDependencies,
  { params: { policyId, version }, query }: RouteInput<typeof compareRecordingPolicyVersions>,
): Promise<Outcome<typeof compareRecordingPolicyVersions>> {
  const against = query.against ?? (version === 1 ? undefined : version - 1);
  const [policy, other] = await Promise.all([
    findVersion(recordingPolicies, policyId, version),
    against === undefined ? undefined : findVersion(recordingPolicies, policyId, against),
  ]);
  if (policy === undefined || (against !== undefined && other === undefined)) return noSuchVersion();
  return done(describe(policy, other === undefined ? [] : diffPolicies(other, policy)));
}

async function findVersion(
  recordingPolicies: PolicyHistoryDependencies['recordingPolicies'],
  policyId: RecordingPolicyId,
  version: number,
): Promise<RecordingPolicy | undefined> {
  const custom = policyIdSchema.safeParse(policyId);
  if (custom.success) return recordingPolicies.findVersion(custom.data, version);
  return version === 1 ? findPolicy(recordingPolicies, policyId) : undefined;
}
