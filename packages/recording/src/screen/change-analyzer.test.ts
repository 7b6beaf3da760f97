import { describe, expect, test } from '@jest/globals';
import { ChangeAnalyzer } from './change-analyzer.ts';
import { SmallScreen } from './testing/small-screens.ts';

const [width, height] = [320, 240];
const everywhere = { x: 0, y: 0, width, height };

function page(seed: number): SmallScreen {
  const screen = new SmallScreen(width, height);
  for (let line = 0; line < height / 12; line++) {
    const area = { x: 0, y: line * 12, width, height: 12 };
    screen.apply({ kind: 'text', area, seed: seed + line * 5 });
    screen.apply({ kind: 'noise', area: { ...area, width: 40, height: 8 }, seed: seed + line });
  }
  return screen;
}

function pixelCount(rectangles: readonly { width: number; height: number }[]): number {
  return rectangles.reduce((sum, rectangle) => sum + rectangle.width * rectangle.height, 0);
}

describe('change analyzer', () => {
  test('sees a scrolled page as copies and the strip that came in', () => {
    const analyzer = new ChangeAnalyzer(width, height);
    const screen = page(1000);
    analyzer.advance(screen.pixels, undefined, false);
    screen.apply({ kind: 'scroll', area: everywhere, dx: 0, dy: 24 });
    screen.apply({ kind: 'noise', area: { ...everywhere, y: height - 24 }, seed: 99 });
    const changes = analyzer.advance(screen.pixels, undefined, true);
    expect(changes?.copies).toContainEqual(expect.objectContaining({ dx: 0, dy: 24, reference: 0 }));
    expect(pixelCount(changes?.rectangles ?? [])).toBeLessThanOrEqual(width * 40);
  });

  test('brings both of two windows back from snapshots, again and again', () => {
    const analyzer = new ChangeAnalyzer(width, height);
    const [first, second] = [page(1000), page(5000)];
    analyzer.advance(first.pixels, undefined, false);
    expect(analyzer.advance(second.pixels, undefined, true)?.snapshotSlot).toBe(1);
    for (let round = 0; round < 3; round++) {
      const back = analyzer.advance(first.pixels, undefined, true);
      expect(back?.copies.map(({ reference }) => reference)).toContain(1);
      expect(pixelCount(back?.rectangles ?? [])).toBe(0);
      const forth = analyzer.advance(second.pixels, undefined, true);
      expect(forth?.copies.map(({ reference }) => reference)).toContain(2);
      expect(pixelCount(forth?.rectangles ?? [])).toBe(0);
    }
  });

  test('codes no more than the pixels that changed, when few did', () => {
    const analyzer = new ChangeAnalyzer(width, height);
    const screen = page(1000);
    analyzer.advance(screen.pixels, undefined, false);
    const area = { x: 101, y: 53, width: 7, height: 3 };
    screen.apply({ kind: 'fill', area, colour: 0x123456 });
    expect(analyzer.advance(screen.pixels, undefined, true)).toEqual({
      copies: [],
      snapshotSlot: 0,
      rectangles: [area],
    });
  });

  test('looks for changes inside the damage only', () => {
    const analyzer = new ChangeAnalyzer(width, height);
    const screen = page(1000);
    analyzer.advance(screen.pixels, undefined, false);
    screen.apply({ kind: 'fill', area: { x: 10, y: 10, width: 5, height: 5 }, colour: 0x123456 });
    expect(analyzer.advance(screen.pixels, [{ x: 100, y: 100, width: 50, height: 50 }], true)).toBeUndefined();
    expect(analyzer.advance(screen.pixels, [{ x: -5, y: 0, width: 500, height: 10.5 }], true)?.rectangles).toEqual([
      { x: 10, y: 10, width: 5, height: 5 },
    ]);
  });

  test('never copies more pixels than the picture has', () => {
    const analyzer = new ChangeAnalyzer(width, height);
    const screen = page(1000);
    analyzer.advance(screen.pixels, undefined, false);
    for (let frame = 1; frame < 12; frame++) {
      screen.apply({ kind: 'scroll', area: everywhere, dx: frame % 3, dy: 7 });
      const changes = analyzer.advance(screen.pixels, undefined, true);
      expect(pixelCount(changes?.copies ?? [])).toBeLessThanOrEqual(width * height);
    }
  });
});
