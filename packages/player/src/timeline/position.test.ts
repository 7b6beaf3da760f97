import { describe, expect, test } from '@jest/globals';
import { parsePosition } from './position.ts';

describe('a position in an address', () => {
  test.each([
    ['754', 754_000],
    ['12.3s', 12_300],
    ['1h2m3s', 3_723_000],
    ['5m', 300_000],
    ['0', 0],
  ])('%s is %d ms', (text, positionMs) => {
    expect(parsePosition(text)).toBe(positionMs);
  });

  test.each(['', null, '-5', 'abc', '1m2h', '12.3456s', '1e9'])('%p is none', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });
});
