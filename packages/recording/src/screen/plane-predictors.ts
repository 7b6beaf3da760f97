import { type PlaneKind, rectangleKind } from './screen-format.ts';

/**
 * One channel of a row: entry x + 1 is pixel x, entry 0 the pixel to the left of the first. Of the blue and the red channel the
 * entries are differences to green, so from -255 to 255.
 */
export type ChannelRow = Int16Array;

/** The median of left, above, and left + above - aboveLeft, without a branch: which way it goes is noise. */
function median(left: number, above: number, aboveLeft: number): number {
  const difference = (left - above) | 0;
  const negative = difference & (difference >> 31);
  const smallest = above + negative;
  const largest = left - negative;
  const overSmallest = (left + above - aboveLeft - smallest) | 0;
  const atLeast = smallest + (overSmallest & ~(overSmallest >> 31));
  const overLargest = (atLeast - largest) | 0;
  return (largest + (overLargest & (overLargest >> 31))) | 0;
}

/** Writes each entry less its prediction, modulo 256, to `out` from `at` on. */
export function predictRow(kind: PlaneKind, row: ChannelRow, above: ChannelRow, out: Uint8Array, at: number): void {
  const width = row.length - 1;
  if (kind === rectangleKind.planesByLeft) {
    for (let x = 1; x <= width; x++) out[at++] = (row[x] ?? 0) - (row[x - 1] ?? 0);
    return;
  }
  for (let x = 1; x <= width; x++) {
    out[at++] = (row[x] ?? 0) - median(row[x - 1] ?? 0, above[x] ?? 0, above[x - 1] ?? 0);
  }
}

/** What a row is read from: `base` is the row of the channel its entries are differences to. */
export interface ResidualRow {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly base: ChannelRow;
}

/** Gives back the row of which `predictRow` wrote the residuals; `row[0]` is there already. */
export function unpredictRow(kind: PlaneKind, residuals: ResidualRow, above: ChannelRow, row: ChannelRow): void {
  const { bytes, base } = residuals;
  const width = row.length - 1;
  let { at } = residuals;
  let left = row[0] ?? 0;
  if (kind === rectangleKind.planesByLeft) {
    for (let x = 1; x <= width; x++) {
      const offset = base[x] ?? 0;
      left = (((bytes[at++] ?? 0) + offset + left) & 0xff) - offset;
      row[x] = left;
    }
    return;
  }
  let aboveLeft = above[0] ?? 0;
  for (let x = 1; x <= width; x++) {
    const offset = base[x] ?? 0;
    const over = above[x] ?? 0;
    left = (((bytes[at++] ?? 0) + offset + median(left, over, aboveLeft)) & 0xff) - offset;
    row[x] = left;
    aboveLeft = over;
  }
}
