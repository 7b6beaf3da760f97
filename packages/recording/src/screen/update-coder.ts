import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Changes } from './change-analyzer.ts';
import { EncoderPalette } from './palette.ts';
import { PaletteRectangleWriter, writeColour } from './palette-rectangles.ts';
import { colourOf, type PixelOrder, type Rectangle } from './picture.ts';
import { PlaneChooser } from './plane-chooser.ts';
import { writePlaneRectangle } from './plane-rectangles.ts';
import { RawStream } from './raw-stream.ts';
import {
  type ClassifiedRectangle,
  type PaletteRectangle,
  type PlaneRectangle,
  RectangleClassifier,
  type SolidRectangle,
} from './rectangle-classes.ts';
import { rectangleKind, type StreamName } from './screen-format.ts';
import { writeUpdateRecords } from './update-records.ts';
import type { ZstdStreams } from './zstd-streams.ts';

export interface CodedUpdate {
  /** Everything the update writes to, in the order of its records. */
  readonly changed: readonly Rectangle[];
  /** Raw bytes, valid until the next update is coded. */
  readonly streams: Readonly<Record<StreamName, Uint8Array>>;
}

/** Turns changes into the raw bytes of the four streams. */
export class UpdateCoder {
  readonly #rowLength: number;
  readonly #order: PixelOrder;
  readonly #palette = new EncoderPalette();
  readonly #control = new ByteWriter();
  readonly #indices = new RawStream();
  readonly #planes = new RawStream();
  readonly #colours = new RawStream();
  readonly #classifier: RectangleClassifier;
  readonly #paletteWriter: PaletteRectangleWriter;
  readonly #planeChooser: PlaneChooser;

  constructor(rowLength: number, order: PixelOrder, zstd: Pick<ZstdStreams, 'measure'>) {
    this.#rowLength = rowLength;
    this.#order = order;
    this.#classifier = new RectangleClassifier(this.#palette, rowLength);
    this.#paletteWriter = new PaletteRectangleWriter(this.#palette, this.#indices, this.#colours, order);
    this.#planeChooser = new PlaneChooser(zstd.measure);
  }

  /** A new group begins: the palette is empty again. */
  reset(): void {
    this.#palette.reset();
    this.#planeChooser.reset();
  }

  code(pixels: Uint32Array, changes: Changes): CodedUpdate {
    this.#control.clear();
    this.#indices.clear();
    this.#planes.clear();
    this.#colours.clear();
    const rectangles: ClassifiedRectangle[] = [];
    const colourful: Rectangle[] = [];
    for (const rectangle of changes.rectangles) {
      const parts = this.#classifier.classify(pixels, rectangle);
      for (const part of parts.plain) this.#codePlain(pixels, part);
      rectangles.push(...parts.plain);
      colourful.push(...parts.colourful);
    }
    rectangles.push(...this.#codeColourful(pixels, colourful));
    writeUpdateRecords(this.#control, { ...changes, rectangles });
    const changed = [...changes.copies, ...rectangles.map(({ rectangle }) => rectangle)];
    const streams = {
      control: this.#control.finish(),
      indices: this.#indices.written(),
      planes: this.#planes.written(),
      colours: this.#colours.written(),
    };
    return { changed, streams };
  }

  #codePlain(pixels: Uint32Array, part: SolidRectangle | PaletteRectangle): void {
    const { rectangle } = part;
    if (part.kind === rectangleKind.solid) {
      writeColour(this.#colours, colourOf(pixels[rectangle.y * this.#rowLength + rectangle.x]), this.#order);
    } else this.#paletteWriter.write(pixels, this.#rowLength, rectangle, part.columns);
  }

  #codeColourful(pixels: Uint32Array, rectangles: readonly Rectangle[]): PlaneRectangle[] {
    const kind = this.#planeChooser.choose(pixels, this.#rowLength, rectangles);
    const parts = rectangles.map((rectangle) => ({ kind, rectangle }));
    for (const part of parts) writePlaneRectangle(this.#planes, pixels, this.#rowLength, part, this.#order);
    return parts;
  }
}
