import type { RecordingId } from '@afterimage/contracts';
import type { Watches } from '../channel/watches.ts';
import type { Clock } from '../time/clock.ts';

export interface WatchedStreamingOptions {
  readonly recordingId: RecordingId;
  readonly watches: Watches;
  readonly clock: Clock;
  /** Seals what is open and uploads it at once. */
  readonly deliverNow: () => Promise<void>;
}

/** A host whose sealing takes as long as a segment lasts still does something else. */
const minPauseMs = 50;

/** While somebody watches, what is recorded goes out in short segments; the first at once. */
export class WatchedStreaming {
  readonly #options: WatchedStreamingOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: WatchedStreamingOptions) {
    this.#options = options;
    options.watches.follow(options.recordingId, () => {
      this.#running ??= this.#stream().finally(() => {
        this.#running = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#options.watches.forget(this.#options.recordingId);
    await this.#running;
  }

  async #stream(): Promise<void> {
    const { recordingId, watches, clock, deliverNow } = this.#options;
    const { signal } = this.#stopping;
    for (;;) {
      const segmentMs = watches.segmentMsOf(recordingId);
      if (segmentMs === undefined || signal.aborted) return;
      const beganMs = clock.monotonicMs();
      await deliverNow();
      const tookMs = clock.monotonicMs() - beganMs;
      await clock.delay(Math.max(minPauseMs, segmentMs - tookMs), signal);
    }
  }
}
