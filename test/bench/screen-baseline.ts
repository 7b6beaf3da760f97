import { constants, zstdCompressSync } from 'node:zlib';

const tileSize = 64;
const params = { [constants.ZSTD_c_compressionLevel]: 3 };

/** The plain way to record a screen without loss: tiles of 64 x 64 pixels that changed, each compressed alone. */
export class TileBaseline {
  bytes = 0;
  cpuMs = 0;
  readonly #width: number;
  readonly #height: number;
  readonly #last: Uint32Array;
  readonly #tile = new Uint32Array(tileSize * tileSize);

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#last = new Uint32Array(width * height);
  }

  add(pixels: Uint32Array): void {
    const before = process.cpuUsage();
    for (let y = 0; y < this.#height; y += tileSize) {
      for (let x = 0; x < this.#width; x += tileSize) {
        if (this.#takeTile(pixels, x, y)) {
          this.bytes += zstdCompressSync(new Uint8Array(this.#tile.buffer), { params }).length + 6;
        }
      }
    }
    this.#last.set(pixels);
    const { user, system } = process.cpuUsage(before);
    this.cpuMs += (user + system) / 1000;
  }

  /** Whether the tile changed; its pixels are in `#tile` then. */
  #takeTile(pixels: Uint32Array, x: number, y: number): boolean {
    const right = Math.min(this.#width, x + tileSize);
    let isChanged = false;
    for (let row = 0; row < tileSize && y + row < this.#height; row++) {
      const start = (y + row) * this.#width;
      for (let at = start + x; at < start + right && !isChanged; at++) isChanged = pixels[at] !== this.#last[at];
      this.#tile.set(pixels.subarray(start + x, start + right), row * tileSize);
    }
    return isChanged;
  }
}
