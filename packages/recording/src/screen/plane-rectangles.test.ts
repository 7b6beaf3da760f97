import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { PixelOrder } from './picture.ts';
import { readPlaneRectangle, writePlaneRectangle } from './plane-rectangles.ts';
import { RawStream } from './raw-stream.ts';
import { rectangleKind } from './screen-format.ts';

const rowLength = 24;
const rectangle = fc.record({
  x: fc.nat(8),
  y: fc.nat(4),
  width: fc.integer({ min: 1, max: 16 }),
  height: fc.integer({ min: 1, max: 6 }),
});
const picture = fc.uint32Array({ minLength: rowLength * 10, maxLength: rowLength * 10 });
const orders: readonly PixelOrder[] = ['rgbx', 'bgrx'];

/** Each row of samples less what the documented rule predicts: the reference the fast code is held to. */
function expectedGreen(
  pixels: Uint32Array,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  isMedian: boolean,
) {
  const green = (row: number, column: number) => ((pixels[(y + row) * rowLength + x + column] ?? 0) >>> 8) & 0xff;
  const bytes: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const above = row > 0 ? green(row - 1, column) : column > 0 ? green(row, column - 1) : 0;
      const left = column > 0 ? green(row, column - 1) : above;
      const aboveLeft = row > 0 && column > 0 ? green(row - 1, column - 1) : above;
      const [, median = 0] = [left, above, left + above - aboveLeft].sort((first, second) => first - second);
      bytes.push((green(row, column) - (isMedian ? median : left)) & 0xff);
    }
  }
  return bytes;
}

describe.each([
  ['median', rectangleKind.planesByMedian],
  ['left', rectangleKind.planesByLeft],
] as const)('planes predicted from the %s', (name, kind) => {
  test('give back any pixels, and touch no others', () => {
    fc.assert(
      fc.property(picture, rectangle, fc.constantFrom(...orders), (pixels, area, order) => {
        const planes = new RawStream();
        writePlaneRectangle(planes, pixels, rowLength, { kind, rectangle: area }, order);
        const decoded = new Uint32Array(pixels.length);
        readPlaneRectangle(planes.written(), decoded, rowLength, { kind, rectangle: area });
        for (const [at, pixel] of pixels.entries()) {
          const column = (at % rowLength) - area.x;
          const row = Math.floor(at / rowLength) - area.y;
          const isInside = column >= 0 && row >= 0 && column < area.width && row < area.height;
          const [first, second, third] = [pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff];
          const [red, blue] = order === 'rgbx' ? [first, third] : [third, first];
          const shown = (0xff000000 | (blue << 16) | (second << 8) | red) >>> 0;
          expect(decoded[at]).toBe(isInside ? shown : 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('hold the residuals that are documented', () => {
    fc.assert(
      fc.property(picture, rectangle, (pixels, area) => {
        const planes = new RawStream();
        writePlaneRectangle(planes, pixels, rowLength, { kind, rectangle: area }, 'rgbx');
        const size = area.width * area.height;
        expect([...planes.written().subarray(0, size)]).toEqual(expectedGreen(pixels, area, name === 'median'));
        expect(planes.length).toBe(3 * size);
      }),
      { numRuns: 100 },
    );
  });
});
