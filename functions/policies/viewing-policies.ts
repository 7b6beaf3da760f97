import {
  type changeViewingPolicy,
  type createViewingPolicy,
  type deleteViewingPolicy,
  type listViewingPolicies,
  makePolicyId,
  type RouteInput,
} from '@afterimage/contracts';
import { type Clock, nowIso, type SiteStore, type ViewingPolicyStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { noSuchPolicy } from './find-policy.ts';

export interface ViewingPoliciesDependencies {
  site: Pick<SiteStore, 'find'>;
  viewingPolicies: ViewingPolicyStore;
  clock: Clock;
}

/** Also while they are switched off: they are kept, and count for nothing. */
export async function showViewingPolicies({
  site,
  viewingPolicies,
}: ViewingPoliciesDependencies): Promise<Outcome<typeof listViewingPolicies>> {
  const [{ settings }, policies] = await Promise.all([site.find(), viewingPolicies.list()]);
  return done({ policies, areOn: settings.areViewingPoliciesOn });
}

export async function makeViewingPolicy(
  { site, viewingPolicies, clock }: ViewingPoliciesDependencies,
  { body: { draft } }: RouteInput<typeof createViewingPolicy>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof createViewingPolicy>> {
  if (!(await areOn(site))) return switchedOff();
  const stamp = { version: 1, changedAt: nowIso(clock), changedBy: caller.userName };
  const policy = { policyId: makePolicyId(clock), ...draft, ...stamp };
  await viewingPolicies.create(policy);
  return done({ policy });
}

export async function reviseViewingPolicy(
  { site, viewingPolicies, clock }: ViewingPoliciesDependencies,
  { params: { policyId }, body: { expectedVersion, draft } }: RouteInput<typeof changeViewingPolicy>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof changeViewingPolicy>> {
  if (!(await areOn(site))) return switchedOff();
  const stamp = { version: expectedVersion + 1, changedAt: nowIso(clock), changedBy: caller.userName };
  const policy = { policyId, ...draft, ...stamp };
  if (await viewingPolicies.change(policy)) return done({ policy });
  const current = await viewingPolicies.find(policyId);
  if (current === undefined) return noSuchPolicy();
  const { changedBy, version, changedAt } = current;
  return refuse(
    'policy-changed',
    `Nothing was changed: ${changedBy} made version ${version} at ${changedAt}, and yours was made from version ${expectedVersion}. Load the policy again and make your change anew.`,
  );
}

export async function removeViewingPolicy(
  { site, viewingPolicies }: ViewingPoliciesDependencies,
  { params: { policyId } }: RouteInput<typeof deleteViewingPolicy>,
): Promise<Outcome<typeof deleteViewingPolicy>> {
  if (!(await areOn(site))) return switchedOff();
  return (await viewingPolicies.delete(policyId)) ? done(undefined) : noSuchPolicy();
}

async function areOn(site: Pick<SiteStore, 'find'>): Promise<boolean> {
  return (await site.find()).settings.areViewingPoliciesOn;
}

const switchedOff = () =>
  refuse('viewing-policies-off', 'Nothing was changed. Switch viewing policies on in the settings first.');
