import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Copy } from './copy-finder.ts';
import { PictureCopier } from './picture-copier.ts';

const [width, height] = [12, 9];
const place = (x: number, y: number) => y * width + x;

/** Any copy inside the picture, from it or from one of two snapshots. */
const copy: fc.Arbitrary<Copy> = fc
  .record({ x: fc.nat(width - 1), y: fc.nat(height - 1), fromX: fc.nat(width - 1), fromY: fc.nat(height - 1) })
  .chain(({ x, y, fromX, fromY }) =>
    fc.record({
      x: fc.constant(x),
      y: fc.constant(y),
      dx: fc.constant(fromX - x),
      dy: fc.constant(fromY - y),
      width: fc.integer({ min: 1, max: width - Math.max(x, fromX) }),
      height: fc.integer({ min: 1, max: height - Math.max(y, fromY) }),
      reference: fc.nat(2),
    }),
  );

/** Every source is read, a slot takes the picture, and then everything is written: the documented order, taken literally. */
function copiedPlainly(sources: readonly Uint32Array[], copies: readonly Copy[]): Uint32Array {
  const before = sources.map((pixels) => pixels.slice());
  const after = before[0]?.slice() ?? new Uint32Array();
  for (const { x, y, dx, dy, reference, ...size } of copies) {
    for (let row = y; row < y + size.height; row++) {
      for (let column = x; column < x + size.width; column++) {
        after[place(column, row)] = before[reference]?.[place(column + dx, row + dy)] ?? 0;
      }
    }
  }
  return after;
}

test.each([3, 80])(
  'up to %i copies that stand in each other’s way read what was there before any of them',
  (maxLength) => {
    const copies = fc.array(copy, { minLength: maxLength > 64 ? 65 : 1, maxLength });
    fc.assert(
      fc.property(copies, fc.nat(2), (all, replacedSlot) => {
        const sources = [0, 1, 2].map((source) => new Uint32Array(width * height).map((_, at) => source * 1000 + at));
        const expected = copiedPlainly(sources, all);
        const [pixels = new Uint32Array()] = sources;
        const pixelsOf = (reference: number) => sources[reference] ?? new Uint32Array();
        const copier = new PictureCopier({ width, height, pixels });
        copier.read(all, replacedSlot, pixelsOf);
        if (replacedSlot > 0) pixelsOf(replacedSlot).set(pixels);
        copier.write(pixelsOf);
        expect(pixels).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  },
);
