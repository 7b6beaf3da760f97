import { colourOf, type Rectangle, swapRedAndBlue } from './picture.ts';

const multiplier = 0x2c1b3c6d;

/**
 * A 32-bit checksum over the pixels of rectangles, each row folded into four interleaved lanes: several times faster
 * in plain code than a CRC, which matters because it runs over every pixel that changed. Any change of a single pixel changes it.
 * The seed is the checksum of the update before (0 for a key image), so one that is missing is noticed as well.
 * It finds decoders that went wrong; it does not withstand anybody (sealing and signing do).
 */
export class PictureChecksum {
  readonly #lanes = new Int32Array([0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344]);

  constructor(seed: number) {
    for (let lane = 0; lane < this.#lanes.length; lane++) this.#lanes[lane] = (this.#lanes[lane] ?? 0) ^ seed;
  }

  /** With `isSwapped` the sum is taken as if red and blue were exchanged. */
  add(pixels: Uint32Array, rowLength: number, rectangle: Rectangle, isSwapped = false): this {
    const { x, y, width, height } = rectangle;
    for (let row = 0, start = y * rowLength + x; row < height; row++, start += rowLength) {
      if (isSwapped) this.#addSwapped(pixels, start, start + width);
      else this.#addRow(pixels, start, start + width);
    }
    return this;
  }

  value(): number {
    let value = 0;
    for (const lane of this.#lanes) {
      value = Math.imul(value ^ lane ^ (lane >>> 15), 0x85ebca6b);
      value ^= value >>> 13;
    }
    return value >>> 0;
  }

  #addRow(pixels: Uint32Array, start: number, end: number): void {
    let [first = 0, second = 0, third = 0, fourth = 0] = this.#lanes;
    let at = start;
    for (; at + 3 < end; at += 4) {
      first = Math.imul(first ^ colourOf(pixels[at]), multiplier);
      second = Math.imul(second ^ colourOf(pixels[at + 1]), multiplier);
      third = Math.imul(third ^ colourOf(pixels[at + 2]), multiplier);
      fourth = Math.imul(fourth ^ colourOf(pixels[at + 3]), multiplier);
    }
    for (; at < end; at++) first = Math.imul(first ^ colourOf(pixels[at]), multiplier);
    this.#store(first, second, third, fourth);
  }

  #addSwapped(pixels: Uint32Array, start: number, end: number): void {
    let [first = 0, second = 0, third = 0, fourth = 0] = this.#lanes;
    let at = start;
    for (; at + 3 < end; at += 4) {
      first = Math.imul(first ^ swapRedAndBlue(colourOf(pixels[at])), multiplier);
      second = Math.imul(second ^ swapRedAndBlue(colourOf(pixels[at + 1])), multiplier);
      third = Math.imul(third ^ swapRedAndBlue(colourOf(pixels[at + 2])), multiplier);
      fourth = Math.imul(fourth ^ swapRedAndBlue(colourOf(pixels[at + 3])), multiplier);
    }
    for (; at < end; at++) first = Math.imul(first ^ swapRedAndBlue(colourOf(pixels[at])), multiplier);
    this.#store(first, second, third, fourth);
  }

  #store(first: number, second: number, third: number, fourth: number): void {
    this.#lanes[0] = first;
    this.#lanes[1] = second;
    this.#lanes[2] = third;
    this.#lanes[3] = fourth;
  }
}
