import { describe, expect, test } from '@jest/globals';
import { ActivePage } from './active-page.ts';

describe('the active page', () => {
  test('is the visible one that was shown last', () => {
    const pages = new ActivePage();
    pages.show('first');
    pages.show('second');
    expect(pages.sessionId).toBe('second');
    pages.show('first');
    expect(pages.sessionId).toBe('second');
    pages.hide('second');
    expect(pages.sessionId).toBe('first');
    pages.show('second');
    expect(pages.sessionId).toBe('second');
  });

  test('falls back when the active one closes, and to nothing in the end', () => {
    const pages = new ActivePage();
    pages.show('first');
    pages.show('second');
    pages.close('second');
    expect(pages.sessionId).toBe('first');
    pages.close('first');
    expect(pages.sessionId).toBeUndefined();
  });
});
