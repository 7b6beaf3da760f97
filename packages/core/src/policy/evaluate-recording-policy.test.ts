import { type Asserted, recordingDecisionSchema } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { evaluateRecordingPolicy, permitsRecording } from './evaluate-recording-policy.ts';
import { initialRecordingPolicyId, systemRecordingPolicies } from './system-policies.ts';

const says = (value: string): Asserted => ({ value, assertedBy: 'agent' });
const attributes = { user: says('ada'), host: says('desk-7'), groups: [] };
const decidedAt = '2026-11-22T10:00:00.000Z';

describe('evaluateRecordingPolicy', () => {
  test('names the policy, its version, the rule and the reason', () => {
    const policy = systemRecordingPolicies['record-everyone-without-notification'];
    const decision = evaluateRecordingPolicy({ policy, attributes, decidedAt });
    expect(decision).toMatchObject({
      action: 'record-without-notification',
      policyId: 'record-everyone-without-notification',
      policyVersion: 1,
      ruleId: 'everyone',
      decidedAt,
    });
    expect(decision.reason).toContain('ada on desk-7 is recorded');
    expect(permitsRecording(decision)).toBe(true);
  });

  test('AGT-018: has a minute between key images where nobody chose otherwise', () => {
    for (const policy of Object.values(systemRecordingPolicies)) {
      const { options } = evaluateRecordingPolicy({ policy, attributes, decidedAt });
      expect(options.keyImageIntervalSeconds).toBe(60);
    }
  });

  test('forbids recording under the policy that a new deployment starts with', () => {
    const policy = systemRecordingPolicies[initialRecordingPolicyId];
    expect(permitsRecording(evaluateRecordingPolicy({ policy, attributes, decidedAt }))).toBe(false);
  });

  test('keeps within the contract however long the names are', () => {
    const policy = systemRecordingPolicies['do-not-record'];
    const long = { user: says('u'.repeat(256)), host: says('h'.repeat(256)), groups: [] };
    expect(() =>
      recordingDecisionSchema.parse(evaluateRecordingPolicy({ policy, attributes: long, decidedAt })),
    ).not.toThrow();
  });
});
