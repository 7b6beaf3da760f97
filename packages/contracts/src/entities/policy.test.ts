import { describe, expect, test } from '@jest/globals';
import { makeRuleId } from '../ids/ids.ts';
import { maxRulesPerPolicy, recordingPolicyDraftSchema, viewingPolicyDraftSchema } from './policy.ts';

let made = 0;
const newRuleId = () =>
  makeRuleId({ nowMs: () => ++made, randomBytes: (length) => new Uint8Array(length).fill(made % 256) });

const rule = (changes: object = {}) => ({
  ruleId: newRuleId(),
  name: 'Finance',
  action: 'record-with-notification',
  criteria: { principals: [{ kind: 'group', name: 'Finance' }] },
  ...changes,
});

/** JSON pointers of what is wrong. */
function wrongIn(draft: object, schema: typeof recordingPolicyDraftSchema | typeof viewingPolicyDraftSchema) {
  const { error } = schema.safeParse(draft);
  return error?.issues.map(({ path }) => path.map((name) => `/${String(name)}`).join('')) ?? [];
}
const wrongInRule = (changes: object) => wrongIn({ rules: [rule(), rule(changes)] }, recordingPolicyDraftSchema);

describe('a draft of a recording policy', () => {
  test('POL-004: is called “New policy” until it is given a name', () => {
    expect(recordingPolicyDraftSchema.parse({})).toMatchObject({ name: 'New policy', rules: [] });
  });

  test('is accepted with every kind of criterion', () => {
    const criteria = {
      principals: [{ kind: 'user', name: 'ada' }],
      applications: ['Ledger'],
      machines: [{ kind: 'machine-group', name: 'Front office' }],
      clientAddresses: ['10.0.0.0/8', '2001:db8::1'],
      accessTags: ['Office'],
    };
    expect(wrongInRule({ criteria })).toEqual([]);
  });

  test('POL-031: has rules of one of five actions', () => {
    expect(wrongInRule({ action: 'record' })).toEqual(['/rules/1/action']);
    expect(wrongInRule({ action: ['do-not-record'] })).toEqual(['/rules/1/action']);
  });

  test('POL-032: records audio and lossy images only where the screen is recorded', () => {
    const options = { recordsAudio: true, isLossy: true };
    expect(wrongInRule({ options })).toEqual([]);
    for (const action of ['record-events-with-notification', 'record-events-without-notification', 'do-not-record']) {
      expect(wrongInRule({ action, options })).toEqual(['/rules/1/options/recordsAudio', '/rules/1/options/isLossy']);
    }
  });

  test('POL-036: hides applications only where the screen is recorded', () => {
    const options = { hiddenApplications: { processNames: ['vault.exe'] } };
    expect(wrongInRule({ options })).toEqual([]);
    expect(wrongInRule({ options, action: 'record-events-with-notification' })).toEqual([
      '/rules/1/options/hiddenApplications',
    ]);
  });

  test('POL-039: has no rule without criteria, nor a criterion without items', () => {
    expect(wrongInRule({ criteria: {} })).toEqual(['/rules/1/criteria']);
    expect(wrongInRule({ criteria: { applications: [] } })).toEqual(['/rules/1/criteria/applications']);
  });

  test('POL-043: names the address that cannot be read', () => {
    const clientAddresses = ['10.0.0.0/8', '10.0.0.0/80', 'fe80::1%eth0'];
    expect(wrongInRule({ criteria: { clientAddresses } })).toEqual([
      '/rules/1/criteria/clientAddresses/1',
      '/rules/1/criteria/clientAddresses/2',
    ]);
  });

  test('takes no criterion that it does not know for granted', () => {
    expect(wrongInRule({ criteria: { users: ['ada'] } })).toContain('/rules/1/criteria');
  });

  test('has each rule once', () => {
    const twice = rule();
    expect(wrongIn({ rules: [rule(), twice, twice] }, recordingPolicyDraftSchema)).toEqual(['/rules/2/ruleId']);
  });

  test('holds so many rules and no more', () => {
    const rules = Array.from({ length: maxRulesPerPolicy }, () => rule());
    expect(wrongIn({ rules }, recordingPolicyDraftSchema)).toEqual([]);
    expect(wrongIn({ rules: [...rules, rule()] }, recordingPolicyDraftSchema)).toEqual(['/rules']);
  });
});

describe('a draft of a viewing policy', () => {
  const viewingRule = (changes: object) => ({
    rules: [{ ruleId: newRuleId(), name: 'Auditors', viewer: { kind: 'group', name: 'Audit' }, ...changes }],
  });

  test('VIEW-006: has exactly one viewer in each rule', () => {
    expect(wrongIn(viewingRule({}), viewingPolicyDraftSchema)).toEqual([]);
    expect(wrongIn(viewingRule({ viewer: undefined }), viewingPolicyDraftSchema)).toEqual(['/rules/0/viewer']);
    const two = [
      { kind: 'user', name: 'ada' },
      { kind: 'user', name: 'grace' },
    ];
    expect(wrongIn(viewingRule({ viewer: two }), viewingPolicyDraftSchema)).toEqual(['/rules/0/viewer']);
  });

  test('VIEW-008: offers neither addresses nor access tags', () => {
    const criteria = { clientAddresses: ['10.0.0.0/8'], accessTags: ['Office'] };
    expect(wrongIn(viewingRule({ criteria }), viewingPolicyDraftSchema)).toEqual(['/rules/0/criteria']);
  });
});
