import { type AnyRecordingRule, type RecordingDecision, ruleOptionsSchema } from '@afterimage/contracts';
import { type CompiledPolicy, findMatchingPlaces } from './compile-policy.ts';
import { explainDecision, explainLoss, shorten } from './decision-words.ts';
import { criterionNames, findListed, gatherValues, type SessionFacts } from './session-facts.ts';

export interface PolicyQuestion {
  policy: CompiledPolicy;
  session: SessionFacts;
  /** ISO 8601; the decision is a function of its input, so the time comes in. */
  decidedAt: string;
}

/** What every policy ends with: whom no rule matches is not recorded. It stands in no document (POL-050). */
export const fallbackRule: AnyRecordingRule = {
  ruleId: 'fallback',
  name: 'Fallback',
  action: 'do-not-record',
  options: ruleOptionsSchema.parse({}),
  criteria: {},
};

/** What a decision says at most; a session in hundreds of groups may match more. */
const maxOutranked = 100;
const maxWordsPerCriterion = 20;

/**
 * Decides whether a session is recorded, and says why. The same function serves live sessions and simulations. Whom the
 * action tells is told by `withNotice`.
 */
export function evaluateRecordingPolicy({ policy: compiled, session, decidedAt }: PolicyQuestion): RecordingDecision {
  const { policy, rules } = compiled;
  const values = gatherValues(session);
  const places = findMatchingPlaces(compiled, session, values);
  const named = places.slice(0, 1 + maxOutranked).flatMap((place) => rules[place] ?? []);
  const [rule = fallbackRule, ...outranked] = named;
  const matchedCriteria = criterionNames.flatMap((name) =>
    findListed(name, rule.criteria, session, values)
      .slice(0, maxWordsPerCriterion)
      .map((words) => shorten(words, 256)),
  );
  return {
    action: rule.action,
    policyId: policy.policyId,
    policyName: policy.name,
    policyVersion: policy.version,
    ruleId: rule.ruleId,
    ruleName: rule.name,
    matchedCriteria,
    outranked: outranked.map((loser) => ({
      ruleId: loser.ruleId,
      ruleName: loser.name,
      reason: explainLoss(loser, rule),
    })),
    reason: explainDecision({ policy, rule, session, matchedCriteria, lostCount: Math.max(0, places.length - 1) }),
    options: { ...policy.options, ...rule.options },
    decidedAt,
  };
}
