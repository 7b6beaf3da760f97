import { openSegment, RecordingFormatError, type RecordingRecord } from '@afterimage/recording';
import type { Gap } from './player-state.ts';
import { PlaybackFailure, type RecordingSource, type TimelineSegment } from './source/recording-source.ts';
import { coverOf, joinRanges, positionOf, type TimeRange } from './timeline/timeline.ts';

/** What came of a segment: its records, or nothing because they can't be had. */
export type OpenedSegment = { readonly records: readonly RecordingRecord[]; readonly isDamaged: boolean };

/**
 * Opened segments near the position, bounded by their sealed size; the least recently used go first. Asked by position,
 * kept by sequence: positions move when a late segment takes its place.
 */
export class SegmentBuffer {
  readonly #source: RecordingSource;
  readonly #life: AbortSignal;
  readonly #maxBytes: number;
  readonly #opened = new Map<number, OpenedSegment>();
  readonly #loading = new Map<number, Promise<void>>();
  readonly #gaps = new Map<number, Gap>();
  readonly #damaged = new Set<number>();
  readonly #altered = new Set<number>();
  #bytes = 0;
  #isForgotten = false;
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

  /** Drops what was opened; what is still on its way is not kept. */
  forget(): void {
    this.#isForgotten = true;
    this.#opened.clear();
    this.#bytes = 0;
    this.version += 1;
  }

  has(position: number): boolean {
    return this.#opened.has(this.#sequenceAt(position));
  }

  get(position: number): OpenedSegment | undefined {
    const sequence = this.#sequenceAt(position);
    const segment = this.#opened.get(sequence);
    if (segment !== undefined) {
      this.#opened.delete(sequence);
      this.#opened.set(sequence, segment);
    }
    return segment;
  }

  isLoading(position: number): boolean {
    return this.#loading.has(this.#sequenceAt(position));
  }

  /** Reads and opens positions `from` to `to` (exclusive), none of which is there or loading. @throws PlaybackFailure */
  load(from: number, to: number, signal: AbortSignal): Promise<void> {
    const wanted = this.#source.segments.slice(from, to);
    const work = this.#read(wanted, signal).finally(() => {
      for (const { sequence } of wanted) if (this.#loading.get(sequence) === work) this.#loading.delete(sequence);
    });
    for (const { sequence } of wanted) this.#loading.set(sequence, work);
    return work;
  }

  /** Its pictures could not be decoded although its bytes are as sealed. */
  markDamaged(position: number): void {
    const sequence = this.#sequenceAt(position);
    if (!this.#damaged.has(sequence)) this.version += 1;
    this.#damaged.add(sequence);
  }

  bufferedRanges(): TimeRange[] {
    const positions = this.#positionsOf(this.#opened.keys());
    return joinRanges(positions.map((position) => coverOf(this.#source.segments, position)));
  }

  damagedPositions(): number[] {
    return this.#positionsOf(this.#damaged);
  }

  /** Those of the damaged ones that are not what the device sealed. */
  alteredPositions(): number[] {
    return this.#positionsOf(this.#altered);
  }

  /** Remembered for good: what was missing stays missing. */
  declaredGaps(): Gap[] {
    return [...this.#gaps.values()];
  }

  /** `wanted` are neighbours, and stay so: a late segment takes its place where one is missing. */
  async #read(wanted: readonly TimelineSegment[], signal: AbortSignal): Promise<void> {
    const [first] = wanted;
    if (first === undefined) return;
    const from = positionOf(this.#source.segments, first.sequence);
    this.#askForKeys(wanted);
    try {
      const bytes = await this.#source.read(from, from + wanted.length, signal);
      await Promise.all(wanted.map((segment, i) => this.#open(segment, bytes[i])));
    } catch (error) {
      if (!(error instanceof PlaybackFailure) || error.kind !== 'damaged') throw error;
      if (wanted.length === 1) {
        this.#altered.add(first.sequence);
        return this.#keep(first, { records: [], isDamaged: true });
      }
      // One of several is damaged: read them one by one, so that its neighbours still play.
      for (const segment of wanted) await this.#read([segment], signal);
    }
  }

  /** While the bytes are on their way; `#open` meets what fails. */
  #askForKeys(wanted: readonly TimelineSegment[]): void {
    for (const epoch of new Set(wanted.map((segment) => segment.epoch))) {
      this.#source.epochKey(epoch, this.#life).catch(() => undefined);
    }
  }

  async #open(segment: TimelineSegment, bytes: Uint8Array | undefined): Promise<void> {
    if (bytes === undefined || this.#isForgotten) return;
    const key = await this.#source.epochKey(segment.epoch, this.#life);
    try {
      this.#keep(segment, { records: await openSegment(bytes, key), isDamaged: false });
    } catch (cause) {
      if (!(cause instanceof RecordingFormatError)) throw cause;
      this.#keep(segment, { records: [], isDamaged: true });
    }
  }

  #keep({ sequence, sizeBytes }: TimelineSegment, segment: OpenedSegment): void {
    if (this.#isForgotten) return;
    this.version += 1;
    if (segment.isDamaged) this.#damaged.add(sequence);
    for (const record of segment.records) {
      if (record.type === 'gap') {
        this.#gaps.set(record.fromMs, { fromMs: record.fromMs, toMs: record.toMs, reason: record.reason });
      }
    }
    if (!this.#opened.has(sequence)) this.#bytes += sizeBytes;
    this.#opened.set(sequence, segment);
    for (const oldest of this.#opened.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === sequence) break;
      this.#opened.delete(oldest);
      this.#bytes -= this.#sizeOf(oldest);
    }
  }

  #sequenceAt(position: number): number {
    return this.#source.segments[position]?.sequence ?? 0;
  }

  #positionsOf(sequences: Iterable<number>): number[] {
    const inOrder = [...sequences].sort((a, b) => a - b);
    return inOrder.map((sequence) => positionOf(this.#source.segments, sequence));
  }

  #sizeOf(sequence: number): number {
    const { segments } = this.#source;
    return segments[positionOf(segments, sequence)]?.sizeBytes ?? 0;
  }
}
