import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Copy } from './copy-finder.ts';
import type { Rectangle } from './picture.ts';
import type { ClassifiedRectangle } from './rectangle-classes.ts';
import {
  type Columns,
  maxColumnWidth,
  maxRecords,
  rectangleKind,
  ScreenFormatError,
  snapshotSlots,
  wholeRows,
} from './screen-format.ts';

/** What the control stream says about one update; the pixels are in the other streams. */
export interface UpdateRecords {
  readonly snapshotSlot: number;
  readonly copies: readonly Copy[];
  readonly rectangles: readonly ClassifiedRectangle[];
}

/** A copy of the same reference and move as the one before. */
const repeatsMove = 1;

export function writeUpdateRecords(control: ByteWriter, records: UpdateRecords): void {
  control.varint(records.snapshotSlot).varint(records.copies.length);
  let last: Copy = { x: 0, y: 0, width: 0, height: 0, dx: 0, dy: 0, reference: 0 };
  for (const copy of records.copies) {
    if (copy.reference === last.reference && copy.dx === last.dx && copy.dy === last.dy) control.varint(repeatsMove);
    else
      control
        .varint(copy.reference * 2)
        .signedVarint(copy.dx)
        .signedVarint(copy.dy);
    writeRectangle(control, copy, last);
    last = copy;
  }
  control.varint(records.rectangles.length);
  let lastRectangle: Rectangle = last;
  for (const part of records.rectangles) {
    control.varint(part.kind);
    if (part.kind === rectangleKind.paletteColumns) control.varint(part.columns.width).varint(part.columns.phase);
    writeRectangle(control, part.rectangle, lastRectangle);
    lastRectangle = part.rectangle;
  }
}

function writeRectangle(control: ByteWriter, rectangle: Rectangle, last: Rectangle): void {
  control.signedVarint(rectangle.x - last.x).signedVarint(rectangle.y - last.y);
  control.varint(rectangle.width).varint(rectangle.height);
}

/** Every rectangle lies inside the picture; copies together, and rectangles together, cover no more than its area. */
export function readUpdateRecords(control: ByteReader, width: number, height: number): UpdateRecords {
  const reader = new UpdateRecordReader(control, width, height);
  const snapshotSlot = reader.slot();
  const copies = reader.copies();
  return { snapshotSlot, copies, rectangles: reader.rectangles() };
}

class UpdateRecordReader {
  readonly #control: ByteReader;
  readonly #width: number;
  readonly #height: number;
  #last: Rectangle = { x: 0, y: 0, width: 0, height: 0 };
  #pixelsLeft = 0;

  constructor(control: ByteReader, width: number, height: number) {
    this.#control = control;
    this.#width = width;
    this.#height = height;
  }

  slot(): number {
    const slot = this.#control.varint();
    if (slot > snapshotSlots(this.#width, this.#height))
      throw new ScreenFormatError('malformed', 'no such snapshot slot');
    return slot;
  }

  copies(): Copy[] {
    this.#pixelsLeft = this.#width * this.#height;
    const copies: Copy[] = [];
    let move = { reference: 0, dx: 0, dy: 0 };
    for (let count = this.#count(); count > 0; count--) {
      move = this.#move(move);
      const rectangle = this.#rectangle();
      if (!this.#isInside(rectangle.x + move.dx, rectangle.y + move.dy, rectangle)) {
        throw new ScreenFormatError('malformed', 'copy from outside the picture');
      }
      copies.push({ ...rectangle, ...move });
    }
    return copies;
  }

  rectangles(): ClassifiedRectangle[] {
    this.#pixelsLeft = this.#width * this.#height;
    const rectangles: ClassifiedRectangle[] = [];
    for (let count = this.#count(); count > 0; count--) {
      rectangles.push(this.#classifiedRectangle(this.#control.varint()));
    }
    return rectangles;
  }

  #classifiedRectangle(kind: number): ClassifiedRectangle {
    switch (kind) {
      case rectangleKind.solid:
      case rectangleKind.planesByMedian:
      case rectangleKind.planesByLeft:
        return { kind, rectangle: this.#rectangle() };
      case rectangleKind.paletteRows:
        return { kind, columns: wholeRows, rectangle: this.#rectangle() };
      case rectangleKind.paletteColumns:
        return { kind, columns: this.#columns(), rectangle: this.#rectangle() };
      default:
        throw new ScreenFormatError('malformed', 'unknown rectangle kind');
    }
  }

  #columns(): Columns {
    const width = this.#control.varint();
    const phase = this.#control.varint();
    if (width > maxColumnWidth || phase >= width) throw new ScreenFormatError('malformed', 'columns that cannot be');
    return { width, phase };
  }

  /** A record takes at least five bytes, so a count can be checked before anything is made for it. */
  #count(): number {
    const count = this.#control.varint();
    if (count > maxRecords(this.#width, this.#height))
      throw new ScreenFormatError('limit-exceeded', 'too many records');
    if (count * 5 > this.#control.remaining) throw new ScreenFormatError('malformed', 'more records than bytes');
    return count;
  }

  #move(last: { reference: number; dx: number; dy: number }): typeof last {
    const head = this.#control.varint();
    if (head === repeatsMove) return last;
    const reference = head / 2;
    if (head % 2 === 1 || reference > snapshotSlots(this.#width, this.#height)) {
      throw new ScreenFormatError('malformed', 'no such reference');
    }
    return { reference, dx: this.#control.signedVarint(), dy: this.#control.signedVarint() };
  }

  #rectangle(): Rectangle {
    const x = this.#last.x + this.#control.signedVarint();
    const y = this.#last.y + this.#control.signedVarint();
    const rectangle = { x, y, width: this.#control.varint(), height: this.#control.varint() };
    if (rectangle.width === 0 || rectangle.height === 0 || !this.#isInside(x, y, rectangle)) {
      throw new ScreenFormatError('malformed', 'rectangle outside the picture');
    }
    this.#pixelsLeft -= rectangle.width * rectangle.height;
    if (this.#pixelsLeft < 0) throw new ScreenFormatError('limit-exceeded', 'rectangles cover more than the picture');
    this.#last = rectangle;
    return rectangle;
  }

  #isInside(x: number, y: number, { width, height }: Rectangle): boolean {
    return x >= 0 && y >= 0 && width <= this.#width - x && height <= this.#height - y;
  }
}
