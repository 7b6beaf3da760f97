import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { subtractRectangles } from './subtract-rectangles.ts';

const side = fc.integer({ min: 1, max: 12 });
const rectangle = fc.record({ x: fc.nat(16), y: fc.nat(16), width: side, height: side });
const rectangles = fc.array(rectangle, { maxLength: 4 });

test('what is left is every pixel of the rectangles that no hole covers, and no other', () => {
  fc.assert(
    fc.property(rectangles, rectangles, (wanted, holes) => {
      const left = subtractRectangles(wanted, holes);
      for (let y = 0; y < 30; y++) {
        for (let x = 0; x < 30; x++) {
          const isIn = (of: typeof wanted) =>
            of.some((one) => x >= one.x && y >= one.y && x < one.x + one.width && y < one.y + one.height);
          expect(isIn([...left])).toBe(isIn(wanted) && !isIn(holes));
        }
      }
    }),
  );
});
