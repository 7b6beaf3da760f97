export interface KeyImageOptions {
  /** A key image at the latest after so much activity; the caller's clock, see `elapsedActiveMs`. Default 60,000. */
  readonly maxActiveMs?: number;
  /** A key image once the updates since the last one take more than so many times its bytes. Default 4. */
  readonly maxUpdateRatio?: number;
  /** A key image once a seek would have to decode more than so much (streams and copied pixels). Default 384 MiB. */
  readonly maxDecodedBytes?: number;
}

/** Key images smaller than this count as this large, or a plain picture would be followed by one key image after another. */
const minKeyImageBytes = 16 * 1024;

/** Says when a group has grown so long that a seek into it would take too much reading or decoding. */
export class KeyImageSchedule {
  readonly #maxActiveMs: number;
  readonly #maxUpdateRatio: number;
  readonly #maxDecodedBytes: number;
  #keyImageAtMs = 0;
  #keyImageBytes = 0;
  #updateBytes = 0;
  #decodedBytes = 0;

  constructor(options: KeyImageOptions = {}) {
    this.#maxActiveMs = options.maxActiveMs ?? 60_000;
    this.#maxUpdateRatio = options.maxUpdateRatio ?? 4;
    this.#maxDecodedBytes = options.maxDecodedBytes ?? 384 * 1024 * 1024;
  }

  isDue(elapsedActiveMs: number): boolean {
    const keyImageBytes = Math.max(minKeyImageBytes, this.#keyImageBytes);
    return (
      elapsedActiveMs - this.#keyImageAtMs >= this.#maxActiveMs ||
      this.#updateBytes > this.#maxUpdateRatio * keyImageBytes ||
      this.#decodedBytes > this.#maxDecodedBytes
    );
  }

  keyImageMade(bytes: number, elapsedActiveMs: number): void {
    this.#keyImageAtMs = elapsedActiveMs;
    this.#keyImageBytes = bytes;
    this.#updateBytes = 0;
    this.#decodedBytes = 0;
  }

  updateMade(bytes: number, decodedBytes: number): void {
    this.#updateBytes += bytes;
    this.#decodedBytes += decodedBytes;
  }
}
