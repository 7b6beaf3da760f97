import { describe, expect, test } from '@jest/globals';
import { shorten } from './decision-words.ts';

describe('shorten', () => {
  test('leaves what is short enough', () => {
    expect(shorten('Finance', 7)).toBe('Finance');
  });

  test('says that it has cut', () => {
    expect(shorten('Finances', 7)).toBe('Financ…');
  });

  test('does not cut within a character', () => {
    expect(shorten('12345😀89', 7)).toBe('12345…');
  });
});
