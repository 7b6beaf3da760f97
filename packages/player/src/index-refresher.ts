import type { RecordingState } from '@afterimage/contracts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';

/** Keeps asking what is stored by now, as long as the recording is not sealed. */
export class IndexRefresher {
  readonly #source: RecordingSource;
  readonly #life: AbortSignal;
  readonly #intervalMs: number;
  readonly #fail: (error: unknown) => void;
  #isBusy = false;
  #nextMs = 0;
  recordingState: RecordingState | undefined;
  isUnreachable = false;

  /** `fail` hears of everything that does not heal by itself. */
  constructor(source: RecordingSource, life: AbortSignal, intervalMs: number, fail: (error: unknown) => void) {
    this.#source = source;
    this.#life = life;
    this.#intervalMs = intervalMs;
    this.#fail = fail;
  }

  /** Whether more moments may come. */
  get mayGrow(): boolean {
    return this.recordingState === 'live' || this.recordingState === 'interrupted';
  }

  /** @throws PlaybackFailure */
  async refresh(): Promise<void> {
    this.#isBusy = true;
    try {
      this.recordingState = await this.#source.refresh(this.#life);
    } finally {
      this.#isBusy = false;
    }
  }

  tick(nowMs: number): void {
    const isUnfinished = this.mayGrow || this.recordingState === 'sealing';
    if (this.#isBusy || !isUnfinished || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + this.#intervalMs;
    this.refresh().then(
      () => {
        this.isUnreachable = false;
      },
      (error) => {
        this.isUnreachable = error instanceof PlaybackFailure && error.kind === 'unreachable';
        if (!this.isUnreachable) this.#fail(error);
      },
    );
  }
}
