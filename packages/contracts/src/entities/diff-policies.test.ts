import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { diffPolicies } from './diff-policies.ts';
import { policyChangeSchema, type RecordingPolicy, recordingPolicySchema } from './policy.ts';

const ruleOf = (ruleId: string, changes: object = {}) => ({
  ruleId,
  name: `Rule ${ruleId}`,
  action: 'record-with-notification',
  options: {},
  criteria: { principals: [{ kind: 'group', name: 'Staff' }] },
  ...changes,
});

function policyOf(rules: object[], changes: object = {}): RecordingPolicy {
  return recordingPolicySchema.parse({
    policyId: 'do-not-record',
    name: 'House rules',
    description: '',
    isReadOnly: false,
    isSystemDefined: false,
    version: 1,
    options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
    rules,
    ...changes,
  });
}

const inOrder = (ids: string) => policyOf([...ids].map((id) => ruleOf(id)));

describe('diffPolicies', () => {
  test('finds nothing between equal versions', () => {
    expect(diffPolicies(inOrder('abc'), inOrder('abc'))).toEqual([]);
  });

  test('finds nothing where the same members only come in another order', () => {
    const before = inOrder('a');
    const criteria = { principals: [{ name: 'Staff', kind: 'group' as const }], applications: undefined };
    const rules = before.rules.map((rule) => ({ ...rule, criteria }));
    expect(diffPolicies(before, { ...before, rules })).toEqual([]);
  });

  test('points at what has changed in the policy itself', () => {
    const options = { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 30, rollover: { sizeMb: 100 } };
    const after = policyOf([], { name: 'New rules', description: 'stricter', isReadOnly: true, options });
    expect(diffPolicies(policyOf([]), after)).toEqual([
      { kind: 'name', pointer: '/name', before: 'House rules', after: 'New rules' },
      { kind: 'description', pointer: '/description', before: '', after: 'stricter' },
      { kind: 'read-only', pointer: '/isReadOnly', before: false, after: true },
      { kind: 'options', pointer: '/options/keyImageIntervalSeconds', before: 60, after: 30 },
      { kind: 'options', pointer: '/options/rollover/sizeMb', before: 50, after: 100 },
    ]);
  });

  test('points at what has changed in a rule', () => {
    const after = ruleOf('a', {
      name: 'Renamed',
      action: 'record-without-notification',
      options: { isLossy: true, hiddenApplications: { processNames: ['vault.exe'] } },
      criteria: { applications: ['Ledger'] },
    });
    const changes = diffPolicies(policyOf([ruleOf('a')]), policyOf([after]));
    expect(
      changes.every(({ kind, ruleId, ruleName }) => `${kind} ${ruleId} ${ruleName}` === 'rule-changed a Renamed'),
    ).toBe(true);
    expect(changes.map(({ pointer, before, after }) => [pointer, before, after])).toEqual([
      ['/name', 'Rule a', 'Renamed'],
      ['/action', 'record-with-notification', 'record-without-notification'],
      ['/options/isLossy', false, true],
      ['/options/hiddenApplications', undefined, { processNames: ['vault.exe'], maskColour: 'black' }],
      ['/criteria/principals', [{ kind: 'group', name: 'Staff' }], undefined],
      ['/criteria/applications', undefined, ['Ledger']],
    ]);
  });

  test('shows rules that are new and rules that are gone', () => {
    expect(diffPolicies(inOrder('abc'), inOrder('adc'))).toMatchObject([
      { kind: 'rule-added', ruleId: 'd', ruleName: 'Rule d', after: ruleOf('d', { options: {} }) },
      { kind: 'rule-removed', ruleId: 'b', ruleName: 'Rule b', before: ruleOf('b', { options: {} }) },
    ]);
  });

  test('says of one rule that it was moved, not of those that it passed', () => {
    expect(diffPolicies(inOrder('abcdef'), inOrder('fabcde'))).toEqual([
      { kind: 'rule-moved', ruleId: 'f', ruleName: 'Rule f', before: 6, after: 1 },
    ]);
  });

  test('takes no rule for moved because others went or came', () => {
    const kinds = diffPolicies(inOrder('abcdef'), inOrder('xbyef')).map(({ kind, ruleId }) => `${kind} ${ruleId}`);
    expect(kinds.toSorted()).toEqual([
      'rule-added x',
      'rule-added y',
      'rule-removed a',
      'rule-removed c',
      'rule-removed d',
    ]);
  });

  test('says all that is needed to put the rules in their new order', () => {
    const ids = fc.shuffledSubarray([...'abcdefgh']);
    fc.assert(
      fc.property(ids, ids, (before, after) => {
        const changes = diffPolicies(inOrder(before.join('')), inOrder(after.join('')));
        for (const change of changes) policyChangeSchema.parse(change);
        const touched = new Set(changes.map(({ ruleId }) => ruleId));
        const stayed = before.filter((id) => !touched.has(id));
        expect(after.filter((id) => !touched.has(id))).toEqual(stayed);
        expect(touched.size).toBe(changes.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
