import { describe, expect, test } from '@jest/globals';
import { isBeforeScreen } from './recorded-content.ts';

describe('the time before the screen', () => {
  test('is all of a recording of events, none of one of the screen, and the first part of one that got the screen', () => {
    expect(isBeforeScreen({ content: 'events' }, 0)).toBe(true);
    expect(isBeforeScreen({ content: 'events' }, 3_600_000)).toBe(true);
    expect(isBeforeScreen({ content: 'screen' }, 0)).toBe(false);
    const upgraded = { content: 'screen', screenFromMs: 2000 } as const;
    expect([0, 1999, 2000, 2001].map((positionMs) => isBeforeScreen(upgraded, positionMs))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
