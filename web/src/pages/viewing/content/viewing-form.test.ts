import { makeRuleId, policyIdSchema, type ViewingPolicy } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { viewingChanges } from './viewing-changes.ts';
import {
  copyOfPolicy,
  emptyViewingForm,
  emptyViewingRule,
  formOfPolicy,
  problemAt,
  problemsOfBody,
  readViewingForm,
  showsNothing,
} from './viewing-form.ts';

let drawn = 0;
const nextRuleId = () =>
  makeRuleId({
    nowMs: () => Date.parse('2026-11-22T10:00:00.000Z'),
    randomBytes: (length) => {
      drawn += 1;
      return new Uint8Array(length).fill(drawn);
    },
  });

const policy: ViewingPolicy = {
  policyId: policyIdSchema.parse('pol_00000000000000000000000000'),
  name: 'Finance',
  description: 'Asked for by Finance',
  version: 3,
  changedAt: '2026-11-22T10:00:00.000Z',
  changedBy: 'ada',
  rules: [
    {
      ruleId: nextRuleId(),
      name: 'Auditors',
      viewer: { kind: 'group', name: 'Auditors' },
      criteria: { principals: [{ kind: 'user', name: 'mira' }], applications: ['Ledger'] },
    },
    { ruleId: nextRuleId(), name: 'Nothing yet', viewer: { kind: 'user', name: 'rita' }, criteria: {} },
  ],
};

describe('the form of a viewing policy', () => {
  test('is read back as the content that it was made of, without the lists that are empty', () => {
    const { name, description, rules } = policy;
    expect(readViewingForm(formOfPolicy(policy))).toEqual({ draft: { name, description, rules } });
  });

  test('as a copy has the same content under another name, and rules with ids of their own', () => {
    const copy = copyOfPolicy(policy, 'Copy of Finance', nextRuleId);
    expect(copy).toMatchObject({
      name: 'Copy of Finance',
      rules: [{ viewer: { name: 'Auditors' }, criteria: { applications: ['Ledger'] } }, { name: 'Nothing yet' }],
    });
    const ids = [...policy.rules, ...copy.rules].map(({ ruleId }) => ruleId);
    expect(new Set(ids).size).toBe(4);
  });

  test('says where it is wrong, by the pointers of the contract', () => {
    const rule = emptyViewingRule(nextRuleId(), ' ');
    const criteria = { principals: [], applications: ['Ledger', 'x'.repeat(257)], machines: [] };
    const read = readViewingForm({ ...emptyViewingForm, rules: [{ ...rule, criteria }] });
    const problems = 'problems' in read ? read.problems : [];
    expect(problems.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/name',
      '/rules/0/criteria/applications/1',
      '/rules/0/name',
      '/rules/0/viewer/name',
    ]);
    expect(problemAt(problems, '/rules/0/viewer')?.pointer).toBe('/rules/0/viewer/name');
    expect(problemAt(problems, '/rules/0/criteria/machines')).toBeUndefined();
  });

  test('finds the place that the service names in its body, and not one that only begins alike', () => {
    const problems = problemsOfBody([{ pointer: '/draft/rules/10/viewer/name', detail: 'is too long' }]);
    expect(problemAt(problems, '/rules/10/viewer')?.detail).toBe('is too long');
    expect(problemAt(problems, '/rules/1')).toBeUndefined();
  });
});

test('VIEW-010: a rule shows nothing when it lists nothing, whether its lists are empty or missing', () => {
  const [auditors, nothing] = policy.rules;
  expect(auditors === undefined || showsNothing(auditors)).toBe(false);
  expect(nothing !== undefined && showsNothing(nothing)).toBe(true);
  expect(showsNothing(emptyViewingRule(nextRuleId(), 'New'))).toBe(true);
});

test('what a save does to rules is told by their ids: added, changed, removed, or left as it is', () => {
  const [auditors, nothing] = policy.rules;
  if (auditors === undefined || nothing === undefined) throw new Error('the policy has two rules');
  const added = { ...auditors, ruleId: nextRuleId() };
  const changed = { ...nothing, viewer: { kind: 'user' as const, name: 'vic' } };
  expect(viewingChanges(policy.rules, [changed, added])).toEqual({
    added: [added],
    changed: [{ before: nothing, after: changed }],
    removed: [auditors],
  });
  expect(viewingChanges(policy.rules, policy.rules)).toEqual({ added: [], changed: [], removed: [] });
});
