import { recordingPolicySchema, sessionAttributesSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compilePolicy } from './compile-policy.ts';
import { evaluateRecordingPolicy } from './evaluate-recording-policy.ts';
import { explainRules } from './explain-rules.ts';
import * as arbitrary from './testing/arbitrary-policy.ts';

const says = (value: string) => ({ value, assertedBy: 'agent' });

function policyOf(rules: object[]) {
  return compilePolicy(
    recordingPolicySchema.parse({
      policyId: 'do-not-record',
      name: 'House rules',
      description: '',
      isReadOnly: false,
      isSystemDefined: false,
      version: 1,
      options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
      rules: rules.map((rule, index) => ({ ruleId: `${index}`, name: `Rule ${index}`, ...rule })),
    }),
  );
}

describe('explainRules', () => {
  test('POL-066: says of each criterion whether it holds and why', () => {
    const criteria = {
      principals: [{ kind: 'group', name: 'Finance' }],
      applications: ['Ledger'],
      machines: [{ kind: 'machine', name: 'desk-7' }],
      clientAddresses: ['10.0.0.0/8'],
      accessTags: ['Office'],
    };
    const attributes = sessionAttributesSchema.parse({
      user: says('ada'),
      host: says('desk-7'),
      clientAddress: says('11.0.0.1'),
      groups: [says('Finance')],
    });
    const policy = policyOf([{ action: 'do-not-record', criteria }]);
    expect(explainRules(policy, { attributes, doHostGroupsCount: false })).toEqual([
      {
        ruleId: '0',
        ruleName: 'Rule 0',
        action: 'do-not-record',
        matches: false,
        criteria: [
          {
            criterion: 'principals',
            matches: false,
            because:
              'neither user ada nor a group that counts is listed; 1 group that only the host asserts does not count',
          },
          { criterion: 'applications', matches: false, because: 'the session was begun without an application' },
          { criterion: 'machines', matches: true, because: 'machine desk-7' },
          { criterion: 'clientAddresses', matches: false, because: 'address 11.0.0.1 is in no range that is listed' },
          { criterion: 'accessTags', matches: false, because: 'the session has no access tag' },
        ],
      },
    ]);
  });

  test('shows at most 200 rules: those that match, then the others, each in the order in which they win', () => {
    const criteria = { principals: [{ kind: 'user', name: 'grace' }] };
    const others = Array.from({ length: 300 }, () => ({ action: 'record-with-notification', criteria }));
    const policy = policyOf([
      ...others,
      { action: 'record-without-notification', criteria: {} },
      { action: 'do-not-record', criteria: {} },
      { action: 'do-not-record', criteria },
    ]);
    const attributes = sessionAttributesSchema.parse({ user: says('ada'), host: says('desk-7') });
    const rules = explainRules(policy, { attributes, doHostGroupsCount: false });
    expect(rules).toHaveLength(200);
    expect(rules.slice(0, 4).map(({ ruleId, matches }) => [ruleId, matches])).toEqual([
      ['301', true],
      ['300', true],
      ['302', false],
      ['0', false],
    ]);
  });

  test('agrees with the decision, criterion by criterion', () => {
    fc.assert(
      fc.property(arbitrary.policy, arbitrary.session, (policy, session) => {
        const compiled = compilePolicy(policy);
        const decidedAt = '2026-11-22T10:00:00.000Z';
        const { ruleId, outranked } = evaluateRecordingPolicy({ policy: compiled, session, decidedAt });
        const rules = explainRules(compiled, session);
        const matching = rules.filter(({ matches }) => matches).map((rule) => rule.ruleId);
        expect(matching).toEqual(ruleId === 'fallback' ? [] : [ruleId, ...outranked.map((loser) => loser.ruleId)]);
        for (const { matches, criteria } of rules)
          expect(criteria.every((criterion) => criterion.matches)).toBe(matches);
      }),
      { numRuns: 1_000 },
    );
  });
});
