import { boundingBox, type Rectangle } from '@afterimage/recording';

const tileSize = 64;
/** Half of what was noted is forgotten after so long. */
const halfLifeMs = 2_000;
/** A tile is busy when it takes this share of what the busiest one takes. */
const busyShare = 0.1;
const maxRegions = 8;

/** Remembers which parts of a screen the bytes of late went to, in tiles of 64 x 64 pixels. */
export class BusyTiles {
  readonly #columns: number;
  readonly #width: number;
  readonly #height: number;
  readonly #bytes: Float64Array;
  #decayedAtMs = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#columns = Math.ceil(width / tileSize);
    this.#bytes = new Float64Array(this.#columns * Math.ceil(height / tileSize));
  }

  /** Spreads the bytes over the rectangles by area. */
  note(timeMs: number, bytes: number, drawn: readonly Rectangle[]): void {
    this.#decay(timeMs);
    const area = drawn.reduce((sum, { width, height }) => sum + width * height, 0);
    for (const rectangle of drawn) this.#spread(rectangle, bytes / area);
  }

  /**
   * Rectangles around the busy tiles that lie together, the busiest first; tiles inside `except` are left out, and so are
   * regions that took fewer than `minBytes` of late.
   */
  busyRegions(except: readonly Rectangle[], minBytes: number): Rectangle[] {
    const open = new Map<number, number>();
    for (const [index, bytes] of this.#bytes.entries()) {
      if (!except.some((rectangle) => contains(rectangle, this.#tile(index)))) open.set(index, bytes);
    }
    const most = Math.max(0, ...open.values());
    for (const [index, bytes] of open) if (bytes <= most * busyShare) open.delete(index);
    const regions: { bytes: number; rectangle: Rectangle }[] = [];
    for (const [start] of open) {
      const tiles = this.#takeConnected(open, start);
      const bytes = tiles.reduce((sum, index) => sum + (this.#bytes[index] ?? 0), 0);
      if (bytes >= minBytes) regions.push({ bytes, rectangle: boundingBox(tiles.map((index) => this.#tile(index))) });
    }
    regions.sort((first, second) => second.bytes - first.bytes);
    return regions.slice(0, maxRegions).map(({ rectangle }) => rectangle);
  }

  #decay(timeMs: number): void {
    const factor = 0.5 ** ((timeMs - this.#decayedAtMs) / halfLifeMs);
    this.#decayedAtMs = timeMs;
    for (const [index, bytes] of this.#bytes.entries()) this.#bytes[index] = bytes * factor;
  }

  #spread(rectangle: Rectangle, bytesPerPixel: number): void {
    const right = rectangle.x + rectangle.width;
    const bottom = rectangle.y + rectangle.height;
    for (let row = Math.floor(rectangle.y / tileSize); row * tileSize < bottom; row++) {
      for (let column = Math.floor(rectangle.x / tileSize); column * tileSize < right; column++) {
        const width = Math.min(right, (column + 1) * tileSize) - Math.max(rectangle.x, column * tileSize);
        const height = Math.min(bottom, (row + 1) * tileSize) - Math.max(rectangle.y, row * tileSize);
        const index = row * this.#columns + column;
        this.#bytes[index] = (this.#bytes[index] ?? 0) + width * height * bytesPerPixel;
      }
    }
  }

  /** Removes from `open` the tile and all that hang together with it. */
  #takeConnected(open: Map<number, number>, start: number): number[] {
    const taken = [start];
    open.delete(start);
    for (const index of taken) {
      for (const neighbour of this.#neighbours(index)) if (open.delete(neighbour)) taken.push(neighbour);
    }
    return taken;
  }

  #neighbours(index: number): number[] {
    const column = index % this.#columns;
    const beside = [column > 0 ? index - 1 : -1, column < this.#columns - 1 ? index + 1 : -1];
    return [...beside, index - this.#columns, index + this.#columns];
  }

  #tile(index: number): Rectangle {
    const x = (index % this.#columns) * tileSize;
    const y = Math.floor(index / this.#columns) * tileSize;
    return { x, y, width: Math.min(tileSize, this.#width - x), height: Math.min(tileSize, this.#height - y) };
  }
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
