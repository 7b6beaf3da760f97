import { opaque, type PixelOrder, type Rectangle } from './picture.ts';
import type { RawStream } from './raw-stream.ts';

/**
 * Pictures with many colours are coded as three planes of one byte per pixel: green, then blue - green and
 * red - green, each as the difference (modulo 256) to the median edge prediction from the pixels at the left, above, and
 * above left inside the rectangle.
 */

/** The median of left, above, and left + above - aboveLeft, without a branch: which way it goes is noise. */
function predict(left: number, above: number, aboveLeft: number): number {
  const difference = (left - above) | 0;
  const negative = difference & (difference >> 31);
  const smallest = above + negative;
  const largest = left - negative;
  const overSmallest = (left + above - aboveLeft - smallest) | 0;
  const atLeast = smallest + (overSmallest & ~(overSmallest >> 31));
  const overLargest = (atLeast - largest) | 0;
  return (largest + (overLargest & (overLargest >> 31))) | 0;
}

function byte(pixel: number, shift: number): number {
  return (pixel >>> shift) & 0xff;
}

/** Prediction of (first channel - green) from the three neighbours, where green is always the second byte. */
function predictDifference(left: number, above: number, aboveLeft: number, shift: number): number {
  return predict(
    byte(left, shift) - byte(left, 8),
    byte(above, shift) - byte(above, 8),
    byte(aboveLeft, shift) - byte(aboveLeft, 8),
  );
}

export function writePlaneRectangle(
  planes: RawStream,
  pixels: Uint32Array,
  rowLength: number,
  rectangle: Rectangle,
  order: PixelOrder,
): void {
  const { x, y, width, height } = rectangle;
  const redShift = order === 'rgbx' ? 0 : 16;
  const blueShift = 16 - redShift;
  const size = width * height;
  let out = planes.reserve(3 * size);
  const { bytes } = planes;
  planes.length = out + 3 * size;
  for (let row = 0; row < height; row++) {
    const start = (y + row) * rowLength + x;
    let aboveLeft = 0;
    let left = 0;
    for (let at = start; at < start + width; at++, out++) {
      const pixel = pixels[at] ?? 0;
      const above = row > 0 ? (pixels[at - rowLength] ?? 0) : left;
      if (at === start) left = aboveLeft = above;
      const green = byte(pixel, 8);
      bytes[out] = green - predict(byte(left, 8), byte(above, 8), byte(aboveLeft, 8));
      bytes[out + size] = byte(pixel, blueShift) - green - predictDifference(left, above, aboveLeft, blueShift);
      bytes[out + 2 * size] = byte(pixel, redShift) - green - predictDifference(left, above, aboveLeft, redShift);
      left = pixel;
      aboveLeft = above;
    }
  }
}

/** Reads what `writePlaneRectangle` wrote; `source` holds exactly the three planes. */
export function readPlaneRectangle(
  source: Uint8Array,
  pixels: Uint32Array,
  rowLength: number,
  rectangle: Rectangle,
): void {
  const { x, y, width, height } = rectangle;
  const size = width * height;
  let from = 0;
  for (let row = 0; row < height; row++) {
    const start = (y + row) * rowLength + x;
    let aboveLeft = 0;
    let left = 0;
    for (let at = start; at < start + width; at++, from++) {
      const above = row > 0 ? (pixels[at - rowLength] ?? 0) : left;
      if (at === start) left = aboveLeft = above;
      const green = ((source[from] ?? 0) + predict(byte(left, 8), byte(above, 8), byte(aboveLeft, 8))) & 0xff;
      const blue = ((source[from + size] ?? 0) + green + predictDifference(left, above, aboveLeft, 16)) & 0xff;
      const red = ((source[from + 2 * size] ?? 0) + green + predictDifference(left, above, aboveLeft, 0)) & 0xff;
      left = (red | (green << 8) | (blue << 16) | opaque) >>> 0;
      pixels[at] = left;
      aboveLeft = above;
    }
  }
}
