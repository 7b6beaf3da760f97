import type { RecordingId } from '@afterimage/contracts';
import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Backoff } from '../transport/backoff.ts';
import { DeliveryLane } from './delivery-lane.ts';
import type { DeliveryProgress, RecordingDelivery } from './recording-delivery.ts';

export interface DeliveryLoopOptions {
  readonly clock: Clock;
  readonly newBackoff: () => Backoff;
  readonly log: Logger;
  /** A recording is delivered, or given up: nothing of it has to stay. */
  readonly onComplete: (delivery: RecordingDelivery) => Promise<void>;
}

/** Delivers all recordings of this host, side by side: an outage holds everything up and loses nothing. */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #lanes = new Set<DeliveryLane>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #waiters = new Set<() => void>();
  #isStarted = false;
  #isUntrusted = false;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
  }

  /** What the last pass of some recording met; undefined while all is well. */
  get lastError(): string | undefined {
    return [...this.#lanes].find(({ lastError }) => lastError !== undefined)?.lastError;
  }

  /** The service does not believe this device any more: nothing is delivered. */
  get isUntrusted(): boolean {
    return this.#isUntrusted;
  }

  /** Aborts when delivery stops. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  progress(): DeliveryProgress[] {
    return [...this.#lanes].map(({ delivery }) => delivery.progress());
  }

  /** Recordings under way that the service knows of. */
  liveRecordingIds(): RecordingId[] {
    return [...this.#lanes].flatMap(({ delivery }) => (delivery.isLive ? [delivery.recordingId] : []));
  }

  add(delivery: RecordingDelivery): void {
    const { clock, log, newBackoff } = this.#options;
    const lane = new DeliveryLane({ delivery, clock, log, backoff: newBackoff(), onPass: () => this.#tellWaiters() });
    this.#lanes.add(lane);
    if (this.#isStarted) this.#start(lane);
  }

  start(): void {
    this.#isStarted = true;
    for (const lane of this.#lanes) this.#start(lane);
  }

  /** Looks at once instead of at the next pass. */
  wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
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

  #start(lane: DeliveryLane): void {
    const running = this.#run(lane).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(lane: DeliveryLane): Promise<void> {
    const isDone = await lane.run(this.#stopping.signal);
    this.#isUntrusted ||= lane.isUntrusted;
    if (isDone) {
      this.#lanes.delete(lane);
      await this.#options.onComplete(lane.delivery);
    }
    this.#tellWaiters();
  }

  #nextPass(): Promise<void> {
    return new Promise((resolve) => this.#waiters.add(resolve));
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}
