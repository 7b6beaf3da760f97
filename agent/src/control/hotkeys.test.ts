import { describe, expect, test } from '@jest/globals';
import { chooseHotkeys, keysymOf } from './hotkeys.ts';

function choose(start: string, stop: string) {
  const refused: string[] = [];
  return { keys: chooseHotkeys({ enabled: true, start, stop }, (reason) => refused.push(reason)), refused };
}

describe('hotkeys', () => {
  test('USR-016: end with F1 to F12 or a capital letter', () => {
    for (const key of ['F1', 'F12', 'A', 'Z'])
      expect(choose(key, 'F9')).toEqual({ keys: { start: key, stop: 'F9' }, refused: [] });
    for (const key of ['F0', 'F13', 'a', '1', 'AB', 'CTRL+F1', '']) {
      expect(choose(key, 'F2')).toEqual({ keys: { start: 'F8', stop: 'F2' }, refused: [expect.any(String)] });
    }
  });

  test('USR-017: are the defaults when both are the same, also by a default', () => {
    expect(choose('F5', 'F5')).toMatchObject({ keys: { start: 'F8', stop: 'F9' }, refused: [expect.any(String)] });
    expect(choose('?', 'F8').keys).toEqual({ start: 'F8', stop: 'F9' });
  });

  test('have the numbers of X', () => {
    expect(['F1', 'F8', 'F12', 'A'].map(keysymOf)).toEqual([0xffbe, 0xffc5, 0xffc9, 0x61]);
  });
});
