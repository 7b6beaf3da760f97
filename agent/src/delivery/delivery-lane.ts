import { describeError, type Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Backoff } from '../transport/backoff.ts';
import { AgentNotTrustedError, ServiceUnreachableError } from '../transport/service-error.ts';
import type { RecordingDelivery } from './recording-delivery.ts';

export interface DeliveryLaneOptions {
  readonly delivery: RecordingDelivery;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Logger;
  readonly onPass: () => void;
}

/** A service that is being deployed may refuse a good device for a moment. */
const maxDistrust = 3;

/** Delivers one recording until nothing of it has to stay, however often the service is away. */
export class DeliveryLane {
  readonly #options: DeliveryLaneOptions;
  #waking = new AbortController();
  #lastError: string | undefined;
  #distrustCount = 0;

  constructor(options: DeliveryLaneOptions) {
    this.#options = options;
  }

  get delivery(): RecordingDelivery {
    return this.#options.delivery;
  }

  /** What the last pass met; undefined while all is well. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  get isUntrusted(): boolean {
    return this.#distrustCount >= maxDistrust;
  }

  /** Looks at once instead of at the next pass, unless the service is being waited for. */
  wake(): void {
    this.#waking.abort();
  }

  /** @returns whether everything is delivered; false when the signal aborted or the device is not trusted */
  async run(signal: AbortSignal): Promise<boolean> {
    const { delivery, clock, onPass } = this.#options;
    while (!signal.aborted && !this.isUntrusted) {
      this.#waking = new AbortController();
      const waitMs = await this.#pass(signal);
      if (delivery.isComplete) return true;
      onPass();
      const isFailing = this.#lastError !== undefined;
      const ending = isFailing ? signal : AbortSignal.any([signal, this.#waking.signal]);
      if (!this.isUntrusted) await clock.delay(waitMs, ending);
    }
    return false;
  }

  /** @returns how long to wait before the next pass */
  async #pass(signal: AbortSignal): Promise<number> {
    const { delivery, backoff, log } = this.#options;
    try {
      await delivery.advance(signal);
      if (this.#lastError !== undefined) log('info', 'delivery goes on', { recordingId: delivery.recordingId });
      this.#lastError = undefined;
      this.#distrustCount = 0;
      backoff.reset();
      return delivery.dueInMs();
    } catch (error) {
      if (signal.aborted) return 0;
      this.#noteFailure(error);
      return backoff.nextDelayMs();
    }
  }

  #noteFailure(error: unknown): void {
    const { log, delivery } = this.#options;
    this.#distrustCount = error instanceof AgentNotTrustedError ? this.#distrustCount + 1 : 0;
    const level = error instanceof ServiceUnreachableError ? 'warn' : 'error';
    log(level, 'delivery held up', { recordingId: delivery.recordingId, ...describeError(error) });
    this.#lastError = error instanceof Error ? error.message : String(error);
  }
}
