import type { Rectangle } from '@afterimage/recording';

/** The parts of the rectangles that lie in none of the holes. */
export function subtractRectangles(
  rectangles: readonly Rectangle[],
  holes: readonly Rectangle[],
): readonly Rectangle[] {
  return holes.reduce((parts, hole) => parts.flatMap((part) => around(part, hole)), rectangles);
}

/** What is left of a rectangle: above the hole, below, at its left and at its right. */
function around(part: Rectangle, hole: Rectangle): readonly Rectangle[] {
  const left = Math.max(part.x, hole.x);
  const top = Math.max(part.y, hole.y);
  const right = Math.min(part.x + part.width, hole.x + hole.width);
  const bottom = Math.min(part.y + part.height, hole.y + hole.height);
  if (left >= right || top >= bottom) return [part];
  return [
    { x: part.x, y: part.y, width: part.width, height: top - part.y },
    { x: part.x, y: bottom, width: part.width, height: part.y + part.height - bottom },
    { x: part.x, y: top, width: left - part.x, height: bottom - top },
    { x: right, y: top, width: part.x + part.width - right, height: bottom - top },
  ].filter(({ width, height }) => width > 0 && height > 0);
}
