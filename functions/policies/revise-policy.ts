import {
  type changeRecordingPolicy,
  diffPolicies,
  type PolicyChange,
  type PolicyId,
  policyIdSchema,
  type RecordingPolicy,
  type RecordingPolicyId,
  type RouteInput,
  type restoreRecordingPolicyVersion,
} from '@afterimage/contracts';
import { type Clock, nowIso, type RecordingPolicyStore, type SiteStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { noSuchPolicy, noSuchVersion } from './find-policy.ts';

export interface RevisePolicyDependencies {
  site: Pick<SiteStore, 'find'>;
  recordingPolicies: Pick<RecordingPolicyStore, 'findCurrent' | 'findVersion' | 'revise'>;
  clock: Clock;
}

type Revised = Outcome<typeof changeRecordingPolicy>;

interface Revision {
  policyId: RecordingPolicyId;
  expectedVersion: number;
  confirmsActive: boolean;
  comment: string;
  by: string;
  restores?: number;
}

/** New content as the next version: if it was made from the newest one, and never of an active policy by accident. */
export async function changePolicy(
  dependencies: RevisePolicyDependencies,
  { params, body: { draft, ...body } }: RouteInput<typeof changeRecordingPolicy>,
  { caller }: ReviewerCall,
): Promise<Revised> {
  const revision = { ...params, ...body, by: caller.userName };
  return revise(dependencies, revision, async () => draft);
}

/** The content of an earlier version as the next one. What came between stays in the history. */
export async function restoreVersion(
  dependencies: RevisePolicyDependencies,
  { params: { policyId, version }, body }: RouteInput<typeof restoreRecordingPolicyVersion>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof restoreRecordingPolicyVersion>> {
  const revision = { policyId, ...body, by: caller.userName, restores: version };
  return revise(dependencies, revision, async (custom) => {
    const earlier = await dependencies.recordingPolicies.findVersion(custom, version);
    if (earlier === undefined) return undefined;
    const { isReadOnly: _isReadOnly, ...content } = earlier;
    return content;
  });
}

/** Without the mark: it stays as it is. */
type Content = Pick<RecordingPolicy, 'name' | 'description' | 'options' | 'rules'> & { isReadOnly?: boolean };

async function revise(
  { site, recordingPolicies, clock }: RevisePolicyDependencies,
  revision: Revision,
  findContent: (policyId: PolicyId) => Promise<Content | undefined>,
): Promise<Revised> {
  const custom = policyIdSchema.safeParse(revision.policyId);
  if (!custom.success) return systemDefined();
  const policyId = custom.data;
  const [current, content, { activePolicy }] = await Promise.all([
    recordingPolicies.findCurrent(policyId),
    findContent(policyId),
    site.find(),
  ]);
  if (current === undefined) return noSuchPolicy();
  if (content === undefined) return noSuchVersion();
  if (current.version !== revision.expectedVersion) return changedMeanwhile(current, revision);
  const { name, description, isReadOnly = current.isReadOnly, options, rules } = content;
  const { version, isSystemDefined } = current;
  const stamp = { version: version + 1, changedAt: nowIso(clock), changedBy: revision.by };
  const policy = { policyId, name, description, isReadOnly, isSystemDefined, ...stamp, options, rules };
  const changes = diffPolicies(current, policy);
  if (changes.length === 0) return done(describe(current, changes));
  if (current.isReadOnly && !(isLifted(changes) && !isReadOnly)) return readOnly();
  if (activePolicy.policyId === policyId && !revision.confirmsActive) return unconfirmed();
  const { comment, restores, confirmsActive } = revision;
  const stored = { policy, comment, ...(restores === undefined ? {} : { restores }) };
  const outcome = await recordingPolicies.revise(stored, confirmsActive);
  if (outcome === 'stored') return done(describe(policy, changes));
  if (outcome === 'active') return unconfirmed();
  const newest = await recordingPolicies.findCurrent(policyId);
  return newest === undefined ? noSuchPolicy() : changedMeanwhile(newest, revision);
}

const isLifted = (changes: readonly PolicyChange[]) => changes.every(({ kind }) => kind === 'read-only');

const maxChanges = 500;
const maxChangeCharacters = 500_000;

/** The answer must fit what a function may answer, whatever was changed. */
export function describe(policy: RecordingPolicy, changes: readonly PolicyChange[]) {
  const shown = changes.slice(0, maxChanges);
  const isLarge = JSON.stringify(shown).length > maxChangeCharacters;
  return {
    policy,
    changes: isLarge ? shown.map(({ before: _before, after: _after, ...named }) => named) : shown,
    changeCount: changes.length,
  };
}

function changedMeanwhile({ changedBy, version, changedAt }: RecordingPolicy, { expectedVersion }: Revision) {
  return refuse(
    'policy-changed',
    `Nothing was changed: ${changedBy} made version ${version} at ${changedAt}, and yours was made from version ${expectedVersion}. Load the policy again, look at what differs, and make your change anew.`,
  );
}

const systemDefined = () =>
  refuse('policy-system-defined', 'Nothing was changed. Copy the policy and change the copy.');
const readOnly = () => refuse('policy-read-only', 'Nothing was changed. Lift the mark first, in a change of its own.');
const unconfirmed = () =>
  refuse(
    'confirmation-required',
    'Nothing was changed. The policy is active: the change decides every session that starts from then on. Send it again with confirmsActive if that is meant.',
  );
