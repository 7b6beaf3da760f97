import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { decodePng } from './png-decoder.ts';
import { PngError } from './png-error.ts';

/** @param colorType 2 RGB, 6 RGBA */
function encode(width: number, height: number, colorType: 2 | 6, filterType: number, bytes: Uint8Array): Buffer {
  const png = new PNG({ width, height });
  for (let i = 0; i < png.data.length; i++) png.data[i] = i % 4 === 3 ? 255 : (bytes[i % bytes.length] ?? 0);
  return PNG.sync.write(png, { colorType, filterType, inputHasAlpha: true });
}

const pictures = fc.record({
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 40 }),
  colorType: fc.constantFrom(2 as const, 6 as const),
  filterType: fc.constantFrom(-1, 0, 1, 2, 3, 4),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
});

describe('the PNG decoder', () => {
  test('reads every filter and both colour types as another decoder does', () => {
    fc.assert(
      fc.property(pictures, ({ width, height, colorType, filterType, bytes }) => {
        const png = encode(width, height, colorType, filterType, bytes);
        const decoded = decodePng(png);
        expect([decoded.width, decoded.height]).toEqual([width, height]);
        expect(Buffer.from(decoded.pixels.buffer).equals(PNG.sync.read(png).data)).toBe(true);
      }),
    );
  });

  test('names what is wrong with altered or cut bytes, and never goes beyond its bounds', () => {
    const png = encode(20, 20, 6, -1, new Uint8Array([1, 2, 3, 5, 8, 13]));
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
        const altered = Buffer.from(isCut ? png.subarray(0, at) : png);
        if (!isCut) altered[at] = (altered[at] ?? 0) ^ change;
        try {
          decodePng(altered);
        } catch (error) {
          expect(error).toBeInstanceOf(PngError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
