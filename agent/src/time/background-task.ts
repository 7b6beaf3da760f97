/** Work that goes on between `start` and `stop`, any number of times and never twice at once. */
export class BackgroundTask {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param run returns soon after the signal aborts */
  constructor(run: (signal: AbortSignal) => Promise<void>) {
    this.#run = run;
  }

  get isStarted(): boolean {
    return this.#stopping !== undefined;
  }

  start(): void {
    if (this.#stopping) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#running = this.#running.then(() => this.#run(stopping.signal));
  }

  /** @returns once the work is over */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.#running;
  }
}
