/** A clock that stands still unless a test moves it. */
export class ManualTicker {
  #nowMs = 1000;
  #callback: ((nowMs: number) => void) | undefined;

  readonly onTick = (callback: (nowMs: number) => void) => {
    this.#callback = callback;
    return () => {
      this.#callback = undefined;
    };
  };

  readonly nowMs = () => this.#nowMs;

  get isTicking(): boolean {
    return this.#callback !== undefined;
  }

  /** One tick, after which what it started may go on for a turn of the event loop. */
  async tick(elapsedMs = 16): Promise<void> {
    this.#nowMs += elapsedMs;
    this.#callback?.(this.#nowMs);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ticks until the condition holds. */
  async until(holds: () => boolean, elapsedMs = 16): Promise<void> {
    for (let ticks = 0; !holds(); ticks++) {
      if (ticks > 50_000) throw new Error('the condition never held');
      await this.tick(elapsedMs);
    }
  }

  /** Ticks without letting time pass until the promise settles. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    await this.until(() => isSettled, 0);
    return settled;
  }
}
