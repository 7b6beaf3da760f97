import { differs, type Rectangle } from './picture.ts';

/** The smallest part of a rectangle outside of which the pictures are equal; undefined when they are equal throughout. */
export function shrinkToChanges(
  current: Uint32Array,
  previous: Uint32Array,
  rowLength: number,
  rectangle: Rectangle,
): Rectangle | undefined {
  const isSame = (start: number, step: number, count: number) => {
    for (let i = 0, at = start; i < count; i++, at += step) if (differs(current[at], previous[at])) return false;
    return true;
  };
  let { x, y, width, height } = rectangle;
  while (height > 0 && isSame(y * rowLength + x, 1, width)) {
    y++;
    height--;
  }
  if (height === 0) return undefined;
  while (isSame((y + height - 1) * rowLength + x, 1, width)) height--;
  while (isSame(y * rowLength + x, rowLength, height)) {
    x++;
    width--;
  }
  while (isSame(y * rowLength + x + width - 1, rowLength, height)) width--;
  return { x, y, width, height };
}
