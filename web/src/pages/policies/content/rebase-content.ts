import { type AnyRecordingRule, isSameValue } from '@afterimage/contracts';
import type { PolicyContent } from './policy-content.ts';

export interface Rebased {
  content: PolicyContent;
  /** Names of rules that both changed: mine are in `content`. */
  clashes: string[];
}

/**
 * Brings what I changed since `base` onto what somebody else has saved meanwhile. What both touched is as I have it, and
 * is named when it is a rule.
 */
export function rebaseContent(base: PolicyContent, mine: PolicyContent, theirs: PolicyContent): Rebased {
  const { rules, clashes } = rebaseRules(base.rules, mine.rules, theirs.rules);
  return {
    content: { ...takeMine(base, mine, theirs), options: takeMine(base.options, mine.options, theirs.options), rules },
    clashes,
  };
}

/** Their object, with the fields that I changed. */
function takeMine<T extends object>(base: T, mine: T, theirs: T): T {
  const result = { ...theirs };
  for (const key of Object.keys(mine) as (keyof T)[]) {
    if (!isSameValue(base[key], mine[key])) result[key] = mine[key];
  }
  return result;
}

function rebaseRules(
  base: readonly AnyRecordingRule[],
  mine: readonly AnyRecordingRule[],
  theirs: readonly AnyRecordingRule[],
): { rules: AnyRecordingRule[]; clashes: string[] } {
  const ours = new Map(mine.map((rule) => [rule.ruleId, rule]));
  const theirIds = new Set(theirs.map(({ ruleId }) => ruleId));
  const old = new Map(base.map((rule) => [rule.ruleId, rule]));
  const clashes: string[] = [];
  const kept = theirs.flatMap((their) => {
    const before = old.get(their.ruleId);
    const our = ours.get(their.ruleId);
    if (before === undefined || isSameValue(before, our)) return [their];
    if (!isSameValue(before, their) && !isSameValue(our, their)) clashes.push(their.name);
    return our === undefined ? [] : [our];
  });
  const added = mine.filter((rule) => {
    if (theirIds.has(rule.ruleId)) return false;
    const before = old.get(rule.ruleId);
    if (before === undefined) return true;
    // They removed it: it stays away unless I have changed it.
    if (isSameValue(before, rule)) return false;
    clashes.push(rule.name);
    return true;
  });
  return { rules: [...kept, ...added], clashes };
}
