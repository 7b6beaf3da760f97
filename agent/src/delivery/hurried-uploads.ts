export interface HurriedUploadsOptions {
  /** Uploads what waits, beside others that are under way. */
  readonly upload: (signal: AbortSignal | undefined) => Promise<void>;
  readonly onSettled: () => void;
}

const maxTogether = 3;

/** Uploads that wait for nothing, not for a poll nor for each other, as long as the service answers. */
export class HurriedUploads {
  readonly #options: HurriedUploadsOptions;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  #isHeldUp = false;

  constructor(options: HurriedUploadsOptions) {
    this.#options = options;
  }

  /** Does nothing while the service does not answer. */
  begin(signal?: AbortSignal): void {
    if (this.#isHeldUp || this.#underWay >= maxTogether) return;
    this.#underWay++;
    void this.#run(signal);
  }

  /** @throws what an upload met since the last call */
  throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }

  /** The service has answered. */
  goOn(): void {
    this.#isHeldUp = false;
  }

  async #run(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#options.upload(signal);
    } catch (error) {
      this.#isHeldUp = true;
      this.#failure = { error };
    } finally {
      this.#underWay--;
      this.#options.onSettled();
    }
  }
}
