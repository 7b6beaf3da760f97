import { describe, expect, test } from '@jest/globals';
import { isRolloverDue } from './rollover-rule.ts';
import { undecidedOptions } from './undecided-options.ts';

const mb = 1_000_000;
const minutes = 60_000;
const hours = 60 * minutes;
const isDue = (sizeMb: number, ageMs: number, limits = undecidedOptions.rollover) =>
  isRolloverDue({ sizeBytes: sizeMb * mb, ageMs }, limits);

describe('a recording goes on in a new file', () => {
  test('STO-005: at the size of the policy, 50 MB where it names none', () => {
    expect(isDue(49.9, 2 * hours)).toBe(false);
    expect(isDue(50, 2 * hours)).toBe(true);
    expect(isDue(50, 2 * hours, { sizeMb: 300, hours: 12 })).toBe(false);
    expect(isDue(10, 2 * hours, { sizeMb: 10, hours: 12 })).toBe(true);
  });

  test('STO-006: at the duration of the policy, 12 hours where it names none', () => {
    expect(isDue(1, 12 * hours - 1)).toBe(false);
    expect(isDue(1, 12 * hours)).toBe(true);
    expect(isDue(1, 1 * hours, { sizeMb: 50, hours: 1 })).toBe(true);
    expect(isDue(1, 23 * hours, { sizeMb: 50, hours: 24 })).toBe(false);
  });

  test('STO-007: at whichever comes first', () => {
    const limits = { sizeMb: 17, hours: 6 };
    expect(isDue(17, 3 * hours, limits)).toBe(true);
    expect(isDue(16, 3 * hours, limits)).toBe(false);
    expect(isDue(16, 6 * hours, limits)).toBe(true);
  });

  test('STO-008: never within its first hour, unless it is above 300 MB', () => {
    expect(isDue(60, 20 * minutes)).toBe(false);
    expect(isDue(300, 20 * minutes)).toBe(false);
    expect(isDue(301, 20 * minutes)).toBe(true);
    expect(isDue(60, 60 * minutes)).toBe(true);
  });
});
