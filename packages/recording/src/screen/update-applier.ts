import type { ByteReader } from '../bytes/byte-reader.ts';
import { DecoderPalette } from './palette.ts';
import { readColour, readPaletteRectangle } from './palette-rectangles.ts';
import { opaque, type Picture } from './picture.ts';
import { PictureCopier } from './picture-copier.ts';
import { readPlaneRectangle } from './plane-rectangles.ts';
import type { ClassifiedRectangle } from './rectangle-classes.ts';
import { rectangleKind, ScreenFormatError, type StreamName } from './screen-format.ts';
import type { UpdateRecords } from './update-records.ts';

export type PixelStreams = Readonly<Record<Exclude<StreamName, 'control'>, ByteReader>>;

/** Carries out updates on a picture, group after group. */
export class UpdateApplier {
  readonly #picture: Picture;
  readonly #palette = new DecoderPalette();
  /** Slots that the group has filled. */
  readonly #filled = new Set<number>();
  /** Kept from group to group, as memory this large is expensive to get. */
  readonly #snapshots = new Map<number, Uint32Array>();
  readonly #copier: PictureCopier;

  constructor(picture: Picture) {
    this.#picture = picture;
    this.#copier = new PictureCopier(picture);
  }

  /** A new group begins: from a black picture, with no snapshots. */
  reset(): void {
    this.#picture.pixels.fill(opaque);
    this.#palette.reset();
    this.#filled.clear();
  }

  apply(records: UpdateRecords, streams: PixelStreams): void {
    const pixelsOf = (reference: number) => (reference === 0 ? this.#picture.pixels : this.#snapshot(reference));
    this.#copier.read(records.copies, records.snapshotSlot, pixelsOf);
    if (records.snapshotSlot > 0) this.#remember(records.snapshotSlot);
    this.#copier.write(pixelsOf);
    for (const rectangle of records.rectangles) this.#draw(rectangle, streams);
    for (const stream of [streams.indices, streams.planes, streams.colours]) stream.expectEnd();
  }

  #snapshot(slot: number): Uint32Array {
    const snapshot = this.#snapshots.get(slot);
    if (snapshot === undefined || !this.#filled.has(slot))
      throw new ScreenFormatError('malformed', 'copy from an empty snapshot slot');
    return snapshot;
  }

  #remember(slot: number): void {
    const { pixels } = this.#picture;
    const snapshot = this.#snapshots.get(slot);
    this.#filled.add(slot);
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
      case rectangleKind.planesByMedian:
      case rectangleKind.planesByLeft:
        readPlaneRectangle(planes.bytes(3 * width * height), pixels, rowLength, part);
        break;
      default: {
        const sources = { palette: this.#palette, indices, colours };
        readPaletteRectangle(sources, pixels, rowLength, rectangle, part.columns);
      }
    }
  }
}
