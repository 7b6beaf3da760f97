import { describe, expect, test } from '@jest/globals';
import { coveredAreas, type LaidOutWindow, settlesAfterMs } from './covered-areas.ts';

const screen = { width: 100, height: 100 };
const nowMs = 10_000;

function makeWindow(change: Partial<LaidOutWindow> = {}): LaidOutWindow {
  const area = { x: 10, y: 10, width: 40, height: 40 };
  return { area, isMapped: true, verdict: 'hidden', isOpaque: true, changedAtMs: 0, ...change };
}

/** Everything, in front or behind. */
const desktop = makeWindow({ verdict: 'shown', area: { x: 0, y: 0, ...screen } });

describe('what is covered of a screen', () => {
  test('POL-033: is where hidden windows are', () => {
    expect(coveredAreas([desktop, makeWindow()], screen, nowMs)).toEqual([makeWindow().area]);
    expect(coveredAreas([desktop], screen, nowMs)).toEqual([]);
    expect(coveredAreas([makeWindow({ isMapped: false })], screen, nowMs)).toEqual([]);
  });

  test('is where windows are whose owner is not known yet', () => {
    expect(coveredAreas([makeWindow({ verdict: 'unknown' })], screen, nowMs)).toEqual([makeWindow().area]);
  });

  test('ends at the edges of the screen', () => {
    const area = { x: -10, y: 90, width: 300, height: 40 };
    expect(coveredAreas([makeWindow({ area })], screen, nowMs)).toEqual([{ x: 0, y: 90, width: 100, height: 10 }]);
    expect(coveredAreas([makeWindow({ area: { ...area, y: 100 } })], screen, nowMs)).toEqual([]);
  });

  test('leaves out what an opaque window in front has covered for long enough', () => {
    const inFront = makeWindow({ verdict: 'shown', area: { x: 10, y: 10, width: 40, height: 15 } });
    expect(coveredAreas([makeWindow(), inFront], screen, nowMs)).toEqual([{ x: 10, y: 25, width: 40, height: 25 }]);
    expect(coveredAreas([makeWindow(), desktop], screen, nowMs)).toEqual([]);
  });

  test.each<[string, Partial<LaidOutWindow>]>([
    ['one that may be seen through', { isOpaque: false }],
    ['one that is not mapped', { isMapped: false }],
    ['one that has just changed and may not have drawn', { changedAtMs: nowMs - settlesAfterMs + 1 }],
    ['one that is hidden itself', { verdict: 'hidden' }],
  ])('does not end at %s', (_what, change) => {
    const covered = coveredAreas([makeWindow(), { ...desktop, ...change }], screen, nowMs);
    expect(covered).toContainEqual(makeWindow().area);
  });
});
