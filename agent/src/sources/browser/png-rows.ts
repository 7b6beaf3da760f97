import { PngError } from './png-error.ts';

/** Bytes of a row, with the same memory as words: rows in a PNG begin at odd offsets, where words cannot be read. */
class AlignedRow {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor(lengthBytes: number) {
    this.words = new Int32Array(Math.ceil(lengthBytes / 4));
    this.bytes = new Uint8Array(this.words.buffer, 0, lengthBytes);
  }
}

/** Undoes the row filters of a PNG of 8 bits a channel, row after row. */
export class RowUnfilter {
  readonly #channels: 3 | 4;
  readonly #length: number;
  readonly #zeros: Buffer;
  #current: AlignedRow;
  #above: AlignedRow;

  constructor(width: number, channels: 3 | 4) {
    this.#channels = channels;
    this.#length = width * channels;
    this.#zeros = Buffer.alloc(this.#length);
    this.#current = new AlignedRow(this.#length);
    this.#above = new AlignedRow(this.#length);
  }

  /** Takes the row whose filter's number is at `at`. Returns whether it is known to be the same as the one above. */
  next(rows: Buffer, at: number): boolean {
    const filter = rows[at];
    const from = at + 1;
    if (filter === 2 && rows.compare(this.#zeros, 0, this.#length, from, from + this.#length) === 0) return true;
    [this.#current, this.#above] = [this.#above, this.#current];
    this.#current.bytes.set(rows.subarray(from, from + this.#length));
    if (filter === 1) this.#undoSub();
    else if (filter === 2) addBytes(this.#current.words, this.#above.words);
    else if (filter === 3) this.#undoAverage();
    else if (filter === 4) this.#undoPaeth();
    else if (filter !== 0) throw new PngError('has an unknown row filter');
    return false;
  }

  /** Writes the row as opaque pixels, RGBA in memory order. */
  spread(pixels: Uint32Array, to: number): void {
    const { bytes } = this.#current;
    const step = this.#channels;
    for (let at = 0, out = to; at < bytes.length; at += step, out++) {
      pixels[out] = 0xff000000 | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0);
    }
  }

  #undoSub(): void {
    const { bytes } = this.#current;
    for (let channel = 0; channel < this.#channels; channel++) {
      let left = 0;
      for (let i = channel; i < bytes.length; i += this.#channels) {
        left = ((bytes[i] ?? 0) + left) & 0xff;
        bytes[i] = left;
      }
    }
  }

  #undoAverage(): void {
    const { bytes } = this.#current;
    const above = this.#above.bytes;
    for (let channel = 0; channel < this.#channels; channel++) {
      let left = 0;
      for (let i = channel; i < bytes.length; i += this.#channels) {
        left = ((bytes[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1)) & 0xff;
        bytes[i] = left;
      }
    }
  }

  #undoPaeth(): void {
    const { bytes } = this.#current;
    const above = this.#above.bytes;
    for (let channel = 0; channel < this.#channels; channel++) {
      let left = 0;
      let upLeft = 0;
      for (let i = channel; i < bytes.length; i += this.#channels) {
        const up = above[i] ?? 0;
        left = ((bytes[i] ?? 0) + paeth(left, up, upLeft)) & 0xff;
        upLeft = up;
        bytes[i] = left;
      }
    }
  }
}

/** The one of the three that is nearest to left + up - upLeft; in flat areas that is known at once. */
function paeth(left: number, up: number, upLeft: number): number {
  if (up === upLeft) return left;
  if (left === upLeft) return up;
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** Four bytes at a time, each modulo 256. */
function addBytes(current: Int32Array, above: Int32Array): void {
  for (let i = 0; i < current.length; i++) {
    const first = current[i] ?? 0;
    const second = above[i] ?? 0;
    current[i] = ((first & 0x7f7f7f7f) + (second & 0x7f7f7f7f)) ^ ((first ^ second) & 0x80808080);
  }
}
