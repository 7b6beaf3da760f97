import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Changes } from './change-analyzer.ts';
import { EncoderPalette } from './palette.ts';
import { PaletteRectangleWriter, writeColour } from './palette-rectangles.ts';
import { colourOf, type PixelOrder, type Rectangle } from './picture.ts';
import { writePlaneRectangle } from './plane-rectangles.ts';
import { RawStream } from './raw-stream.ts';
import { type ClassifiedRectangle, RectangleClassifier } from './rectangle-classes.ts';
import { rectangleKind, type StreamName } from './screen-format.ts';
import { writeUpdateRecords } from './update-records.ts';

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

  constructor(rowLength: number, order: PixelOrder) {
    this.#rowLength = rowLength;
    this.#order = order;
    this.#classifier = new RectangleClassifier(this.#palette, rowLength);
    this.#paletteWriter = new PaletteRectangleWriter(this.#palette, this.#indices, this.#colours, order);
  }

  /** A new group begins: the palette is empty again. */
  reset(): void {
    this.#palette.reset();
  }

  code(pixels: Uint32Array, changes: Changes): CodedUpdate {
    this.#control.clear();
    this.#indices.clear();
    this.#planes.clear();
    this.#colours.clear();
    const rectangles: ClassifiedRectangle[] = [];
    for (const rectangle of changes.rectangles) {
      for (const part of this.#classifier.classify(pixels, rectangle)) {
        this.#codePixels(pixels, part);
        rectangles.push(part);
      }
    }
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

  #codePixels(pixels: Uint32Array, part: ClassifiedRectangle): void {
    const { rectangle } = part;
    switch (part.kind) {
      case rectangleKind.solid:
        writeColour(this.#colours, colourOf(pixels[rectangle.y * this.#rowLength + rectangle.x]), this.#order);
        break;
      case rectangleKind.planes:
        writePlaneRectangle(this.#planes, pixels, this.#rowLength, rectangle, this.#order);
        break;
      default:
        this.#paletteWriter.write(pixels, this.#rowLength, rectangle, part.columns);
    }
  }
}
