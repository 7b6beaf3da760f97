import type { AnyRecordingRule, PolicyChange } from '@afterimage/contracts';
import { isSame, type PolicyContent } from './policy-content.ts';

/** What saving would change, in the words of the service: before anything is sent, the console shows it. */
export function compareContents(before: PolicyContent, after: PolicyContent): PolicyChange[] {
  const changes: PolicyChange[] = [];
  const plain = [
    ['name', 'name'],
    ['description', 'description'],
    ['isReadOnly', 'read-only'],
  ] as const;
  for (const [field, kind] of plain) {
    if (before[field] !== after[field]) {
      changes.push({ kind, pointer: `/${field}`, before: before[field], after: after[field] });
    }
  }
  for (const difference of differencesOf(before.options, after.options, '/options')) {
    changes.push({ kind: 'options', ...difference });
  }
  return [...changes, ...compareRules(before.rules, after.rules)];
}

function compareRules(before: readonly AnyRecordingRule[], after: readonly AnyRecordingRule[]): PolicyChange[] {
  const earlier = new Map(before.map((rule) => [rule.ruleId, rule]));
  const later = new Map(after.map((rule) => [rule.ruleId, rule]));
  const removed = before
    .filter(({ ruleId }) => !later.has(ruleId))
    .map((rule) => ({ kind: 'rule-removed' as const, ruleId: rule.ruleId, ruleName: rule.name, before: rule }));
  const others = after.flatMap((rule): PolicyChange[] => {
    const { ruleId, name: ruleName } = rule;
    const old = earlier.get(ruleId);
    if (old === undefined) return [{ kind: 'rule-added', ruleId, ruleName, after: rule }];
    return compareRule(old, rule).map((difference) => ({ kind: 'rule-changed', ruleId, ruleName, ...difference }));
  });
  return [...removed, ...others];
}

interface Difference {
  pointer: string;
  before?: unknown;
  after?: unknown;
}

function compareRule(before: AnyRecordingRule, after: AnyRecordingRule): Difference[] {
  return [
    ...differencesOf({ name: before.name, action: before.action }, { name: after.name, action: after.action }, ''),
    ...differencesOf(before.options, after.options, '/options'),
    ...differencesOf(before.criteria, after.criteria, '/criteria'),
  ];
}

function differencesOf(before: object, after: object, under: string): Difference[] {
  const left = new Map<string, unknown>(Object.entries(before));
  const right = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => !isSame(left.get(key), right.get(key)))
    .map((key) => ({
      pointer: `${under}/${key}`,
      ...(left.get(key) === undefined ? {} : { before: left.get(key) }),
      ...(right.get(key) === undefined ? {} : { after: right.get(key) }),
    }));
}
