import { playbackCheckSeconds } from '@afterimage/contracts';
import { PlaybackFailure, type PlaybackFailureKind, type RecordingSource } from './source/recording-source.ts';

export interface PlaybackCheckOptions {
  source: Pick<RecordingSource, 'confirm'>;
  life: AbortSignal;
  /** The right to watch is gone. */
  fail(error: unknown): void;
}

const intervalMs = playbackCheckSeconds * 1000;
/** Asked anew without the answer after this many intervals. */
const patience = 3;

/** After these nothing of the recording may be seen any more, whoever was told so first. */
const withdrawing: ReadonlySet<PlaybackFailureKind> = new Set(['erased', 'not-permitted', 'not-visible', 'signed-out']);

export function isWithdrawal(kind: PlaybackFailureKind): boolean {
  return withdrawing.has(kind);
}

/**
 * Asks again and again whether the viewer still may watch, as long as a playback is open, playing or not. A service that
 * does not answer is asked again: it withdraws nothing by being out of reach. Ticks stop while a page is hidden; the first
 * one after that asks at once.
 */
export class PlaybackCheck {
  readonly #options: PlaybackCheckOptions;
  #askedAtMs: number | undefined;
  #question: AbortController | undefined;

  constructor(options: PlaybackCheckOptions) {
    this.#options = options;
  }

  tick(nowMs: number): void {
    // What opened the playback was the first answer.
    this.#askedAtMs ??= nowMs;
    const waitedMs = nowMs - this.#askedAtMs;
    if (waitedMs < (this.#question === undefined ? intervalMs : intervalMs * patience)) return;
    this.#askedAtMs = nowMs;
    this.#question?.abort();
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const { source, life, fail } = this.#options;
    const question = new AbortController();
    this.#question = question;
    try {
      await source.confirm(AbortSignal.any([life, question.signal]));
    } catch (error) {
      if (error instanceof PlaybackFailure && isWithdrawal(error.kind)) fail(error);
    } finally {
      if (this.#question === question) this.#question = undefined;
    }
  }
}
