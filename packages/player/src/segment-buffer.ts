import { openSegment, RecordingFormatError, type RecordingRecord } from '@afterimage/recording';
import type { Gap } from './player-state.ts';
import { PlaybackFailure, type RecordingSource } from './source/recording-source.ts';
import { coverOf, joinRanges, type TimeRange } from './timeline/timeline.ts';

/** What came of a segment: its records, or nothing because it is not what the device sealed. */
export type OpenedSegment = { readonly records: readonly RecordingRecord[]; readonly isDamaged: boolean };

/** Opened segments near the position, bounded by their sealed size; the least recently used go first. */
export class SegmentBuffer {
  readonly #source: RecordingSource;
  readonly #life: AbortSignal;
  readonly #maxBytes: number;
  readonly #opened = new Map<number, OpenedSegment>();
  readonly #loading = new Map<number, Promise<void>>();
  readonly #gaps = new Map<number, Gap>();
  readonly #damaged = new Set<number>();
  #bytes = 0;
  /** Counts changes of what the lists below say. */
  version = 0;

  /** `life` ends what outlasts a single load: keys are asked for once, whichever load wanted them first. */
  constructor(source: RecordingSource, life: AbortSignal, maxBytes = 96 * 1024 * 1024) {
    this.#source = source;
    this.#life = life;
    this.#maxBytes = maxBytes;
  }

  get sizeBytes(): number {
    return this.#bytes;
  }

  has(position: number): boolean {
    return this.#opened.has(position);
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

  /** Reads and opens positions `from` to `to` (exclusive), none of which is there or loading. @throws PlaybackFailure */
  load(from: number, to: number, signal: AbortSignal): Promise<void> {
    const work = this.#read(from, to, signal).finally(() => {
      for (let i = from; i < to; i++) if (this.#loading.get(i) === work) this.#loading.delete(i);
    });
    for (let i = from; i < to; i++) this.#loading.set(i, work);
    return work;
  }

  /** Its pictures could not be decoded although its bytes are as sealed. */
  markDamaged(position: number): void {
    if (!this.#damaged.has(position)) this.version += 1;
    this.#damaged.add(position);
  }

  bufferedRanges(): TimeRange[] {
    const positions = [...this.#opened.keys()].sort((a, b) => a - b);
    return joinRanges(positions.map((position) => coverOf(this.#source.segments, position)));
  }

  damagedPositions(): number[] {
    return [...this.#damaged].sort((a, b) => a - b);
  }

  /** Remembered for good: what was missing stays missing. */
  declaredGaps(): Gap[] {
    return [...this.#gaps.values()];
  }

  async #read(from: number, to: number, signal: AbortSignal): Promise<void> {
    try {
      const bytes = await this.#source.read(from, to, signal);
      await Promise.all(bytes.map((segment, i) => this.#open(from + i, segment)));
    } catch (error) {
      if (!(error instanceof PlaybackFailure) || error.kind !== 'damaged') throw error;
      if (to - from === 1) return this.#keep(from, { records: [], isDamaged: true });
      // One of several is damaged: read them one by one, so that its neighbours still play.
      for (let i = from; i < to; i++) await this.#read(i, i + 1, signal);
    }
  }

  async #open(position: number, bytes: Uint8Array): Promise<void> {
    const segment = this.#source.segments[position];
    if (segment === undefined) return;
    const key = await this.#source.epochKey(segment.epoch, this.#life);
    try {
      this.#keep(position, { records: await openSegment(bytes, key), isDamaged: false });
    } catch (cause) {
      if (!(cause instanceof RecordingFormatError)) throw cause;
      this.#keep(position, { records: [], isDamaged: true });
    }
  }

  #keep(position: number, segment: OpenedSegment): void {
    this.version += 1;
    if (segment.isDamaged) this.#damaged.add(position);
    for (const record of segment.records) {
      if (record.type === 'gap') {
        this.#gaps.set(record.fromMs, { fromMs: record.fromMs, toMs: record.toMs, reason: record.reason });
      }
    }
    if (!this.#opened.has(position)) this.#bytes += this.#sizeOf(position);
    this.#opened.set(position, segment);
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
