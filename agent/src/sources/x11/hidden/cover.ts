import type { HiddenApplications } from '@afterimage/contracts';
import type { Rectangle } from '@afterimage/recording';
import { subtractRectangles } from '../../../recorder/subtract-rectangles.ts';
import type { PictureSize } from '../pixel-transfer.ts';

/** The same in either order of the colours. */
const maskColours: Readonly<Record<HiddenApplications['maskColour'], number>> = {
  black: 0xff000000,
  gray: 0xff808080,
  white: 0xffffffff,
};

/** What of one picture is covered, and with which colour. */
export class Cover {
  readonly #colour: number;
  #areas: readonly Rectangle[] = [];

  constructor(colour: HiddenApplications['maskColour']) {
    this.#colour = maskColours[colour];
  }

  /** @returns where the picture changes by that */
  changeTo(areas: readonly Rectangle[]): Rectangle[] {
    const changed = [...subtractRectangles(this.#areas, areas), ...subtractRectangles(areas, this.#areas)];
    this.#areas = areas;
    return changed;
  }

  /** The parts that are not covered. */
  visibleOf(rectangles: readonly Rectangle[]): readonly Rectangle[] {
    return subtractRectangles(rectangles, this.#areas);
  }

  /** To be called whenever pixels have been brought, before anybody reads them. */
  paint(pixels: Uint32Array, { width }: PictureSize): void {
    for (const area of this.#areas) {
      for (let y = area.y; y < area.y + area.height; y++) {
        const start = y * width + area.x;
        pixels.fill(this.#colour, start, start + area.width);
      }
    }
  }
}
