export interface KeyImageOptions {
  /**
   * A key image after so much activity (the caller's clock, see `elapsedActiveMs`), once the updates since the last one
   * weigh as much as it: so key images never take more than half of the bytes. Default 60,000.
   */
  readonly maxActiveMs?: number;
  /** A key image once the updates since the last one take more than so many times its bytes. Default 4. */
  readonly maxUpdateRatio?: number;
  /** A key image once the updates since the last one would take so long to decode, see `decodeMs`. Default 120. */
  readonly maxDecodeMs?: number;
}

/** Key images smaller than this count as this large, or a plain picture would be followed by one key image after another. */
const minKeyImageBytes = 16 * 1024;

/** What decoding costs on one core of a small server, in nanoseconds: rounded, as only their proportions matter much. */
const decodeNs = { update: 50_000, copiedPixel: 0.5, rememberedPixel: 1, indexByte: 5, planeByte: 3 } as const;

export interface DecodeWork {
  readonly copiedPixels: number;
  /** Of a snapshot. */
  readonly rememberedPixels: number;
  readonly indexBytes: number;
  readonly planeBytes: number;
}

/** Nominal time to decode an update, so that the same pictures give the same key images on every machine. */
export function decodeMs({ copiedPixels, rememberedPixels, indexBytes, planeBytes }: DecodeWork): number {
  const copyNs = copiedPixels * decodeNs.copiedPixel + rememberedPixels * decodeNs.rememberedPixel;
  const drawNs = indexBytes * decodeNs.indexByte + planeBytes * decodeNs.planeByte;
  return (decodeNs.update + copyNs + drawNs) / 1e6;
}

/** Says when a group has grown so long that a seek into it would take too much reading or decoding. */
export class KeyImageSchedule {
  readonly #maxActiveMs: number;
  readonly #maxUpdateRatio: number;
  readonly #maxDecodeMs: number;
  #keyImageAtMs = 0;
  #keyImageBytes = 0;
  #updateBytes = 0;
  #decodeMs = 0;

  constructor(options: KeyImageOptions = {}) {
    this.#maxActiveMs = options.maxActiveMs ?? 60_000;
    this.#maxUpdateRatio = options.maxUpdateRatio ?? 4;
    this.#maxDecodeMs = options.maxDecodeMs ?? 120;
  }

  isDue(elapsedActiveMs: number): boolean {
    const keyImageBytes = Math.max(minKeyImageBytes, this.#keyImageBytes);
    return (
      (elapsedActiveMs - this.#keyImageAtMs >= this.#maxActiveMs && this.#updateBytes >= this.#keyImageBytes) ||
      this.#updateBytes > this.#maxUpdateRatio * keyImageBytes ||
      this.#decodeMs > this.#maxDecodeMs
    );
  }

  keyImageMade(bytes: number, elapsedActiveMs: number): void {
    this.#keyImageAtMs = elapsedActiveMs;
    this.#keyImageBytes = bytes;
    this.#updateBytes = 0;
    this.#decodeMs = 0;
  }

  updateMade(bytes: number, decodeMs: number): void {
    this.#updateBytes += bytes;
    this.#decodeMs += decodeMs;
  }
}
