import type { AnyRecordingRule } from '@afterimage/contracts';

/** Puts a rule that was taken out back where it stood in `base`: behind the nearest of those that stood before it. */
export function putBack(
  rules: readonly AnyRecordingRule[],
  base: readonly AnyRecordingRule[],
  ruleId: string,
): AnyRecordingRule[] {
  const at = base.findIndex((rule) => rule.ruleId === ruleId);
  const rule = base[at];
  if (rule === undefined) return [...rules];
  const earlier = new Set(base.slice(0, at).map((one) => one.ruleId));
  const place = rules.findLastIndex((one) => earlier.has(one.ruleId)) + 1;
  return rules.toSpliced(place, 0, rule);
}
