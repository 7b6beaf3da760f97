import { describe, expect, test } from '@jest/globals';
import { declareGaps } from './declare-gaps.ts';
import type { StoredRange } from './stored-ranges.ts';

const range = (firstSequence: number, lastSequence: number): StoredRange => ({
  firstSequence,
  lastSequence,
  previousHash: `h${firstSequence - 1}`,
  hash: `h${lastSequence}`,
  startMs: (firstSequence - 1) * 100,
  endMs: lastSequence * 100,
  sizeBytes: 1,
});

describe('declareGaps', () => {
  test('declares nothing for a chain from the first segment to the final one', () => {
    expect(declareGaps([range(1, 9)], 9)).toEqual([]);
  });

  test('declares missing segments by sequence and by time, at the head and in the middle', () => {
    expect(declareGaps([range(3, 4), range(7, 9)], 9)).toEqual([
      { fromMs: 0, toMs: 200, reason: 'segments-missing', firstMissingSequence: 1, lastMissingSequence: 2 },
      { fromMs: 400, toMs: 600, reason: 'segments-missing', firstMissingSequence: 5, lastMissingSequence: 6 },
    ]);
  });

  test('declares an end that nobody attested', () => {
    expect(declareGaps([range(1, 4)], undefined)).toEqual([{ fromMs: 400, toMs: 400, reason: 'end-not-attested' }]);
  });

  test('declares a break in the chain between neighbours', () => {
    expect(declareGaps([range(1, 2), range(3, 4)], 4)).toEqual([{ fromMs: 200, toMs: 200, reason: 'other' }]);
  });
});
