import type { AnyRecordingRule, PolicyChange, RecordingPolicy } from './policy.ts';
import { isSameValue } from './same-value.ts';

type Content = Pick<RecordingPolicy, 'name' | 'description' | 'isReadOnly' | 'options' | 'rules'>;

/**
 * What differs between two versions: first of the policy itself, then rule by rule, known by their ids, in the order of
 * the newer version with those that are gone at the end. Places count from 1.
 */
export function diffPolicies(before: Content, after: Content): PolicyChange[] {
  return [
    ...diffField('name', '/name', before.name, after.name),
    ...diffField('description', '/description', before.description, after.description),
    ...diffField('read-only', '/isReadOnly', before.isReadOnly, after.isReadOnly),
    ...diffValues(before.options, after.options, '/options').map((difference) => ({
      kind: 'options' as const,
      ...difference,
    })),
    ...diffRules(before.rules, after.rules),
  ];
}

function diffField(kind: PolicyChange['kind'], pointer: string, before: unknown, after: unknown): PolicyChange[] {
  return before === after ? [] : [{ kind, pointer, before, after }];
}

function diffRules(before: readonly AnyRecordingRule[], after: readonly AnyRecordingRule[]): PolicyChange[] {
  const places = new Map(before.map(({ ruleId }, index) => [ruleId, index + 1]));
  const kept = new Map(before.map((rule) => [rule.ruleId, rule]));
  const moved = findMoved(after.flatMap(({ ruleId }) => places.get(ruleId) ?? []));
  const changes = after.flatMap((rule, index): PolicyChange[] => {
    const old = kept.get(rule.ruleId);
    kept.delete(rule.ruleId);
    const { ruleId, name: ruleName } = rule;
    if (old === undefined) return [{ kind: 'rule-added', ruleId, ruleName, after: rule }];
    const place = places.get(ruleId) ?? 0;
    const move = { kind: 'rule-moved' as const, ruleId, ruleName, before: place, after: index + 1 };
    const differences = diffValues(describe(old), describe(rule), '');
    return [
      ...(moved.has(place) ? [move] : []),
      ...differences.map((difference) => ({ kind: 'rule-changed' as const, ruleId, ruleName, ...difference })),
    ];
  });
  const removed = [...kept.values()].map((rule): PolicyChange => {
    return { kind: 'rule-removed', ruleId: rule.ruleId, ruleName: rule.name, before: rule };
  });
  return [...changes, ...removed];
}

const describe = ({ name, action, options, criteria }: AnyRecordingRule) => ({ name, action, options, criteria });

interface Difference {
  pointer: string;
  before?: unknown;
  after?: unknown;
}

/** Leaves that differ; lists are compared whole. */
function diffValues(before: unknown, after: unknown, pointer: string): Difference[] {
  if (isMembers(before) && isMembers(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => diffValues(before[name], after[name], `${pointer}/${name}`));
  }
  if (isSameValue(before, after)) return [];
  return [{ pointer, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The fewest of these numbers that had to be moved for the others to be in ascending order: all that are not in a longest
 * ascending subsequence, found as in patience sorting.
 */
function findMoved(places: readonly number[]): Set<number> {
  /** For each length the lowest number that an ascending subsequence of that length ends with. */
  const ends: number[] = [];
  const previous = new Map<number, number | undefined>();
  for (const place of places) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    previous.set(place, ends[low - 1]);
    ends[low] = place;
  }
  const moved = new Set(places);
  for (let place = ends.at(-1); place !== undefined; place = previous.get(place)) moved.delete(place);
  return moved;
}
