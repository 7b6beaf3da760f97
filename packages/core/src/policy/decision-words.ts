import type { AnyRecordingRule, RecordingAction, RecordingPolicy } from '@afterimage/contracts';
import type { SessionFacts } from './session-facts.ts';

const verdicts: Readonly<Record<RecordingAction, string>> = {
  'do-not-record': 'is not recorded',
  'record-with-notification': 'is recorded with notification',
  'record-events-with-notification': 'has its events recorded with notification',
  'record-without-notification': 'is recorded without notification',
  'record-events-without-notification': 'has its events recorded without notification',
};

interface Decided {
  policy: RecordingPolicy;
  rule: AnyRecordingRule;
  session: SessionFacts;
  matchedCriteria: readonly string[];
  lostCount: number;
}

/** One sentence for a person. Names are cut so that it keeps within the contract's 500 characters. */
export function explainDecision({ policy, rule, session, matchedCriteria, lostCount }: Decided): string {
  const { user, host } = session.attributes;
  const subject = `The session of ${shorten(user.value, 64)} on ${shorten(host.value, 64)}`;
  const because = explainRule(policy, rule, matchedCriteria);
  const others = lostCount === 0 ? '' : `, before ${lostCount === 1 ? 'another rule' : `${lostCount} other rules`}`;
  return `${subject} ${verdicts[rule.action]}: ${because}${others}.`;
}

function explainRule(policy: RecordingPolicy, rule: AnyRecordingRule, matchedCriteria: readonly string[]): string {
  const policyName = `the policy “${shorten(policy.name, 64)}”`;
  if (rule.ruleId === 'fallback') return `no rule of ${policyName} matches`;
  const to = matchedCriteria.length === 0 ? 'everyone' : shorten(matchedCriteria.join(', '), 120);
  if (policy.isSystemDefined) return `${policyName} applies to ${to}`;
  return `the rule “${shorten(rule.name, 64)}” of ${policyName} applies to ${to}`;
}

/** Why a rule that matches did not win. */
export function explainLoss(loser: AnyRecordingRule, winner: AnyRecordingRule): string {
  if (loser.action === winner.action) return 'has the same action and is younger';
  return `its action “${inWords(loser.action)}” ranks below “${inWords(winner.action)}”`;
}

const inWords = (action: RecordingAction) => action.replaceAll('-', ' ');

/** Cut to so many UTF-16 code units, never within a character. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
