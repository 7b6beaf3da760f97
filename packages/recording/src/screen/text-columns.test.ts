import { describe, expect, test } from '@jest/globals';
import { wholeRows } from './screen-format.ts';
import { ColumnChooser } from './text-columns.ts';

const [width, height] = [200, 40];

/** Letters of one width, each with strokes of its own and a blank column at its right. */
function letters(letterWidth: number, start: number): Uint32Array {
  return Uint32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) - start, Math.floor(at / width)];
    const [letter, dot] = [Math.floor(x / letterWidth), ((x % letterWidth) + letterWidth) % letterWidth];
    const mixed = Math.imul((letter + 40) * 64 + dot * 8 + (y % 8), 0x9e3779b1);
    const stroke = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 30;
    return dot > 0 && dot < letterWidth - 1 && stroke > 1 ? 0xff000000 : 0xffffffff;
  });
}

describe('text columns', () => {
  test.each([
    [6, 0],
    [7, 3],
    [9, 5],
    [12, 11],
  ])('cuts between letters %i wide that begin at %i', (letterWidth, start) => {
    const pixels = letters(letterWidth, start);
    const columns = new ColumnChooser().choose(pixels, width, { x: 2, y: 1, width: 190, height: 30 });
    expect(columns.width).toBe(letterWidth);
    expect([start % letterWidth, (start + letterWidth - 1) % letterWidth]).toContain(columns.phase);
  });

  test('cuts the same letters the same way wherever the rectangle begins', () => {
    const chooser = new ColumnChooser();
    const pixels = letters(9, 4);
    const first = chooser.choose(pixels, width, { x: 0, y: 0, width: 190, height: 30 });
    expect(chooser.choose(pixels, width, { x: 13, y: 5, width: 120, height: 20 })).toEqual(first);
  });

  test('walks small rectangles row by row', () => {
    expect(new ColumnChooser().choose(letters(8, 0), width, { x: 0, y: 0, width: 9, height: 12 })).toBe(wholeRows);
  });
});
