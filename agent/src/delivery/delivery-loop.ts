import { describeError, type Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Backoff } from '../transport/backoff.ts';
import { AgentNotTrustedError, ServiceUnreachableError } from '../transport/service-error.ts';
import type { DeliveryProgress, RecordingDelivery } from './recording-delivery.ts';

export interface DeliveryLoopOptions {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Logger;
  /** A recording is delivered, or given up: nothing of it has to stay. */
  readonly onComplete: (delivery: RecordingDelivery) => Promise<void>;
}

const passIntervalMs = 500;
/** A service that is being deployed may refuse a good device for a moment. */
const maxDistrust = 3;

/** Delivers all recordings of this host, in turn and without end: an outage holds everything up and loses nothing. */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #deliveries: RecordingDelivery[] = [];
  readonly #stopping = new AbortController();
  #waking = new AbortController();
  #running: Promise<void> | undefined;
  #lastError: string | undefined;
  #distrustCount = 0;
  #isUntrusted = false;
  readonly #waiters = new Set<() => void>();

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
  }

  /** What the last pass met; undefined while all is well. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** The service does not believe this device any more: nothing is delivered. */
  get isUntrusted(): boolean {
    return this.#isUntrusted;
  }

  progress(): DeliveryProgress[] {
    return this.#deliveries.map((delivery) => delivery.progress());
  }

  add(delivery: RecordingDelivery): void {
    this.#deliveries.push(delivery);
    this.wake();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks at once instead of at the next pass. */
  wake(): void {
    this.#waking.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  /**
   * Waits for what has ended and is not refused.
   *
   * @returns whether every recording that has ended is delivered
   */
  async drain(withinMs: number): Promise<boolean> {
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + withinMs;
    const isWaitingFor = ({ isEnded, refusedBecause }: DeliveryProgress) => isEnded && refusedBecause === undefined;
    this.wake();
    while (this.progress().some(isWaitingFor) && !this.#isUntrusted && clock.monotonicMs() < deadlineMs) {
      await Promise.race([this.#nextPass(), clock.delay(deadlineMs - clock.monotonicMs(), this.#stopping.signal)]);
    }
    return !this.progress().some(({ isEnded }) => isEnded);
  }

  #nextPass(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted && !this.#isUntrusted) {
      this.#waking = new AbortController();
      const waitMs = await this.#pass();
      for (const resolve of this.#waiters) resolve();
      this.#waiters.clear();
      const isFailing = this.#lastError !== undefined;
      await clock.delay(waitMs, isFailing ? signal : this.#waking.signal);
    }
  }

  /** @returns how long to wait before the next pass */
  async #pass(): Promise<number> {
    const { backoff, log } = this.#options;
    try {
      for (const delivery of [...this.#deliveries]) await this.#advance(delivery);
      if (this.#lastError !== undefined) log('info', 'delivery goes on');
      this.#lastError = undefined;
      this.#distrustCount = 0;
      backoff.reset();
      return passIntervalMs;
    } catch (error) {
      if (this.#stopping.signal.aborted) return 0;
      this.#noteFailure(error);
      return backoff.nextDelayMs();
    }
  }

  async #advance(delivery: RecordingDelivery): Promise<void> {
    await delivery.advance(this.#stopping.signal);
    if (!delivery.isComplete) return;
    this.#deliveries.splice(this.#deliveries.indexOf(delivery), 1);
    await this.#options.onComplete(delivery);
  }

  #noteFailure(error: unknown): void {
    const { log } = this.#options;
    this.#distrustCount = error instanceof AgentNotTrustedError ? this.#distrustCount + 1 : 0;
    this.#isUntrusted = this.#distrustCount >= maxDistrust;
    const level = error instanceof ServiceUnreachableError ? 'warn' : 'error';
    log(level, 'delivery held up', describeError(error));
    this.#lastError = error instanceof Error ? error.message : String(error);
  }
}
