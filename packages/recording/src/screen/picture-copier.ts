import type { Copy } from './copy-finder.ts';
import type { Picture, Rectangle } from './picture.ts';

/** Of more copies it is not asked which stand in each other's way: all of them are buffered. */
const maxComparedCopies = 64;

export type PixelsOfReference = (reference: number) => Uint32Array;

/**
 * Carries out the copies of an update as if every source were read before anything is written. Only a source that an earlier
 * copy writes over, or that the update's snapshot replaces, takes the way through a buffer.
 */
export class PictureCopier {
  readonly #picture: Picture;
  #buffer = new Uint32Array();
  #copies: readonly Copy[] = [];
  readonly #buffered = new Set<Copy>();

  constructor(picture: Picture) {
    this.#picture = picture;
  }

  /** Reads what will be gone when `write` is called. `replacedSlot` is the slot that takes the picture in between; 0 for none. */
  read(copies: readonly Copy[], replacedSlot: number, pixelsOf: PixelsOfReference): void {
    this.#copies = copies;
    this.#buffered.clear();
    for (const [index, copy] of copies.entries()) {
      const isReplaced = copy.reference > 0 && copy.reference === replacedSlot;
      if (isReplaced || (copy.reference === 0 && isInTheWay(copies, index))) this.#buffered.add(copy);
    }
    this.#reserve();
    const rowLength = this.#picture.width;
    let to = 0;
    for (const { x, y, width, height, dx, dy, reference } of this.#buffered) {
      const source = pixelsOf(reference);
      for (let row = 0, from = (y + dy) * rowLength + x + dx; row < height; row++, from += rowLength, to += width) {
        this.#buffer.set(source.subarray(from, from + width), to);
      }
    }
  }

  write(pixelsOf: PixelsOfReference): void {
    let from = 0;
    for (const copy of this.#copies) {
      if (this.#buffered.has(copy)) from = this.#writeBuffered(copy, from);
      else if (copy.reference === 0) this.#move(copy);
      else this.#copyFrom(pixelsOf(copy.reference), copy);
    }
  }

  #reserve(): void {
    let total = 0;
    for (const { width, height } of this.#buffered) total += width * height;
    if (this.#buffer.length < total) this.#buffer = new Uint32Array(total);
  }

  #writeBuffered({ x, y, width, height }: Copy, from: number): number {
    const { pixels, width: rowLength } = this.#picture;
    for (let row = 0, to = y * rowLength + x; row < height; row++, from += width, to += rowLength) {
      pixels.set(this.#buffer.subarray(from, from + width), to);
    }
    return from;
  }

  /** Rows are taken in the order in which none is written over before it was read. */
  #move({ x, y, width, height, dx, dy }: Copy): void {
    const { pixels, width: rowLength } = this.#picture;
    for (let step = 0; step < height; step++) {
      const to = (y + (dy >= 0 ? step : height - 1 - step)) * rowLength + x;
      const from = to + dy * rowLength + dx;
      pixels.copyWithin(to, from, from + width);
    }
  }

  #copyFrom(source: Uint32Array, { x, y, width, height, dx, dy }: Copy): void {
    const { pixels, width: rowLength } = this.#picture;
    for (let row = 0, to = y * rowLength + x; row < height; row++, to += rowLength) {
      const from = to + dy * rowLength + dx;
      pixels.set(source.subarray(from, from + width), to);
    }
  }
}

/** Whether an earlier copy writes where this one reads. */
function isInTheWay(copies: readonly Copy[], index: number): boolean {
  const copy = copies[index];
  if (copy === undefined) return false;
  if (copies.length > maxComparedCopies) return true;
  const source = { ...copy, x: copy.x + copy.dx, y: copy.y + copy.dy };
  return copies.slice(0, index).some((earlier) => overlaps(earlier, source));
}

function overlaps(first: Rectangle, second: Rectangle): boolean {
  return (
    first.x < second.x + second.width &&
    second.x < first.x + first.width &&
    first.y < second.y + second.height &&
    second.y < first.y + first.height
  );
}
