export interface KeyImageOptions {
  /**
   * A key image after so much activity (the caller's clock, see `elapsedActiveMs`), once a seek gains by it: when the updates
   * since the last one take `maxUpdateRatio` times its bytes, and longer to decode. Default 60,000.
   */
  readonly maxActiveMs?: number;
  /**
   * A key image once the updates since the last one take so many times its bytes; before `maxActiveMs` it counts as at least
   * 128 KiB. Default 8.
   */
  readonly maxUpdateRatio?: number;
  /** A key image once the updates since the last one would take so long to decode, see `decodeMs`. Default 140. */
  readonly maxDecodeMs?: number;
}

/** Eight times this is soon read, so smaller key images are not made again for their bytes alone. */
const minKeyImageBytes = 128 * 1024;

/** What decoding costs on one core of a small server, in nanoseconds: rounded, as only their proportions matter much. */
const decodeNs = {
  update: 20_000,
  record: 3_000,
  copiedPixel: 0.25,
  rememberedPixel: 0.4,
  indexByte: 4,
  planeByte: 3,
} as const;

export interface DecodeWork {
  /** Copies and rectangles. */
  readonly records: number;
  readonly copiedPixels: number;
  /** Of a snapshot. */
  readonly rememberedPixels: number;
  readonly indexBytes: number;
  readonly planeBytes: number;
}

/** Nominal time to decode an update, so that the same pictures give the same key images on every machine. */
export function decodeMs(work: DecodeWork): number {
  const copyNs = work.copiedPixels * decodeNs.copiedPixel + work.rememberedPixels * decodeNs.rememberedPixel;
  const drawNs = work.indexBytes * decodeNs.indexByte + work.planeBytes * decodeNs.planeByte;
  return (decodeNs.update + work.records * decodeNs.record + copyNs + drawNs) / 1e6;
}

/** Says when a group has grown so long that a seek into it would take too much reading or decoding. */
export class KeyImageSchedule {
  readonly #maxActiveMs: number;
  readonly #maxUpdateRatio: number;
  readonly #maxDecodeMs: number;
  #keyImageAtMs = 0;
  #keyImageBytes = 0;
  #keyImageDecodeMs = 0;
  #updateBytes = 0;
  #decodeMs = 0;

  constructor(options: KeyImageOptions = {}) {
    this.#maxActiveMs = options.maxActiveMs ?? 60_000;
    this.#maxUpdateRatio = options.maxUpdateRatio ?? 8;
    this.#maxDecodeMs = options.maxDecodeMs ?? 140;
  }

  isDue(elapsedActiveMs: number): boolean {
    const isTime = elapsedActiveMs - this.#keyImageAtMs >= this.#maxActiveMs;
    const isLarge = (keyImageBytes: number) => this.#updateBytes >= this.#maxUpdateRatio * keyImageBytes;
    return (
      this.#decodeMs > this.#maxDecodeMs ||
      isLarge(Math.max(minKeyImageBytes, this.#keyImageBytes)) ||
      (isTime && isLarge(this.#keyImageBytes) && this.#decodeMs > this.#keyImageDecodeMs)
    );
  }

  keyImageMade(bytes: number, decodeMs: number, elapsedActiveMs: number): void {
    this.#keyImageAtMs = elapsedActiveMs;
    this.#keyImageBytes = bytes;
    this.#keyImageDecodeMs = decodeMs;
    this.#updateBytes = 0;
    this.#decodeMs = 0;
  }

  updateMade(bytes: number, decodeMs: number): void {
    this.#updateBytes += bytes;
    this.#decodeMs += decodeMs;
  }
}
