import type { AnyRecordingRule } from '@afterimage/contracts';
import { expect, test } from '@jest/globals';
import { putBack } from './put-back.ts';

const rule = (ruleId: string): AnyRecordingRule => ({
  ruleId,
  name: ruleId,
  action: 'do-not-record',
  options: { recordsAudio: false, isLossy: false, allowsUserInitiated: false },
  criteria: { applications: [ruleId] },
});
const rules = (ids: string) => [...ids].map(rule);

test.each([
  ['acd', 'b', 'abcd'],
  ['cd', 'b', 'bcd'],
  ['ab', 'd', 'abd'],
  ['acdNEW', 'b', 'abcdNEW'],
  ['', 'c', 'c'],
  ['ab', 'unknown', 'ab'],
])('of %s taking %s back makes %s: of equal actions it is as old as it was', (now, back, expected) => {
  const result = putBack(rules(now), rules('abcd'), back);
  expect(result.map(({ ruleId }) => ruleId).join('')).toBe(expected);
});
