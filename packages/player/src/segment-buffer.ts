import { openSegment, RecordingFormatError, type RecordingRecord } from '@afterimage/recording';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';
import { joinRanges, type TimeRange } from './timeline/timeline.ts';

/** What came of a segment: its records, or nothing because it is not what the device sealed. */
export type OpenedSegment = { readonly records: readonly RecordingRecord[]; readonly isDamaged: boolean };

/** Opened segments near the position, bounded by their sealed size; the least recently used go first. */
export class SegmentBuffer {
  readonly #source: RecordingSource;
  readonly #maxBytes: number;
  readonly #opened = new Map<number, OpenedSegment>();
  readonly #loading = new Map<number, Promise<void>>();
  #bytes = 0;

  constructor(source: RecordingSource, maxBytes = 96 * 1024 * 1024) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  get(position: number): OpenedSegment | undefined {
    const segment = this.#opened.get(position);
    if (segment !== undefined) {
      this.#opened.delete(position);
      this.#opened.set(position, segment);
    }
    return segment;
  }

  isLoading(position: number): boolean {
    return this.#loading.has(position);
  }

  /** Reads and opens positions `from` to `to` (exclusive) that are not there yet. @throws PlaybackFailure */
  async load(from: number, to: number, signal: AbortSignal): Promise<void> {
    const end = Math.min(to, this.#source.segments.length);
    const pending: Promise<void>[] = [];
    for (let start = from; start < end; ) {
      if (this.#opened.has(start) || this.#loading.has(start)) {
        pending.push(this.#loading.get(start) ?? Promise.resolve());
        start += 1;
        continue;
      }
      let stop = start + 1;
      while (stop < end && !this.#opened.has(stop) && !this.#loading.has(stop)) stop += 1;
      pending.push(this.#startLoading(start, stop, signal));
      start = stop;
    }
    await Promise.all(pending);
  }

  bufferedRanges(): TimeRange[] {
    const { segments } = this.#source;
    const ranges = [...this.#opened.keys()]
      .sort((a, b) => a - b)
      .flatMap((position) => {
        const segment = segments[position];
        // Idle time between two segments is known to be idle, so it counts with the earlier one.
        const next = segments[position + 1];
        return segment === undefined ? [] : [{ fromMs: segment.startMs, toMs: next?.startMs ?? segment.endMs }];
      });
    return joinRanges(ranges);
  }

  damagedRanges(): TimeRange[] {
    return [...this.#opened].flatMap(([position, { isDamaged }]) => {
      const segment = this.#source.segments[position];
      return isDamaged && segment !== undefined ? [{ fromMs: segment.startMs, toMs: segment.endMs }] : [];
    });
  }

  #startLoading(from: number, to: number, signal: AbortSignal): Promise<void> {
    const work = this.#read(from, to, signal).finally(() => {
      for (let i = from; i < to; i++) this.#loading.delete(i);
    });
    for (let i = from; i < to; i++) this.#loading.set(i, work);
    return work;
  }

  async #read(from: number, to: number, signal: AbortSignal): Promise<void> {
    try {
      const bytes = await this.#source.read(from, to, signal);
      await Promise.all(bytes.map((segment, i) => this.#open(from + i, segment, signal)));
    } catch (error) {
      if (!(error instanceof PlaybackFailure) || error.kind !== 'damaged') throw error;
      if (to - from === 1) return this.#keep(from, { records: [], isDamaged: true });
      // One of several is damaged: read them one by one, so that its neighbours still play.
      for (let i = from; i < to; i++) await this.#read(i, i + 1, signal);
    }
  }

  async #open(position: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const segment = this.#source.segments[position];
    if (segment === undefined) return;
    const key = await this.#source.epochKey(segment.epoch, signal);
    try {
      this.#keep(position, { records: await openSegment(bytes, key), isDamaged: false });
    } catch (cause) {
      if (!(cause instanceof RecordingFormatError)) throw cause;
      this.#keep(position, { records: [], isDamaged: true });
    }
  }

  #keep(position: number, segment: OpenedSegment): void {
    this.#opened.set(position, segment);
    this.#bytes += this.#sizeOf(position);
    for (const oldest of this.#opened.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === position) break;
      this.#opened.delete(oldest);
      this.#bytes -= this.#sizeOf(oldest);
    }
  }

  #sizeOf(position: number): number {
    return this.#source.segments[position]?.sizeBytes ?? 0;
  }
}
