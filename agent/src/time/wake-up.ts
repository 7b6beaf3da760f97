import type { Clock } from './clock.ts';

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

  /** @returns whether it was ended by `now` */
  async rest(durationMs: number, signal?: AbortSignal): Promise<boolean> {
    const waking = this.#controller.signal;
    await this.#clock.delay(durationMs, signal ? AbortSignal.any([waking, signal]) : waking);
    if (waking.aborted) this.#controller = new AbortController();
    return waking.aborted;
  }
}
