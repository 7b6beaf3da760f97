import { isSameValue, type ViewingRule } from '@afterimage/contracts';

export interface ViewingChanges {
  added: ViewingRule[];
  changed: { before: ViewingRule; after: ViewingRule }[];
  removed: ViewingRule[];
}

/** What a save does to the rules of a policy. */
export function viewingChanges(before: readonly ViewingRule[], after: readonly ViewingRule[]): ViewingChanges {
  const had = new Map(before.map((rule) => [rule.ruleId, rule]));
  const kept = new Set(after.map(({ ruleId }) => ruleId));
  return {
    added: after.filter(({ ruleId }) => !had.has(ruleId)),
    changed: after.flatMap((rule) => {
      const old = had.get(rule.ruleId);
      return old === undefined || isSameValue(old, rule) ? [] : [{ before: old, after: rule }];
    }),
    removed: before.filter(({ ruleId }) => !kept.has(ruleId)),
  };
}
