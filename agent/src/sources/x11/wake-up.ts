import type { Clock } from '../../time/clock.ts';

/** A rest that ends early when there is something to do. */
export class WakeUp {
  readonly #clock: Clock;
  #controller = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the rest under way, or else the next one. */
  now(): void {
    this.#controller.abort();
  }

  async rest(durationMs: number): Promise<void> {
    await this.#clock.delay(durationMs, this.#controller.signal);
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
  }
}
