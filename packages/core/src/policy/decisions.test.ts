import {
  type RecordingPolicy,
  recordingActionSchema,
  recordingDecisionSchema,
  recordingPolicySchema,
  type SessionAttributes,
  sessionAttributesSchema,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compilePolicy } from './compile-policy.ts';
import { evaluateRecordingPolicy } from './evaluate-recording-policy.ts';
import * as arbitrary from './testing/arbitrary-policy.ts';
import { naivelyDecide } from './testing/naive-policy.ts';

const decidedAt = '2026-11-22T10:00:00.000Z';

function policyOf(rules: object[]): RecordingPolicy {
  return recordingPolicySchema.parse({
    policyId: 'do-not-record',
    name: 'House rules',
    description: '',
    isReadOnly: false,
    isSystemDefined: false,
    version: 7,
    options: { uploadIntervalSeconds: 30, keyImageIntervalSeconds: 60 },
    rules: rules.map((rule, index) => ({ ruleId: `${index}`, name: `Rule ${index}`, criteria: {}, ...rule })),
  });
}

const says = (value: string) => ({ value, assertedBy: 'agent' });
const knows = (value: string) => ({ value, assertedBy: 'directory' });
const sessionOf = (changes: object = {}): SessionAttributes =>
  sessionAttributesSchema.parse({ user: says('ada'), host: says('desk-7'), ...changes });

function decide(rules: object[], attributes = sessionOf(), doHostGroupsCount = false) {
  const policy = compilePolicy(policyOf(rules));
  return evaluateRecordingPolicy({ policy, session: { attributes, doHostGroupsCount }, decidedAt });
}
const matches = (criteria: object, attributes = sessionOf(), doHostGroupsCount = false) =>
  decide([{ action: 'record-without-notification', criteria }], attributes, doHostGroupsCount).ruleId === '0';

const user = (name: string) => ({ kind: 'user', name });
const group = (name: string) => ({ kind: 'group', name });

describe('a decision', () => {
  test('is that of a model that asks rule after rule, whatever the policy and the session', () => {
    fc.assert(
      fc.property(arbitrary.policy, arbitrary.session, (policy, session) => {
        const decision = evaluateRecordingPolicy({ policy: compilePolicy(policy), session, decidedAt });
        const { ruleId, outranked } = decision;
        expect({ ruleId, outranked: outranked.map((loser) => loser.ruleId) }).toEqual(naivelyDecide(policy, session));
        recordingDecisionSchema.parse(decision);
      }),
      { numRuns: 3_000 },
    );
  });

  test('POL-046: needs one item of each criterion', () => {
    const criteria = { principals: [user('grace'), user('ada')], applications: ['Ledger', 'Payroll'] };
    expect(matches(criteria, sessionOf({ application: says('Payroll') }))).toBe(true);
    expect(matches(criteria, sessionOf({ application: says('Mail') }))).toBe(false);
    expect(matches(criteria, sessionOf({ user: says('edsger'), application: says('Payroll') }))).toBe(false);
  });

  test('POL-026, POL-027, POL-028, POL-029, POL-030: is whichever of the five actions the rule has', () => {
    for (const action of recordingActionSchema.options)
      expect(decide([{ action }])).toMatchObject({ action, ruleId: '0' });
    expect(recordingActionSchema.options).toHaveLength(5);
  });

  test('POL-038: may ask for any of five kinds of criteria, each alone', () => {
    const session = sessionOf({
      application: says('Ledger'),
      clientAddress: says('10.1.2.3'),
      accessTags: [says('external')],
      machineGroups: [{ value: 'Front office', assertedBy: 'administrator' }],
    });
    for (const [met, unmet] of [
      [{ principals: [user('ada')] }, { principals: [user('grace')] }],
      [{ applications: ['Ledger'] }, { applications: ['Mail'] }],
      [
        { machines: [{ kind: 'machine-group', name: 'Front office' }] },
        { machines: [{ kind: 'machine', name: 'desk-8' }] },
      ],
      [{ clientAddresses: ['10.0.0.0/8'] }, { clientAddresses: ['10.2.0.0/16'] }],
      [{ accessTags: ['external'] }, { accessTags: ['internal'] }],
    ] as const) {
      expect(matches(met, session)).toBe(true);
      expect(matches(unmet, session)).toBe(false);
    }
  });

  test('POL-047, POL-048: is made by the rule whose action ranks highest, wherever it stands', () => {
    const byRank = [
      'do-not-record',
      'record-with-notification',
      'record-events-with-notification',
      'record-without-notification',
      'record-events-without-notification',
    ];
    const lowestFirst = byRank.toReversed().map((action) => ({ action }));
    for (const [rank, action] of byRank.entries()) {
      const decision = decide(lowestFirst.slice(0, byRank.length - rank));
      expect(decision.action).toBe(action);
      expect(decision.outranked).toHaveLength(byRank.length - rank - 1);
    }
  });

  test('POL-049: is made by the oldest of the rules with the same action, and so with its options', () => {
    const decision = decide([
      { action: 'record-with-notification', options: { isLossy: true } },
      { action: 'record-with-notification', options: { recordsAudio: true } },
    ]);
    expect(decision.ruleId).toBe('0');
    expect(decision.options).toMatchObject({ isLossy: true, recordsAudio: false, uploadIntervalSeconds: 30 });
    expect(decision.outranked).toEqual([
      { ruleId: '1', ruleName: 'Rule 1', reason: 'has the same action and is younger' },
    ]);
  });

  test('POL-050: is not to record whom no rule matches', () => {
    const decision = decide([{ action: 'record-without-notification', criteria: { principals: [user('grace')] } }]);
    expect(decision).toMatchObject({ action: 'do-not-record', ruleId: 'fallback', matchedCriteria: [], outranked: [] });
    expect(decision.reason).toBe(
      'The session of ada on desk-7 is not recorded: no rule of the policy “House rules” matches.',
    );
    expect(decide([]).ruleId).toBe('fallback');
  });

  test('POL-051: never records who is listed not to be, whatever else lists them', () => {
    const rules = [
      { action: 'record-with-notification', criteria: { principals: [user('ada'), group('Staff')] } },
      { action: 'record-without-notification' },
      { action: 'do-not-record', criteria: { principals: [group('Works council')] } },
    ];
    const inBoth = sessionOf({ groups: [knows('Staff'), knows('works council')] });
    expect(decide(rules, inBoth)).toMatchObject({ action: 'do-not-record', ruleId: '2' });
    expect(decide(rules)).toMatchObject({ action: 'record-with-notification', ruleId: '0' });
  });

  test('POL-040: compares names of users whole, upper and lower case alike, with nothing cut off', () => {
    expect(matches({ principals: [user('ADA')] })).toBe(true);
    expect(matches({ principals: [user('ada')] }, sessionOf({ user: says('CORP\\ada') }))).toBe(false);
    expect(matches({ principals: [user('corp\\Ada')] }, sessionOf({ user: says('CORP\\ada') }))).toBe(true);
    expect(matches({ principals: [user('ada@corp.example')] }, sessionOf({ user: says('Ada@Corp.example') }))).toBe(
      true,
    );
    expect(matches({ principals: [user('ad')] })).toBe(false);
    expect(matches({ principals: [user('\u00c9lodie')] }, sessionOf({ user: says('e\u0301lodie') }))).toBe(true);
    expect(matches({ principals: [group('ada')] })).toBe(false);
  });

  test('counts groups that only the host asserts where the deployment says so', () => {
    const claimed = sessionOf({ groups: [says('Staff')], machineGroups: [says('Front office')] });
    for (const criteria of [
      { principals: [group('Staff')] },
      { machines: [{ kind: 'machine-group', name: 'Front office' }] },
    ]) {
      expect(matches(criteria, claimed, false)).toBe(false);
      expect(matches(criteria, claimed, true)).toBe(true);
    }
    expect(matches({ principals: [group('Staff')] }, sessionOf({ groups: [says('Staff'), knows('Staff')] }))).toBe(
      true,
    );
  });

  test('names the better source of a group that several assert', () => {
    const rule = { action: 'do-not-record', criteria: { principals: [group('Staff')] } };
    for (const groups of [
      [says('Staff'), knows('Staff')],
      [knows('Staff'), says('Staff')],
    ]) {
      expect(decide([rule], sessionOf({ groups }), true).matchedCriteria).toEqual(['group Staff (directory)']);
    }
  });

  test('POL-042: finds a machine by its name or by its group', () => {
    expect(matches({ machines: [{ kind: 'machine', name: 'DESK-7' }] })).toBe(true);
    const enrolled = sessionOf({ machineGroups: [{ value: 'Front office', assertedBy: 'administrator' }] });
    expect(matches({ machines: [{ kind: 'machine-group', name: 'front office' }] }, enrolled)).toBe(true);
    expect(matches({ machines: [{ kind: 'machine', name: 'front office' }] }, enrolled)).toBe(false);
  });

  test('POL-043: compares the address of the client, not of the host', () => {
    const criteria = { clientAddresses: ['10.0.0.0/8', '2001:db8::/32'] };
    expect(matches(criteria, sessionOf({ clientAddress: says('::ffff:10.1.2.3') }))).toBe(true);
    expect(matches(criteria, sessionOf({ clientAddress: says('2001:DB8:0::7') }))).toBe(true);
    expect(matches(criteria, sessionOf({ clientAddress: says('11.0.0.1') }))).toBe(false);
    expect(matches(criteria, sessionOf({ host: says('10.1.2.3') }))).toBe(false);
    expect(matches(criteria, sessionOf({ clientAddress: says('10.1.2.3%eth0') }))).toBe(false);
  });

  test('POL-044: compares access tags as they stand', () => {
    const tagged = sessionOf({ accessTags: [says('Office'), says('Managed')] });
    expect(matches({ accessTags: ['Managed'] }, tagged)).toBe(true);
    expect(matches({ accessTags: ['managed'] }, tagged)).toBe(false);
  });

  test('POL-057, POL-058: of a session without an application is made by rules that name none', () => {
    const ledger = { action: 'record-with-notification', criteria: { applications: ['Ledger'] } };
    expect(decide([ledger]).ruleId).toBe('fallback');
    expect(decide([ledger, { action: 'record-without-notification' }]).ruleId).toBe('1');
  });

  test('says what matched in words', () => {
    const decision = decide(
      [
        {
          action: 'record-with-notification',
          name: 'Money',
          criteria: {
            principals: [user('Ada'), group('finance'), group('Sales')],
            applications: ['ledger'],
            machines: [{ kind: 'machine-group', name: 'front office' }],
            clientAddresses: ['10.0.0.0/8', '10.1.2.3'],
            accessTags: ['Office'],
          },
        },
        { action: 'record-without-notification' },
      ],
      sessionOf({
        application: says('Ledger'),
        groups: [knows('Finance'), says('Sales')],
        machineGroups: [{ value: 'Front office', assertedBy: 'administrator' }],
        clientAddress: says('10.1.2.3'),
        accessTags: [says('Office')],
      }),
      true,
    );
    expect(decision.matchedCriteria).toEqual([
      'user ada',
      'group Finance (directory)',
      'group Sales (host)',
      'application Ledger',
      'machine group Front office (administrator)',
      'address 10.1.2.3 in 10.0.0.0/8',
      'address 10.1.2.3',
      'access tag Office',
    ]);
    expect(decision.outranked).toEqual([
      {
        ruleId: '1',
        ruleName: 'Rule 1',
        reason: 'its action “record without notification” ranks below “record with notification”',
      },
    ]);
    expect(decision.reason).toMatch(
      /^The session of ada on desk-7 is recorded with notification: the rule “Money” .* applies to user ada, .*, before another rule\.$/,
    );
  });

  test('keeps within the contract where everything matches and every name is as long as it can be', () => {
    const names = Array.from({ length: 60 }, (_, index) => `${index}`.padEnd(256, 'x'));
    const rule = {
      name: 'n'.repeat(256),
      action: 'record-with-notification',
      criteria: { principals: names.map(group), accessTags: names },
    };
    const attributes = sessionOf({
      user: says('u'.repeat(256)),
      host: says('h'.repeat(256)),
      groups: names.map(knows),
      accessTags: names.map(says),
    });
    const decision = recordingDecisionSchema.parse(decide(Array(300).fill(rule), attributes));
    expect(decision.outranked).toHaveLength(100);
    expect(decision.matchedCriteria).toHaveLength(40);
    expect(decision.reason).toMatch(/before 299 other rules\.$/);
  });
});
