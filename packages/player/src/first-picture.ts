import type { RecordingSource } from './source/recording-source.ts';
import { isDecodable } from './timeline/timeline.ts';

/** The rest of the index, and the channel, wait so long for the first picture. */
const longestWaitMs = 2000;

/** Whether what the source knows by now is enough to show a time. */
export function isKnown({ isWhole, segments, durationMs }: RecordingSource, timeMs: number): boolean {
  return isWhole || isDecodable(segments, Math.min(timeMs, durationMs), durationMs);
}

/** Keeps what can wait from competing with the first picture, as long as that can be had of what is known. */
export class FirstPicture<S extends { readonly timeMs: number }> {
  readonly #source: RecordingSource;
  #seek: S | undefined;
  #sinceMs: number | undefined;

  constructor(source: RecordingSource) {
    this.#source = source;
  }

  /** `seek` leads to it. */
  expect(seek: S | undefined): void {
    this.#seek = seek;
  }

  /** `seek`: the one that is under way now. Once over it does not come back. */
  isAwaited(seek: S | undefined, nowMs: number): boolean {
    if (this.#seek === undefined) return false;
    this.#sinceMs ??= nowMs;
    const isOver = seek !== this.#seek || nowMs > this.#sinceMs + longestWaitMs;
    if (isOver || !isKnown(this.#source, this.#seek.timeMs)) this.#seek = undefined;
    return this.#seek !== undefined;
  }
}
