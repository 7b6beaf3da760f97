import * as fc from 'fast-check';

/** One thing that happens to a small screen. Coordinates are taken modulo its size. */
export type ScreenChange =
  | { readonly kind: 'fill'; readonly area: Area; readonly colour: number }
  | { readonly kind: 'noise'; readonly area: Area; readonly seed: number }
  | { readonly kind: 'text'; readonly area: Area; readonly seed: number }
  | { readonly kind: 'gradient'; readonly area: Area; readonly seed: number }
  | { readonly kind: 'scroll'; readonly area: Area; readonly dx: number; readonly dy: number }
  | { readonly kind: 'hide'; readonly colour: number }
  | { readonly kind: 'restore'; readonly steps: number }
  | { readonly kind: 'resize'; readonly width: number; readonly height: number }
  | { readonly kind: 'new-group' }
  | { readonly kind: 'force-key-image' }
  | { readonly kind: 'nothing' };

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const side = fc.integer({ min: 1, max: 160 });
const area = fc.record({ x: fc.nat(160), y: fc.nat(160), width: side, height: side });
const seed = fc.integer({ min: 1, max: 1 << 30 });
const colour = fc.integer({ min: 0, max: 0xffffff });
const shift = fc.integer({ min: -40, max: 40 });

export const screenChange: fc.Arbitrary<ScreenChange> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fill' as const), area, colour }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('noise' as const), area, seed }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('text' as const), area, seed }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('gradient' as const), area, seed }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('scroll' as const), area, dx: shift, dy: shift }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hide' as const), colour }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('restore' as const), steps: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resize' as const), width: side, height: side }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'new-group' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'force-key-image' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'nothing' as const }) },
);

/** A screen in memory that changes can be made to; the fourth byte of its pixels is noise, as from a capture. */
export class SmallScreen {
  width: number;
  height: number;
  pixels: Uint32Array;
  readonly #history: Uint32Array[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  apply(change: ScreenChange): void {
    this.#history.push(this.pixels.slice());
    switch (change.kind) {
      case 'fill':
        this.#paint(change.area, () => change.colour);
        break;
      case 'noise':
        this.#paint(change.area, lcg(change.seed));
        break;
      case 'text':
        this.#write(change.area, change.seed);
        break;
      case 'gradient':
        this.#paint(change.area, (x, y) => (x * 3 + y * 0x200 + ((x * y) << 14) + change.seed) & 0xffffff);
        break;
      case 'scroll':
        this.#scroll(change);
        break;
      case 'hide':
        this.pixels.fill(change.colour);
        break;
      case 'restore':
        this.#restore(change.steps);
        break;
      case 'resize':
        this.#resize(change);
        break;
      default:
    }
  }

  #resize({ width, height }: { width: number; height: number }): void {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
    this.#history.length = 0;
  }

  #write(where: Area, seed: number): void {
    const [ink, paper, glyphSeed] = [seed & 0xffffff, (seed >>> 3) & 0xffffff, seed % 7];
    this.#paint(where, (x, y) => (isInk(x, y, glyphSeed) ? ink : paper));
  }

  #paint(where: Area, colourAt: (x: number, y: number) => number): void {
    const left = where.x % this.width;
    const top = where.y % this.height;
    const right = Math.min(this.width, left + where.width);
    const bottom = Math.min(this.height, top + where.height);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) this.pixels[y * this.width + x] = colourAt(x - left, y - top) | (y << 24);
    }
  }

  #scroll({ area: where, dx, dy }: { area: Area; dx: number; dy: number }): void {
    const before = this.pixels.slice();
    const left = where.x % this.width;
    const top = where.y % this.height;
    this.#paint(where, (x, y) => {
      const fromX = Math.min(this.width - 1, Math.max(0, left + x + dx));
      const fromY = Math.min(this.height - 1, Math.max(0, top + y + dy));
      return (before[fromY * this.width + fromX] ?? 0) & 0xffffff;
    });
  }

  #restore(steps: number): void {
    const old = this.#history.at(-steps);
    if (old?.length === this.pixels.length) this.pixels.set(old);
  }
}

function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) & 0xffffff;
  };
}

/** A made-up glyph for each 8 x 12 cell, the same for the same place and seed. */
function isInk(x: number, y: number, seed: number): boolean {
  const glyph = ((x >> 3) * 31 + Math.floor(y / 12) * 17 + seed) % 11;
  return (Math.imul(glyph + 3, 0x9e3779b1) >>> (((x & 7) * 3 + (y % 12)) % 29)) % 2 === 1 && (x & 7) < 7 && y % 12 < 10;
}
