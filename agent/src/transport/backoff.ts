/** Waits that double from `firstMs` to `maxMs`, each cut at random by up to half so that hosts do not return in step. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** @param random uniform in [0, 1) */
  constructor(options: { firstMs: number; maxMs: number; random: () => number }) {
    this.#firstMs = options.firstMs;
    this.#maxMs = options.maxMs;
    this.#random = options.random;
  }

  nextDelayMs(): number {
    const wholeMs = Math.min(this.#firstMs * 2 ** Math.min(this.#failures, 30), this.#maxMs);
    this.#failures++;
    return wholeMs * (1 - this.#random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
