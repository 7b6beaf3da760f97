import type { ByteReader } from '../bytes/byte-reader.ts';
import type { DecoderPalette, EncoderPalette } from './palette.ts';
import { colourOf, opaque, type PixelOrder, type Rectangle, swapRedAndBlue } from './picture.ts';
import type { RawStream } from './raw-stream.ts';
import { type Columns, newColourIndex, paletteSlots, ScreenFormatError } from './screen-format.ts';

/** Three bytes, red first. */
export function writeColour(colours: RawStream, colour: number, order: PixelOrder): void {
  const rgb = order === 'rgbx' ? colour : swapRedAndBlue(colour);
  const at = colours.reserve(3);
  colours.bytes[at] = rgb;
  colours.bytes[at + 1] = rgb >>> 8;
  colours.bytes[at + 2] = rgb >>> 16;
  colours.length = at + 3;
}

/** An opaque pixel. */
export function readColour(colours: ByteReader): number {
  const red = colours.u8();
  const green = colours.u8();
  return (red | (green << 8) | (colours.u8() << 16) | opaque) >>> 0;
}

/** Columns are cut by their place in the picture, not in the rectangle: so letters are cut alike wherever a change begins. */
function columnEnd(x: number, { width, phase }: Columns): number {
  return x + width - ((x + width - phase) % width);
}

/** Writes one palette index per pixel, column by column, each row by row. */
export class PaletteRectangleWriter {
  readonly #palette: EncoderPalette;
  readonly #indices: RawStream;
  readonly #colours: RawStream;
  readonly #order: PixelOrder;

  constructor(palette: EncoderPalette, indices: RawStream, colours: RawStream, order: PixelOrder) {
    this.#palette = palette;
    this.#indices = indices;
    this.#colours = colours;
    this.#order = order;
  }

  write(pixels: Uint32Array, rowLength: number, rectangle: Rectangle, columns: Columns): void {
    const { x, y, width, height } = rectangle;
    const indices = this.#indices;
    let out = indices.reserve(width * height);
    let last = -1;
    let index = 0;
    for (let left = x; left < x + width; left = columnEnd(left, columns)) {
      const right = Math.min(x + width, columnEnd(left, columns));
      for (let row = y * rowLength, end = (y + height) * rowLength; row < end; row += rowLength) {
        for (let at = row + left; at < row + right; at++) {
          const colour = colourOf(pixels[at]);
          if (colour === last) {
            indices.bytes[out++] = index;
            continue;
          }
          last = colour;
          index = this.#palette.use(colour);
          indices.bytes[out++] = index < 0 ? newColourIndex : index;
          if (index < 0) index = this.#addColour(colour);
        }
      }
    }
    indices.length = out;
  }

  #addColour(colour: number): number {
    writeColour(this.#colours, colour, this.#order);
    return this.#palette.add(colour);
  }
}

/** What a palette rectangle is read from. */
export interface PaletteSources {
  readonly palette: DecoderPalette;
  readonly indices: ByteReader;
  readonly colours: ByteReader;
}

/** Reads what `PaletteRectangleWriter` wrote: a new colour is coded as 255 once, its repetitions as its slot. */
export function readPaletteRectangle(
  { palette, indices, colours }: PaletteSources,
  pixels: Uint32Array,
  rowLength: number,
  rectangle: Rectangle,
  columns: Columns,
): void {
  const { x, y, width, height } = rectangle;
  const source = indices.bytes(width * height);
  let from = 0;
  let slot = -1;
  let pixel = opaque | 0;
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let left = x; left < x + width; left = columnEnd(left, columns)) {
    const right = Math.min(x + width, columnEnd(left, columns));
    for (let row = y * rowLength, end = (y + height) * rowLength; row < end; row += rowLength) {
      for (let at = row + left; at < row + right; at++) {
        const index = source[from++] ?? 0;
        if (index !== slot) {
          if (index < paletteSlots) {
            pixel = palette.pixel(index);
            slot = index;
          } else {
            if (index !== newColourIndex) throw new ScreenFormatError('malformed', 'palette index 254');
            pixel = readColour(colours) | 0;
            slot = palette.add(pixel);
          }
        }
        words[at] = pixel;
      }
    }
  }
}
