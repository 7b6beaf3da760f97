import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addToRanges,
  type ChainLink,
  contiguousRange,
  countSegments,
  isStored,
  maxStoredRanges,
} from './stored-ranges.ts';

const link = (sequence: number): ChainLink => ({
  sequence,
  previousHash: `h${sequence - 1}`,
  hash: `h${sequence}`,
  startMs: (sequence - 1) * 100,
  endMs: sequence * 100,
  sizeBytes: 10,
});

describe('stored ranges', () => {
  test('any order and repetition of arrival leads to the same ranges', () => {
    const sequences = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sequences, (arrival) => {
        const arrived = arrival.reduce(
          (ranges, sequence) => addToRanges(ranges, link(sequence)),
          [] as ReturnType<typeof addToRanges>,
        );
        const inOrder = [...new Set(arrival)]
          .sort((a, b) => a - b)
          .reduce((ranges, sequence) => addToRanges(ranges, link(sequence)), [] as ReturnType<typeof addToRanges>);
        expect(arrived).toEqual(inOrder);
        expect(countSegments(arrived)).toBe(new Set(arrival).size);
      }),
    );
  });

  test('the contiguous part ends before the first sequence that is missing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 20 }), (arrival) => {
        let expected = 0;
        while (arrival.includes(expected + 1)) expected += 1;
        const ranges = arrival.reduce(
          (all, sequence) => addToRanges(all, link(sequence)),
          [] as ReturnType<typeof addToRanges>,
        );
        expect(contiguousRange(ranges)?.lastSequence ?? 0).toBe(expected);
        expect(contiguousRange(ranges)?.endMs ?? 0).toBe(expected * 100);
      }),
    );
  });

  test('neighbours that do not chain stay apart', () => {
    const ranges = addToRanges(addToRanges([], link(1)), { ...link(2), previousHash: 'another' });
    expect(ranges).toHaveLength(2);
    expect(contiguousRange(ranges)?.lastSequence).toBe(1);
    expect(isStored(ranges, 2)).toBe(true);
  });

  test('refuses to grow without bound', () => {
    let ranges = addToRanges([], link(1));
    for (let sequence = 3; ranges.length < maxStoredRanges; sequence += 2) ranges = addToRanges(ranges, link(sequence));
    expect(() => addToRanges(ranges, link(5000))).toThrow(RangeError);
  });
});
