import type { RecordingDecision, RecordingPolicy, SessionAttributes } from '@afterimage/contracts';

export interface PolicyQuestion {
  policy: RecordingPolicy;
  attributes: SessionAttributes;
  /** ISO 8601; the decision is a function of its input, so the time comes in. */
  decidedAt: string;
}

/** Decides whether a session is recorded, and says why. The same function serves live sessions and simulations. */
export function evaluateRecordingPolicy({ policy, attributes, decidedAt }: PolicyQuestion): RecordingDecision {
  const { rule } = policy;
  const verdict = rule.action === 'do-not-record' ? 'is not recorded' : 'is recorded without notification';
  return {
    action: rule.action,
    policyId: policy.policyId,
    policyName: policy.name,
    policyVersion: policy.version,
    ruleId: rule.ruleId,
    ruleName: rule.name,
    matchedCriteria: [],
    outranked: [],
    reason: describe(attributes, verdict, policy.name),
    options: policy.options,
    decidedAt,
  };
}

export function permitsRecording(decision: Pick<RecordingDecision, 'action'>): boolean {
  return decision.action !== 'do-not-record';
}

/** Names are cut so that the sentence keeps within the contract's 500 characters. */
function describe(attributes: SessionAttributes, verdict: string, policyName: string): string {
  const user = attributes.user.value.slice(0, 100);
  const host = attributes.host.value.slice(0, 100);
  return `The session of ${user} on ${host} ${verdict}: the policy “${policyName.slice(0, 100)}” applies to everyone.`;
}
