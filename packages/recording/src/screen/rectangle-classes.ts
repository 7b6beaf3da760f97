import { runsToRectangles } from './cell-grid.ts';
import type { EncoderPalette } from './palette.ts';
import { colourOf, differs, type Rectangle } from './picture.ts';
import { type Columns, type PlaneKind, rectangleKind, wholeRows } from './screen-format.ts';
import { ColumnChooser } from './text-columns.ts';

export type ClassifiedRectangle = SolidRectangle | PaletteRectangle | PlaneRectangle;

export interface SolidRectangle {
  readonly kind: typeof rectangleKind.solid;
  readonly rectangle: Rectangle;
}

export interface PlaneRectangle {
  readonly kind: PlaneKind;
  readonly rectangle: Rectangle;
}

export interface PaletteRectangle {
  readonly kind: typeof rectangleKind.paletteRows | typeof rectangleKind.paletteColumns;
  readonly rectangle: Rectangle;
  readonly columns: Columns;
}

export interface RectangleClasses {
  readonly plain: readonly (SolidRectangle | PaletteRectangle)[];
  /** To be coded as planes. */
  readonly colourful: readonly Rectangle[];
}

/** Side in pixels of the blocks that are classified on their own. */
const blockSize = 64;
/** A full block with more colours the palette lacks is coded as planes; smaller ones in proportion. */
const maxNewColours = 80;
const minNewColours = 12;

/** Splits changed rectangles into those of one colour, of few colours, and of many. */
export class RectangleClassifier {
  readonly #palette: EncoderPalette;
  readonly #rowLength: number;
  readonly #newColours = new Set<number>();
  readonly #columns = new ColumnChooser();

  constructor(palette: EncoderPalette, rowLength: number) {
    this.#palette = palette;
    this.#rowLength = rowLength;
  }

  classify(pixels: Uint32Array, rectangle: Rectangle): RectangleClasses {
    if (this.#isFlat(pixels, rectangle)) return { plain: [{ kind: rectangleKind.solid, rectangle }], colourful: [] };
    const columns = Math.ceil(rectangle.width / blockSize);
    const rows = Math.ceil(rectangle.height / blockSize);
    const isColourful = new Uint8Array(columns * rows);
    for (let index = 0; index < isColourful.length; index++) {
      const block = { x: index % columns, y: Math.floor(index / columns), width: 1, height: 1 };
      if (this.#hasManyNewColours(pixels, blocksToPixels(block, rectangle))) isColourful[index] = 1;
    }
    if (!isColourful.includes(1)) return { plain: [this.#asPalette(pixels, rectangle)], colourful: [] };
    const parts = (wanted: number) =>
      runsToRectangles(isColourful, columns, rows, wanted).map((blocks) => blocksToPixels(blocks, rectangle));
    return { plain: parts(0).map((part) => this.#asPalette(pixels, part)), colourful: parts(1) };
  }

  #asPalette(pixels: Uint32Array, rectangle: Rectangle): PaletteRectangle {
    const columns = this.#columns.choose(pixels, this.#rowLength, rectangle);
    const kind = columns === wholeRows ? rectangleKind.paletteRows : rectangleKind.paletteColumns;
    return { kind, rectangle, columns };
  }

  #isFlat(pixels: Uint32Array, { x, y, width, height }: Rectangle): boolean {
    const first = pixels[y * this.#rowLength + x];
    for (let row = y; row < y + height; row++) {
      const start = row * this.#rowLength + x;
      for (let at = start; at < start + width; at++) if (differs(pixels[at], first)) return false;
    }
    return true;
  }

  #hasManyNewColours(pixels: Uint32Array, { x, y, width, height }: Rectangle): boolean {
    const most = Math.max(minNewColours, (maxNewColours * width * height) / (blockSize * blockSize));
    this.#newColours.clear();
    let last = -1;
    for (let row = y; row < y + height; row++) {
      const start = row * this.#rowLength + x;
      for (let at = start; at < start + width; at++) {
        const colour = colourOf(pixels[at]);
        if (colour === last) continue;
        last = colour;
        if (this.#palette.has(colour)) continue;
        this.#newColours.add(colour);
        if (this.#newColours.size > most) return true;
      }
    }
    return false;
  }
}

function blocksToPixels(blocks: Rectangle, within: Rectangle): Rectangle {
  const x = blocks.x * blockSize;
  const y = blocks.y * blockSize;
  const width = Math.min(within.width - x, blocks.width * blockSize);
  const height = Math.min(within.height - y, blocks.height * blockSize);
  return { x: within.x + x, y: within.y + y, width, height };
}
