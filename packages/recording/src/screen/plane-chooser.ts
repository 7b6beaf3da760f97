import type { Rectangle } from './picture.ts';
import { writeGreenPlane } from './plane-rectangles.ts';
import { type PlaneKind, rectangleKind } from './screen-format.ts';
import type { ZstdStreams } from './zstd-streams.ts';

/** A trial pays once so many pixels were coded since the last one; until then what was chosen stays. */
const minPixelsPerTrial = 65_536;
const maxSamplePixels = 65_536;
/** The median must be so much better: residuals from one side repeat where pixels do, now and in later packets. */
const gainOfMedian = 0.95;

/**
 * Chooses what the planes of a packet are predicted from, by compressing a sample of green either way: smooth pictures want the
 * median, text and whatever else repeats the left.
 */
export class PlaneChooser {
  readonly #measure: ZstdStreams['measure'];
  #kind: PlaneKind = rectangleKind.planesByLeft;
  #pixelsSinceTrial = 0;
  readonly #sample = new Uint8Array(maxSamplePixels);

  constructor(measure: ZstdStreams['measure']) {
    this.#measure = measure;
  }

  reset(): void {
    this.#kind = rectangleKind.planesByLeft;
    this.#pixelsSinceTrial = 0;
  }

  choose(pixels: Uint32Array, rowLength: number, rectangles: readonly Rectangle[]): PlaneKind {
    this.#pixelsSinceTrial += areaOf(rectangles);
    if (this.#pixelsSinceTrial < minPixelsPerTrial) return this.#kind;
    this.#pixelsSinceTrial = 0;
    const sampled = takePixels(rectangles, maxSamplePixels);
    const lengthBy = (kind: PlaneKind) => {
      let at = 0;
      for (const rectangle of sampled) at += writeGreenPlane(this.#sample, at, pixels, rowLength, { kind, rectangle });
      return this.#measure(this.#sample.subarray(0, at));
    };
    const { planesByLeft, planesByMedian } = rectangleKind;
    const isSmooth = lengthBy(planesByMedian) < gainOfMedian * lengthBy(planesByLeft);
    this.#kind = isSmooth ? planesByMedian : planesByLeft;
    return this.#kind;
  }
}

/** The first rectangles, the last one cut off below, with about so many pixels in all. */
function takePixels(rectangles: readonly Rectangle[], count: number): Rectangle[] {
  const taken: Rectangle[] = [];
  let left = count;
  for (const rectangle of rectangles) {
    const height = Math.min(rectangle.height, Math.floor(left / rectangle.width));
    if (height === 0) break;
    taken.push({ ...rectangle, height });
    left -= height * rectangle.width;
  }
  return taken;
}

function areaOf(rectangles: readonly Rectangle[]): number {
  return rectangles.reduce((sum, { width, height }) => sum + width * height, 0);
}
