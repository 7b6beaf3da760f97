import {
  type Principal,
  type SessionAttributes,
  sessionAttributesSchema,
  type ViewingCriteria,
  viewingCriteriaSchema,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as arbitrary from '../policy/testing/arbitrary-policy.ts';
import { compileViewing } from './compile-viewing.ts';

interface Rule {
  viewer: Principal;
  criteria: ViewingCriteria;
}

const says = (value: string) => ({ value, assertedBy: 'agent' });
const knows = (value: string) => ({ value, assertedBy: 'directory' });
const attributesOf = (changes: object = {}): SessionAttributes =>
  sessionAttributesSchema.parse({ user: says('ada'), host: says('desk-7'), ...changes });
const user = (name: string): Principal => ({ kind: 'user', name });
const group = (name: string): Principal => ({ kind: 'group', name });

/** As the engine takes them; ids and names of rules mean nothing to it. */
const policiesOf = (...policies: readonly (readonly Rule[])[]) =>
  policies.map((rules) => ({ rules: rules.map((rule) => ({ ...rule, ruleId: '' as never, name: 'Rule' })) }));

function sees(policies: ReturnType<typeof policiesOf>, attributes = attributesOf(), groups: readonly string[] = []) {
  return compileViewing(policies, { userName: 'grace', groups })({ attributes });
}
const grace = user('grace');
const ofAda: ViewingCriteria = { principals: [user('ada')] };

describe('compileViewing', () => {
  test('VIEW-009: needs one item of one criterion', () => {
    const criteria: ViewingCriteria = {
      principals: [user('edsger'), group('Finance')],
      applications: ['Ledger'],
      machines: [
        { kind: 'machine', name: 'desk-1' },
        { kind: 'machine-group', name: 'Front office' },
      ],
    };
    const policies = policiesOf([{ viewer: grace, criteria }]);
    expect(sees(policies)).toBe(false);
    for (const attributes of [
      attributesOf({ user: says('Edsger') }),
      attributesOf({ groups: [knows('finance')] }),
      attributesOf({ application: says('LEDGER') }),
      attributesOf({ host: says('DESK-1') }),
      attributesOf({ machineGroups: [{ value: 'front office', assertedBy: 'administrator' }] }),
    ]) {
      expect(sees(policies, attributes)).toBe(true);
    }
  });

  test('VIEW-010: shows nothing by a rule without criteria', () => {
    expect(sees(policiesOf([{ viewer: grace, criteria: {} }]))).toBe(false);
    expect(sees(policiesOf([{ viewer: grace, criteria: {} }], [{ viewer: grace, criteria: ofAda }]))).toBe(true);
  });

  test('VIEW-012: shows nothing to whom no rule names once there is a policy, and everything before', () => {
    expect(sees(policiesOf([{ viewer: user('edsger'), criteria: ofAda }]))).toBe(false);
    expect(sees(policiesOf([]))).toBe(false);
    expect(sees([])).toBe(true);
  });

  test('VIEW-013: adds up what rules and policies show, to the viewer and to groups of the viewer', () => {
    const policies = policiesOf(
      [
        { viewer: grace, criteria: ofAda },
        { viewer: group('Audit'), criteria: { applications: ['Ledger'] } },
      ],
      [{ viewer: user('GRACE'), criteria: { machines: [{ kind: 'machine', name: 'desk-1' }] } }],
    );
    const ledger = attributesOf({ user: says('edsger'), application: says('Ledger') });
    const desk = attributesOf({ user: says('edsger'), host: says('desk-1') });
    expect([sees(policies), sees(policies, ledger), sees(policies, desk)]).toEqual([true, false, true]);
    expect([
      sees(policies, ledger, ['audit']),
      sees(policies, attributesOf({ user: says('edsger') }), ['audit']),
    ]).toEqual([true, false]);
  });

  test('takes a user for no group of the same name, nor a group for a user', () => {
    expect(sees(policiesOf([{ viewer: group('grace'), criteria: ofAda }]))).toBe(false);
    expect(sees(policiesOf([{ viewer: user('Audit'), criteria: ofAda }]), attributesOf(), ['Audit'])).toBe(false);
    expect(sees(policiesOf([{ viewer: grace, criteria: { principals: [group('ada')] } }]))).toBe(false);
  });

  test('does not count groups that only a host asserts', () => {
    const policies = policiesOf([{ viewer: grace, criteria: { principals: [group('Finance')] } }]);
    expect(sees(policies, attributesOf({ groups: [says('Finance')] }))).toBe(false);
    expect(sees(policies, attributesOf({ groups: [says('Finance'), knows('Finance')] }))).toBe(true);
  });

  test('is what a model says that asks policy after policy', () => {
    const criteria = arbitrary.criteria.map((drawn) => viewingCriteriaSchema.strip().parse(drawn));
    const principal = fc.record({ kind: fc.constantFrom('user' as const, 'group' as const), name: arbitrary.name });
    const rule: fc.Arbitrary<Rule> = fc.record({ viewer: principal, criteria });
    const policies = fc.array(fc.array(rule, { maxLength: 3 }), { maxLength: 3 });
    const viewer = fc.record({ userName: arbitrary.name, groups: fc.array(arbitrary.name, { maxLength: 2 }) });
    let shown = 0;
    fc.assert(
      fc.property(policies, viewer, arbitrary.attributes, (drawn, who, attributes) => {
        const expected = naivelyShows(drawn, who, attributes);
        shown += Number(expected);
        expect(compileViewing(policiesOf(...drawn), who)({ attributes })).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(shown).toBeGreaterThan(300);
  });
});

const isSame = (a: string, b: string) => a.normalize('NFC').toUpperCase() === b.normalize('NFC').toUpperCase();

function naivelyShows(
  policies: readonly (readonly Rule[])[],
  viewer: { userName: string; groups: readonly string[] },
  { user: recorded, host, application, ...attributes }: SessionAttributes,
): boolean {
  if (policies.length === 0) return true;
  const vouched = (groups: SessionAttributes['groups']) => groups.filter(({ assertedBy }) => assertedBy !== 'agent');
  const groups = vouched(attributes.groups);
  const machineGroups = vouched(attributes.machineGroups);
  for (const { viewer: named, criteria } of policies.flat()) {
    const names = named.kind === 'user' ? [viewer.userName] : viewer.groups;
    if (!names.some((name) => isSame(name, named.name))) continue;
    for (const { kind, name } of criteria.principals ?? []) {
      if (kind === 'user' && isSame(name, recorded.value)) return true;
      if (kind === 'group' && groups.some(({ value }) => isSame(name, value))) return true;
    }
    for (const name of criteria.applications ?? []) {
      if (application !== undefined && isSame(name, application.value)) return true;
    }
    for (const { kind, name } of criteria.machines ?? []) {
      if (kind === 'machine' && isSame(name, host.value)) return true;
      if (kind === 'machine-group' && machineGroups.some(({ value }) => isSame(name, value))) return true;
    }
  }
  return false;
}
