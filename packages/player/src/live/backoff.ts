const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/** How long to wait before the next try: twice as long each time, and never quite as long as somebody else. */
export class Backoff {
  readonly #random: () => number;
  #pauseMs = firstPauseMs;

  /** `random`: 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  next(): number {
    const pauseMs = this.#pauseMs * (0.5 + this.#random() / 2);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    return pauseMs;
  }

  reset(): void {
    this.#pauseMs = firstPauseMs;
  }
}
