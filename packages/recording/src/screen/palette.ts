import { opaque } from './picture.ts';
import { paletteSlots } from './screen-format.ts';

/**
 * The 254 colours both sides know. A new colour takes the next slot whose colour was not used since the hand passed
 * it last (the clock algorithm), so that colours seen once do not drive out those of text. Both sides must mark
 * slots as used at the same pixels: a slot is marked whenever its index is coded anew, that is, not when a pixel
 * repeats the one before it.
 */
export class PaletteClock {
  readonly #wasUsed = new Uint8Array(paletteSlots);
  #hand = 0;

  reset(): void {
    this.#wasUsed.fill(0);
    this.#hand = 0;
  }

  markUsed(slot: number): void {
    this.#wasUsed[slot] = 1;
  }

  /** The slot for a new colour. */
  take(): number {
    while (this.#wasUsed[this.#hand] === 1) {
      this.#wasUsed[this.#hand] = 0;
      this.#advance();
    }
    const slot = this.#hand;
    this.#advance();
    return slot;
  }

  #advance(): void {
    this.#hand = this.#hand === paletteSlots - 1 ? 0 : this.#hand + 1;
  }
}

const hashBits = 16;

/** The encoder's palette: finds the slot of a colour. */
export class EncoderPalette {
  readonly #clock = new PaletteClock();
  readonly #colours = new Int32Array(256).fill(-1);
  /** By hash of the colour. Collisions only cost sending a colour again. */
  readonly #slots = new Uint8Array(1 << hashBits);

  reset(): void {
    this.#clock.reset();
    this.#colours.fill(-1);
    this.#slots.fill(0);
  }

  has(colour: number): boolean {
    return this.#colours[this.#slots[hash(colour)] ?? 0] === colour;
  }

  /** The slot of a known colour, marked as used; -1 for a new one. */
  use(colour: number): number {
    const slot = this.#slots[hash(colour)] ?? 0;
    if (this.#colours[slot] !== colour) return -1;
    this.#clock.markUsed(slot);
    return slot;
  }

  /** The slot of a new colour from now on. */
  add(colour: number): number {
    const slot = this.#clock.take();
    this.#colours[slot] = colour;
    this.#slots[hash(colour)] = slot;
    return slot;
  }
}

function hash(colour: number): number {
  return Math.imul(colour, 0x9e3779b1) >>> (32 - hashBits);
}

/** The decoder's palette: opaque pixels by slot. */
export class DecoderPalette {
  readonly #clock = new PaletteClock();
  /** Signed, as unsigned numbers of 32 bits are floating point to the engine. */
  readonly #pixels = new Int32Array(256).fill(opaque);

  reset(): void {
    this.#clock.reset();
    this.#pixels.fill(opaque);
  }

  pixel(slot: number): number {
    this.#clock.markUsed(slot);
    return this.#pixels[slot] ?? opaque;
  }

  /** The slot of a new colour from now on. */
  add(pixel: number): number {
    const slot = this.#clock.take();
    this.#pixels[slot] = pixel;
    return slot;
  }
}
