import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rowBandsOf } from './row-bands.ts';

const rectangle = fc.record({ x: fc.nat(50), y: fc.nat(200), width: fc.nat(50), height: fc.nat(80) });

describe('row bands', () => {
  test('cover every row of every rectangle inside the picture, once, from top to bottom', () => {
    fc.assert(
      fc.property(fc.array(rectangle, { maxLength: 12 }), fc.integer({ min: 1, max: 220 }), (rectangles, height) => {
        const rows = rowBandsOf(rectangles, height).flatMap((band) =>
          Array.from({ length: band.height }, (_, row) => band.y + row),
        );
        expect(rows).toEqual([...new Set(rows)].sort((first, second) => first - second));
        expect(rows.every((row) => row >= 0 && row < height)).toBe(true);
        for (const { y, height: rowCount } of rectangles) {
          for (let row = y; row < Math.min(y + rowCount, height); row++) expect(rows).toContain(row);
        }
      }),
    );
  });

  test('do not read what lies between rectangles far apart', () => {
    const rectangles = [
      { x: 0, y: 90, width: 1, height: 2 },
      { x: 0, y: 0, width: 1, height: 2 },
    ];
    expect(rowBandsOf(rectangles, 100)).toEqual([
      { y: 0, height: 2 },
      { y: 90, height: 2 },
    ]);
  });
});
