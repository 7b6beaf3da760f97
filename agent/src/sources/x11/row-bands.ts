import type { Rectangle } from '@afterimage/recording';

/** Whole rows of a picture. */
export interface RowBand {
  readonly y: number;
  readonly height: number;
}

/** Bands nearer than this are read as one: a read costs more than a few rows. */
const joinWithinRows = 8;

/** The rows that rectangles touch, disjoint and from top to bottom. */
export function rowBandsOf(rectangles: readonly Rectangle[], pictureHeight: number): RowBand[] {
  const bands: { y: number; height: number }[] = [];
  for (const rectangle of [...rectangles].sort((first, second) => first.y - second.y)) {
    const y = Math.max(0, rectangle.y);
    const end = Math.min(pictureHeight, rectangle.y + rectangle.height);
    if (end <= y) continue;
    const last = bands.at(-1);
    if (last && y <= last.y + last.height + joinWithinRows) last.height = Math.max(last.height, end - last.y);
    else bands.push({ y, height: end - y });
  }
  return bands;
}
