import { getCommits, type RecordingId, watchedSegmentMs } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import { BackgroundTask } from '../time/background-task.ts';
import type { Clock } from '../time/clock.ts';
import { WakeUp } from '../time/wake-up.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import type { Watch } from './watches.ts';

export interface WatchPollOptions {
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Recordings under way that the service knows. */
  readonly recordingIds: () => readonly RecordingId[];
  readonly isChannelOpen: () => boolean;
  readonly onWatch: (watch: Watch) => void;
  /** Default 10 s. */
  readonly intervalMs?: number;
}

const defaultIntervalMs = 10_000;
const maxIdsPerRequest = 50;

/** Asks who is watched while the channel is shut, and once whenever it opens, as notices may have been missed. */
export class WatchPoll {
  readonly #options: WatchPollOptions;
  readonly #task = new BackgroundTask((signal) => this.#run(signal));
  readonly #wakeUp: WakeUp;

  constructor(options: WatchPollOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
  }

  start(): void {
    this.#task.start();
  }

  /** Asks at once. */
  wake(): void {
    this.#wakeUp.now();
  }

  stop(): Promise<void> {
    return this.#task.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { isChannelOpen, intervalMs = defaultIntervalMs } = this.#options;
    while (!signal.aborted) {
      const wasWoken = await this.#wakeUp.rest(intervalMs, signal);
      if ((wasWoken || !isChannelOpen()) && !signal.aborted) await this.#ask(signal);
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { client, log, onWatch } = this.#options;
    const recordingIds = this.#options.recordingIds().slice(0, maxIdsPerRequest);
    if (recordingIds.length === 0) return;
    try {
      const query = { recordingIds: recordingIds.join(',') };
      const { recordings } = await client.call(getCommits, { query }, signal);
      for (const { recordingId, watchedUntil } of recordings) {
        if (watchedUntil !== undefined) onWatch({ recordingId, watchedUntil, segmentMs: watchedSegmentMs });
      }
    } catch (error) {
      log('debug', 'who is watched could not be asked', describeError(error));
    }
  }
}
