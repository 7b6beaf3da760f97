import {
  recordingPolicySchema,
  type SystemRecordingPolicyId,
  sessionAttributesSchema,
  systemRecordingPolicyIdSchema,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from './compile-policy.ts';
import { evaluateRecordingPolicy } from './evaluate-recording-policy.ts';
import { systemRecordingPolicies } from './system-policies.ts';

const attributes = sessionAttributesSchema.parse({
  user: { value: 'anybody', assertedBy: 'agent' },
  host: { value: 'anywhere', assertedBy: 'agent' },
});

function decide(policyId: SystemRecordingPolicyId) {
  const policy = compilePolicy(systemRecordingPolicies[policyId]);
  const decidedAt = '2026-11-22T10:00:00.000Z';
  return evaluateRecordingPolicy({ policy, session: { attributes, doHostGroupsCount: false }, decidedAt });
}

describe('the policies of the system (POL-015 POL-016 POL-017 POL-018 POL-019 POL-020 POL-021 POL-022 POL-023)', () => {
  test('POL-014: there are nine, each with one rule for everybody', () => {
    for (const policyId of systemRecordingPolicyIdSchema.options) {
      const policy = recordingPolicySchema.parse(systemRecordingPolicies[policyId]);
      expect(policy).toMatchObject({ policyId, isSystemDefined: true, isReadOnly: true });
      expect(policy.rules).toMatchObject([{ ruleId: 'everyone', criteria: {} }]);
    }
    expect(Object.keys(systemRecordingPolicies)).toEqual(systemRecordingPolicyIdSchema.options);
  });

  test.each([
    ['POL-015', 'do-not-record', 'do-not-record', false, false],
    ['POL-016', 'record-everyone-with-notification', 'record-with-notification', false, false],
    ['POL-017', 'record-everyone-without-notification', 'record-without-notification', false, false],
    ['POL-018', 'record-everyone-lossy-with-notification', 'record-with-notification', false, true],
    ['POL-019', 'record-everyone-lossy-without-notification', 'record-without-notification', false, true],
    ['POL-020', 'record-everyone-with-audio-and-notification', 'record-with-notification', true, false],
    ['POL-021', 'record-everyone-with-audio-without-notification', 'record-without-notification', true, false],
    ['POL-022', 'record-events-with-notification', 'record-events-with-notification', false, false],
    ['POL-023', 'record-events-without-notification', 'record-events-without-notification', false, false],
  ] as const)(
    '%s: %s decides %s for everybody (audio %s, lossy %s)',
    (_row, policyId, action, recordsAudio, isLossy) => {
      expect(decide(policyId)).toMatchObject({ action, ruleId: 'everyone', options: { recordsAudio, isLossy } });
    },
  );
});
