import type { RecordingState } from '@afterimage/contracts';
import type { LiveLink, Standing } from './live/live-link.ts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';

export interface IndexRefresherOptions {
  source: RecordingSource;
  life: AbortSignal;
  /** Tells when there is more; without it, and when it says nothing, the service is asked in intervals. */
  link: LiveLink | undefined;
  intervalMs: number;
  /** More may be there to be fetched: at the live edge nobody waits for the next tick. */
  refreshed(): void;
  /** Hears of everything that does not heal by itself. */
  fail(error: unknown): void;
}

/** Learns what is stored by now, as long as the recording is not sealed: at once when told so, else in intervals. */
export class IndexRefresher {
  readonly #options: IndexRefresherOptions;
  #isBusy = false;
  #hasNews = false;
  #nextMs = 0;
  recordingState: RecordingState | undefined;
  isUnreachable = false;

  constructor(options: IndexRefresherOptions) {
    this.#options = options;
  }

  /** Whether more moments may come. */
  get mayGrow(): boolean {
    return this.recordingState === 'live' || this.recordingState === 'interrupted';
  }

  get #standing(): Standing {
    if (this.mayGrow || this.recordingState === 'sealing') return 'under-way';
    return this.recordingState === 'complete' || this.recordingState === 'partial' ? 'ended' : 'over';
  }

  /** Learns at least what shows a moment. @throws PlaybackFailure */
  open(atMs: number): Promise<void> {
    const { source, life } = this.#options;
    return this.#ask(() => source.refreshAround(atMs, life));
  }

  #refresh(): Promise<void> {
    const { source, life } = this.#options;
    return this.#ask(() => source.refresh(life));
  }

  async #ask(question: () => Promise<RecordingState>): Promise<void> {
    this.#isBusy = true;
    try {
      this.recordingState = await question();
    } finally {
      this.#isBusy = false;
    }
  }

  tick(nowMs: number): void {
    const { source, link, intervalMs, refreshed, fail } = this.#options;
    const standing = this.#standing;
    link?.tick(nowMs, standing);
    if (link?.isErased === true) {
      fail(new PlaybackFailure('erased'));
      return;
    }
    const isUnfinished = standing === 'under-way' || !source.isWhole;
    this.#hasNews ||= link?.takeNews() === true;
    if (this.#isBusy || !isUnfinished || (!this.#hasNews && nowMs < this.#nextMs)) return;
    this.#hasNews = false;
    this.#nextMs = nowMs + (link?.askIntervalMs ?? intervalMs);
    this.#refresh().then(
      () => {
        this.isUnreachable = false;
        refreshed();
      },
      (error) => {
        this.isUnreachable = error instanceof PlaybackFailure && error.kind === 'unreachable';
        if (!this.isUnreachable) fail(error);
      },
    );
  }
}
