import { describe, expect, test } from '@jest/globals';
import { recordingOptionsSchema } from './session.ts';

const stored = { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 };

describe('recording options', () => {
  test('that were stored without a rate have the default one', () => {
    expect(recordingOptionsSchema.parse(stored).maxBitsPerSecond).toBe(1_000_000);
  });

  test('take 0 for a session without a bound on its rate, and nothing below', () => {
    expect(recordingOptionsSchema.parse({ ...stored, maxBitsPerSecond: 0 }).maxBitsPerSecond).toBe(0);
    expect(recordingOptionsSchema.safeParse({ ...stored, maxBitsPerSecond: -1 }).success).toBe(false);
    expect(recordingOptionsSchema.safeParse({ ...stored, maxBitsPerSecond: 0.5 }).success).toBe(false);
  });

  test.each([
    [9, false],
    [10, true],
    [30, true],
    [60, true],
    [300, true],
    [1_800, true],
    [1_801, false],
  ])('AGT-018: %i s between key images, from 10 to 1,800: %s', (keyImageIntervalSeconds, isTaken) => {
    expect(recordingOptionsSchema.safeParse({ ...stored, keyImageIntervalSeconds }).success).toBe(isTaken);
  });
});
