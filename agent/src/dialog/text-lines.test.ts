import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wrapText } from './text-lines.ts';

const widthOf = (text: string) => [...text].length;

describe('a text in lines', () => {
  test('ends lines between words, and where the text itself does', () => {
    expect(wrapText('One two three\n\nfour', 8, widthOf)).toEqual(['One two', 'three', '', 'four']);
  });

  test('cuts a word that no line has room for', () => {
    expect(wrapText('a Donaudampfschiff b', 6, widthOf)).toEqual(['a', 'Donaud', 'ampfsc', 'hiff b']);
  });

  test('ends lines between East Asian characters', () => {
    expect(wrapText('録画のお知らせです', 4, widthOf)).toEqual(['録画のお', '知らせで', 'す']);
  });

  test('is never wider than the line, and loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrapText(text, width, widthOf);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        const ink = (some: string) => some.replaceAll(/\s/g, '');
        expect(ink(lines.join(''))).toBe(ink(text));
      }),
    );
  });
});
