/** Does a piece of work again and again, never twice at a time. */
export class Ticker {
  readonly #work: () => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;

  constructor(work: () => Promise<void>, onFailure: (error: unknown) => void) {
    this.#work = work;
    this.#onFailure = onFailure;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => this.tick(), everyMs);
    this.#timer.unref();
  }

  /** Works now, unless it is at work. */
  tick(): void {
    this.#ticking ??= this.#work()
      .catch(this.#onFailure)
      .finally(() => {
        this.#ticking = undefined;
      });
  }

  /** Settles once nothing is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ticking;
  }
}
