import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addToSpans, type FilePlace, type FileSpan, fitsSpans } from './file-spans.ts';

/** File numbers as an honest agent gives them: they rise by one now and then. */
const honest = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }).map((rollovers) => {
  let fileNumber = 1;
  return rollovers.map((rollsOver, index): FilePlace => {
    if (index > 0 && rollsOver) fileNumber += 1;
    return { fileNumber, sequence: index + 1 };
  });
});
const shuffled = honest.chain((places) =>
  fc.tuple(fc.constant(places), fc.shuffledSubarray(places, { minLength: places.length })),
);
const spansOf = (places: readonly FilePlace[]) => places.reduce<FileSpan[]>(addToSpans, []);

describe('file spans', () => {
  test('STO-009 any order and repetition of arrival leads to the same spans, one for each file', () => {
    fc.assert(
      fc.property(shuffled, ([places, arrival]) => {
        expect(spansOf([...arrival, ...arrival])).toEqual(spansOf(places));
        expect(spansOf(places).map(({ fileNumber }) => fileNumber)).toEqual([
          ...new Set(places.map(({ fileNumber }) => fileNumber)),
        ]);
      }),
    );
  });

  test('what an honest agent seals fits in any order', () => {
    fc.assert(
      fc.property(shuffled, ([, arrival]) => {
        for (const [index, place] of arrival.entries()) {
          expect(fitsSpans(spansOf(arrival.slice(0, index)), place)).toBe(true);
        }
      }),
    );
  });

  test.each([
    ['a file before one that has begun', { fileNumber: 1, sequence: 9 }],
    ['a file after one that goes on', { fileNumber: 3, sequence: 6 }],
    ['a file number that skips files', { fileNumber: 9, sequence: 9 }],
    ['more files than segments', { fileNumber: 5, sequence: 4 }],
  ])('%s does not fit', (_what, place) => {
    const spans = [
      { fileNumber: 1, firstSequence: 1, lastSequence: 4 },
      { fileNumber: 2, firstSequence: 5, lastSequence: 8 },
    ];
    expect(fitsSpans(spans, place)).toBe(false);
  });
});
