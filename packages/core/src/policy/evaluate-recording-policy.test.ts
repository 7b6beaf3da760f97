import { recordingDecisionSchema, sessionAttributesSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from './compile-policy.ts';
import { evaluateRecordingPolicy } from './evaluate-recording-policy.ts';
import { permitsRecording } from './recording-actions.ts';
import { initialRecordingPolicyId, systemRecordingPolicies } from './system-policies.ts';

const says = (value: string) => ({ value, assertedBy: 'agent' });
const attributes = sessionAttributesSchema.parse({ user: says('ada'), host: says('desk-7') });
const decidedAt = '2026-11-22T10:00:00.000Z';

const decide = (policyId: keyof typeof systemRecordingPolicies, of = attributes) =>
  evaluateRecordingPolicy({
    policy: compilePolicy(systemRecordingPolicies[policyId]),
    session: { attributes: of, doHostGroupsCount: false },
    decidedAt,
  });

describe('evaluateRecordingPolicy', () => {
  test('names the policy, its version, the rule and the reason', () => {
    const decision = decide('record-everyone-without-notification');
    expect(decision).toMatchObject({
      action: 'record-without-notification',
      policyId: 'record-everyone-without-notification',
      policyVersion: 1,
      ruleId: 'everyone',
      matchedCriteria: [],
      outranked: [],
      decidedAt,
    });
    expect(decision.reason).toContain('ada on desk-7 is recorded');
    expect(permitsRecording(decision)).toBe(true);
  });

  test('AGT-018: has a minute between key images where nobody chose otherwise', () => {
    for (const policy of Object.values(systemRecordingPolicies)) {
      expect(policy.options.keyImageIntervalSeconds).toBe(60);
    }
  });

  test('POL-007: forbids recording under the policy that a new deployment starts with', () => {
    expect(permitsRecording(decide(initialRecordingPolicyId as 'do-not-record'))).toBe(false);
  });

  test('keeps within the contract however long the names are', () => {
    const long = sessionAttributesSchema.parse({ user: says('u'.repeat(256)), host: says('h'.repeat(256)) });
    expect(() => recordingDecisionSchema.parse(decide('do-not-record', long))).not.toThrow();
  });
});
