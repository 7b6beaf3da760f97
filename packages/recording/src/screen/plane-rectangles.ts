import { colourOf, opaque, type PixelOrder, type Rectangle } from './picture.ts';
import { type ChannelRow, predictRow, unpredictRow } from './plane-predictors.ts';
import type { RawStream } from './raw-stream.ts';
import { type PlaneKind, rectangleKind } from './screen-format.ts';

/**
 * Pictures with many colours are coded as three planes of one byte per pixel: green, then blue - green and
 * red - green, each as the difference (modulo 256) to what its kind predicts from the pixels at the left, above, and above left
 * inside the rectangle.
 */

/** A row of each channel and the one above it. */
class ChannelRows {
  readonly none: ChannelRow;
  readonly #rows: readonly [green: ChannelRow, blue: ChannelRow, red: ChannelRow];
  readonly #above: readonly [green: ChannelRow, blue: ChannelRow, red: ChannelRow];

  constructor(width: number) {
    const make = () => new Int16Array(width + 1);
    this.none = make();
    this.#rows = [make(), make(), make()];
    this.#above = [make(), make(), make()];
  }

  of(row: number): readonly [green: ChannelRow, blue: ChannelRow, red: ChannelRow] {
    return row % 2 === 0 ? this.#rows : this.#above;
  }

  /** At the left edge the pixel above stands for those at the left; returns the rows above. */
  begin(row: number): readonly [green: ChannelRow, blue: ChannelRow, red: ChannelRow] {
    const above = this.of(row + 1);
    for (const [index, channel] of this.of(row).entries()) {
      const over = above[index];
      if (over === undefined || row === 0) continue;
      channel[0] = over[1] ?? 0;
      over[0] = over[1] ?? 0;
    }
    return above;
  }
}

/** In the first row there is nothing above, so the pixel at the left stands for it. */
function kindOfRow(kind: PlaneKind, row: number): PlaneKind {
  return row === 0 ? rectangleKind.planesByLeft : kind;
}

export function writePlaneRectangle(
  planes: RawStream,
  pixels: Uint32Array,
  rowLength: number,
  { kind, rectangle }: { readonly kind: PlaneKind; readonly rectangle: Rectangle },
  order: PixelOrder,
): void {
  const { x, y, width, height } = rectangle;
  const size = width * height;
  let out = planes.reserve(3 * size);
  planes.length = out + 3 * size;
  const rows = new ChannelRows(width);
  for (let row = 0; row < height; row++, out += width) {
    const [greens, blues, reds] = rows.of(row);
    const [overGreen, overBlue, overRed] = rows.begin(row);
    const [firsts, lasts] = order === 'rgbx' ? [reds, blues] : [blues, reds];
    const start = (y + row) * rowLength + x - 1;
    for (let column = 1; column <= width; column++) {
      const pixel = colourOf(pixels[start + column]);
      const green = (pixel >>> 8) & 0xff;
      greens[column] = green;
      firsts[column] = (pixel & 0xff) - green;
      lasts[column] = (pixel >>> 16) - green;
    }
    const rowKind = kindOfRow(kind, row);
    predictRow(rowKind, greens, overGreen, planes.bytes, out);
    predictRow(rowKind, blues, overBlue, planes.bytes, out + size);
    predictRow(rowKind, reds, overRed, planes.bytes, out + 2 * size);
  }
}

/** The first of the three planes alone; returns how many bytes it wrote. */
export function writeGreenPlane(
  out: Uint8Array,
  at: number,
  pixels: Uint32Array,
  rowLength: number,
  { kind, rectangle }: { readonly kind: PlaneKind; readonly rectangle: Rectangle },
): number {
  const { x, y, width, height } = rectangle;
  const rows = new ChannelRows(width);
  for (let row = 0; row < height; row++) {
    const [greens] = rows.of(row);
    const [above] = rows.begin(row);
    const start = (y + row) * rowLength + x - 1;
    for (let column = 1; column <= width; column++) greens[column] = ((pixels[start + column] ?? 0) >>> 8) & 0xff;
    predictRow(kindOfRow(kind, row), greens, above, out, at + row * width);
  }
  return width * height;
}

/** Reads what `writePlaneRectangle` wrote; `source` holds exactly the three planes. */
export function readPlaneRectangle(
  source: Uint8Array,
  pixels: Uint32Array,
  rowLength: number,
  { kind, rectangle }: { readonly kind: PlaneKind; readonly rectangle: Rectangle },
): void {
  const { x, y, width, height } = rectangle;
  const size = width * height;
  const rows = new ChannelRows(width);
  /** Signed, as unsigned numbers of 32 bits are floating point to the engine. */
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let row = 0, from = 0; row < height; row++, from += width) {
    const [greens, blues, reds] = rows.of(row);
    const [overGreen, overBlue, overRed] = rows.begin(row);
    const rowKind = kindOfRow(kind, row);
    unpredictRow(rowKind, { bytes: source, at: from, base: rows.none }, overGreen, greens);
    unpredictRow(rowKind, { bytes: source, at: from + size, base: greens }, overBlue, blues);
    unpredictRow(rowKind, { bytes: source, at: from + 2 * size, base: greens }, overRed, reds);
    const start = (y + row) * rowLength + x - 1;
    for (let column = 1; column <= width; column++) {
      const green = greens[column] ?? 0;
      const colour = (green + (reds[column] ?? 0)) | (green << 8) | ((green + (blues[column] ?? 0)) << 16);
      words[start + column] = colour | opaque;
    }
  }
}
