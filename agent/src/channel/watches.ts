import type { RecordingId } from '@afterimage/contracts';
import type { Clock } from '../time/clock.ts';
import type { ClockOffset } from '../transport/clock-offset.ts';

/** Somebody watches a recording of this host, until then. */
export interface Watch {
  readonly recordingId: RecordingId;
  /** Service time; in the past when nobody watches any more. */
  readonly watchedUntil: string;
  readonly segmentMs: number;
}

export interface WatchesOptions {
  readonly clock: Clock;
  readonly clockOffset: ClockOffset;
}

/** Which recordings of this host are watched now, whoever said so: the channel or a commit. */
export class Watches {
  readonly #options: WatchesOptions;
  /** `untilMs` on the agent's monotonic clock, so that a host clock that jumps ends nothing. */
  readonly #watches = new Map<RecordingId, { untilMs: number; segmentMs: number }>();
  readonly #listeners = new Map<RecordingId, () => void>();

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  note({ recordingId, watchedUntil, segmentMs }: Watch): void {
    const { clock, clockOffset } = this.#options;
    const leftMs = Date.parse(watchedUntil) - clockOffset.toServiceMs(clock.wallMs());
    this.#watches.set(recordingId, { untilMs: clock.monotonicMs() + leftMs, segmentMs });
    if (leftMs > 0) this.#listeners.get(recordingId)?.();
  }

  /** How long a segment lasts while somebody watches; undefined while nobody does. */
  segmentMsOf(recordingId: RecordingId): number | undefined {
    const watch = this.#watches.get(recordingId);
    return watch && watch.untilMs > this.#options.clock.monotonicMs() ? watch.segmentMs : undefined;
  }

  /** @param onWatched called whenever somebody watches, or goes on watching */
  follow(recordingId: RecordingId, onWatched: () => void): void {
    this.#listeners.set(recordingId, onWatched);
    if (this.segmentMsOf(recordingId) !== undefined) onWatched();
  }

  forget(recordingId: RecordingId): void {
    this.#listeners.delete(recordingId);
    this.#watches.delete(recordingId);
  }
}
