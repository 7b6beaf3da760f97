import { makeRuleId, type RecordingPolicyDraft, type RecordingRule, recordingRuleSchema } from '@afterimage/contracts';
import type { Clock } from '@afterimage/core';

type RuleInput = Pick<RecordingRule, 'action' | 'criteria'> & Partial<Pick<RecordingRule, 'name' | 'options'>>;

/** A rule as a console makes it. */
export function ruleOf(clock: Clock, rule: RuleInput): RecordingRule {
  return recordingRuleSchema.parse({ ruleId: makeRuleId(clock), name: 'Rule', ...rule });
}

/** A different id for each number. */
const numbered = (clock: Clock, number: number): Clock => ({
  nowMs: () => clock.nowMs() + number,
  randomBytes: (length) => clock.randomBytes(length),
});

/** So many rules, each with criteria of several kinds that hold for one user on one machine. */
export function manyRules(clock: Clock, count: number): RecordingPolicyDraft['rules'] {
  return Array.from({ length: count }, (_, index) =>
    ruleOf(numbered(clock, index), {
      name: `Rule ${index}`,
      action: index % 3 === 0 ? 'do-not-record' : 'record-with-notification',
      criteria: {
        principals: [
          { kind: 'user', name: `user-${index}` },
          { kind: 'group', name: `Group ${index}` },
        ],
        clientAddresses: [`10.${Math.floor(index / 256) % 256}.${index % 256}.0/24`],
      },
    }),
  );
}
