import type { ByteReader } from '../bytes/byte-reader.ts';
import type { Copy } from './copy-finder.ts';
import { DecoderPalette } from './palette.ts';
import { readColour, readPaletteRectangle } from './palette-rectangles.ts';
import type { Picture } from './picture.ts';
import { readPlaneRectangle } from './plane-rectangles.ts';
import type { ClassifiedRectangle } from './rectangle-classes.ts';
import { rectangleKind, ScreenFormatError, type StreamName } from './screen-format.ts';
import type { UpdateRecords } from './update-records.ts';

export type PixelStreams = Readonly<Record<Exclude<StreamName, 'control'>, ByteReader>>;

/** Carries out the updates of one group on a picture. */
export class UpdateApplier {
  readonly #picture: Picture;
  readonly #palette = new DecoderPalette();
  readonly #snapshots = new Map<number, Uint32Array>();
  #copied = new Uint32Array();

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  apply(records: UpdateRecords, streams: PixelStreams): void {
    const [copy] = records.copies;
    const isMove = records.copies.length === 1 && copy?.reference === 0;
    if (!isMove) this.#readCopies(records.copies);
    if (records.snapshotSlot > 0) this.#remember(records.snapshotSlot);
    if (isMove) this.#move(copy);
    else this.#writeCopies(records.copies);
    for (const rectangle of records.rectangles) this.#draw(rectangle, streams);
    for (const stream of [streams.indices, streams.planes, streams.colours]) stream.expectEnd();
  }

  /** One copy inside the picture, as scrolling makes it, needs no buffer when rows are taken in the right order. */
  #move({ x, y, width, height, dx, dy }: Copy): void {
    const { pixels, width: rowLength } = this.#picture;
    for (let step = 0; step < height; step++) {
      const to = (y + (dy >= 0 ? step : height - 1 - step)) * rowLength + x;
      const from = to + dy * rowLength + dx;
      pixels.copyWithin(to, from, from + width);
    }
  }

  #readCopies(copies: readonly Copy[]): void {
    const total = copies.reduce((sum, { width, height }) => sum + width * height, 0);
    if (this.#copied.length < total) this.#copied = new Uint32Array(total);
    const rowLength = this.#picture.width;
    let to = 0;
    for (const { x, y, width, height, dx, dy, reference } of copies) {
      const source = reference === 0 ? this.#picture.pixels : this.#snapshot(reference);
      for (let row = 0, from = (y + dy) * rowLength + x + dx; row < height; row++, from += rowLength, to += width) {
        this.#copied.set(source.subarray(from, from + width), to);
      }
    }
  }

  #writeCopies(copies: readonly Copy[]): void {
    const { pixels, width: rowLength } = this.#picture;
    let from = 0;
    for (const { x, y, width, height } of copies) {
      for (let row = 0, to = y * rowLength + x; row < height; row++, from += width, to += rowLength) {
        pixels.set(this.#copied.subarray(from, from + width), to);
      }
    }
  }

  #snapshot(slot: number): Uint32Array {
    const snapshot = this.#snapshots.get(slot);
    if (snapshot === undefined) throw new ScreenFormatError('malformed', 'copy from an empty snapshot slot');
    return snapshot;
  }

  #remember(slot: number): void {
    const { pixels } = this.#picture;
    const snapshot = this.#snapshots.get(slot);
    if (snapshot === undefined) this.#snapshots.set(slot, pixels.slice());
    else snapshot.set(pixels);
  }

  #draw(part: ClassifiedRectangle, { indices, planes, colours }: PixelStreams): void {
    const { pixels, width: rowLength } = this.#picture;
    const { rectangle } = part;
    const { x, y, width, height } = rectangle;
    switch (part.kind) {
      case rectangleKind.solid: {
        const pixel = readColour(colours);
        for (let row = y; row < y + height; row++) {
          pixels.fill(pixel, row * rowLength + x, row * rowLength + x + width);
        }
        break;
      }
      case rectangleKind.planes:
        readPlaneRectangle(planes.bytes(3 * width * height), pixels, rowLength, rectangle);
        break;
      default: {
        const sources = { palette: this.#palette, indices, colours };
        readPaletteRectangle(sources, pixels, rowLength, rectangle, part.columns);
      }
    }
  }
}
