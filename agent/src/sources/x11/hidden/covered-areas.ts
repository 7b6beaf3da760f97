import type { Rectangle } from '@afterimage/recording';
import { subtractRectangles } from '../../../recorder/subtract-rectangles.ts';

/** `unknown`: whose it is has not been found out yet. */
export type Verdict = 'hidden' | 'shown' | 'unknown';

/** A window directly on the screen, with everything in it. */
export interface LaidOutWindow {
  /** With its border. */
  readonly area: Rectangle;
  readonly isMapped: boolean;
  /** Of the strictest window in it. */
  readonly verdict: Verdict;
  /** Nothing behind it can be seen through any part of its area. */
  readonly isOpaque: boolean;
  /** When it was last mapped, moved, resized or restacked. */
  readonly changedAtMs: number;
}

/**
 * A window need not clear what was behind it before it draws: for so long it may still show that, and so may the place
 * that a window has left.
 */
export const settlesAfterMs = 1_000;

/**
 * Where hidden windows may be seen; windows of unknown owners count as hidden. Areas may overlap.
 *
 * @param windows from the bottom to the top
 */
export function coveredAreas(
  windows: readonly LaidOutWindow[],
  screen: { readonly width: number; readonly height: number },
  nowMs: number,
): Rectangle[] {
  const covered: Rectangle[] = [];
  const inFront: Rectangle[] = [];
  for (const window of windows.toReversed()) {
    if (!window.isMapped) continue;
    if (window.verdict !== 'shown') covered.push(...subtractRectangles(insideScreen(window.area, screen), inFront));
    else if (window.isOpaque && nowMs - window.changedAtMs >= settlesAfterMs) inFront.push(window.area);
  }
  return covered;
}

/** The part of a rectangle that is on the screen: one, or none. */
export function insideScreen(
  { x, y, width, height }: Rectangle,
  screen: { readonly width: number; readonly height: number },
): Rectangle[] {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(screen.width, x + width);
  const bottom = Math.min(screen.height, y + height);
  return left < right && top < bottom ? [{ x: left, y: top, width: right - left, height: bottom - top }] : [];
}
