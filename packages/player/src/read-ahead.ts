import type { SegmentBuffer } from './segment-buffer.ts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';

/** A load is one batch at most, so that its first segments are there while its later ones are still on the wire. */
const maxBatchBytes = 1024 * 1024;
const maxBatches = 4;
/** Well below what the buffer holds: what was fetched ahead must not push out what is needed now. */
const maxAheadBytes = 32 * 1024 * 1024;
const firstPauseMs = 500;
const longestPauseMs = 8000;

export interface ReadAheadListener {
  /** A load is in the buffer. */
  arrived(): void;
  /** Hears of everything that does not heal by itself. */
  fail(error: unknown): void;
}

/** Keeps the segments that are needed next on their way. A lost network heals: it waits longer each time and asks again. */
export class ReadAhead {
  readonly #source: RecordingSource;
  readonly #buffer: SegmentBuffer;
  readonly #listener: ReadAheadListener;
  #loads = new AbortController();
  #batches = 0;
  #pauseMs = firstPauseMs;
  #resumesAtMs = 0;
  isUnreachable = false;

  constructor(source: RecordingSource, buffer: SegmentBuffer, listener: ReadAheadListener) {
    this.#source = source;
    this.#buffer = buffer;
    this.#listener = listener;
  }

  /** Asks for what is missing of positions `from` to `last`. Cheap to call on every tick. */
  want(from: number, last: number, nowMs: number): void {
    if (nowMs < this.#resumesAtMs) return;
    let aheadBytes = 0;
    for (let position = from; position <= last && this.#batches < maxBatches; ) {
      const end = this.#batchEnd(position, last);
      if (end > position) this.#load(position, end, nowMs);
      for (const next = Math.max(end, position + 1); position < next; position++) {
        aheadBytes += this.#source.segments[position]?.sizeBytes ?? 0;
      }
      if (aheadBytes > maxAheadBytes) return;
    }
  }

  /** Gives up what is on the wire, because the position moved elsewhere. */
  drop(): void {
    this.#loads.abort();
    this.#loads = new AbortController();
    this.#batches = 0;
  }

  /** First position after `from` that does not belong into the same load; `from` itself when it needs no load. */
  #batchEnd(from: number, last: number): number {
    let bytes = 0;
    let end = from;
    while (end <= last && bytes < maxBatchBytes && !this.#buffer.has(end) && !this.#buffer.isLoading(end)) {
      bytes += this.#source.segments[end]?.sizeBytes ?? 0;
      end += 1;
    }
    return end;
  }

  #load(from: number, to: number, nowMs: number): void {
    const { signal } = this.#loads;
    this.#batches += 1;
    this.#buffer.load(from, to, signal).then(
      () => {
        if (signal.aborted) return;
        this.#batches -= 1;
        this.#pauseMs = firstPauseMs;
        this.isUnreachable = false;
        this.#listener.arrived();
      },
      (error) => {
        if (signal.aborted) return;
        this.#batches -= 1;
        if (!(error instanceof PlaybackFailure) || error.kind !== 'unreachable') return this.#listener.fail(error);
        this.isUnreachable = true;
        this.#resumesAtMs = nowMs + this.#pauseMs;
        this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
      },
    );
  }
}
