import { type RecordingRecord, ScreenFormatError } from '@afterimage/recording';
import type { SegmentBuffer } from './segment-buffer.ts';
import type { RecordingSource } from './source/recording-source.ts';
import type { Stage } from './stage/stage.ts';
import { durationOf, followsHole, keyStartFor, positionOf } from './timeline/timeline.ts';

export type Progress =
  | 'reached'
  /** A segment that is needed is not in the buffer, or not known yet. */
  | 'lacks-bytes'
  /** More is there to be decoded than the time that was given allows. */
  | 'out-of-time';

/** Where in the row of records the stage stands. */
export class Playhead {
  readonly #source: RecordingSource;
  readonly #buffer: SegmentBuffer;
  readonly #stage: Stage;
  /** Of the last segment that was left behind; the one after it is under way. Positions would move with late arrivals. */
  #passedSequence = 0;
  /** The next record to apply. */
  #recordIndex = 0;
  #reachedMs = 0;

  constructor(source: RecordingSource, buffer: SegmentBuffer, stage: Stage) {
    this.#source = source;
    this.#buffer = buffer;
    this.#stage = stage;
  }

  /** Of the segment that comes next. */
  get segmentPosition(): number {
    return positionOf(this.#source.segments, this.#passedSequence + 1);
  }

  /** The stage shows this moment. */
  get reachedMs(): number {
    return this.#reachedMs;
  }

  /** Begins at the nearest key image before the time, unless what is on the stage is a better start. */
  aim(timeMs: number): void {
    const { segments } = this.#source;
    const start = keyStartFor(segments, timeMs);
    const isAhead = timeMs >= this.#reachedMs && start <= this.segmentPosition;
    if (!isAhead) this.#restartAt(start);
  }

  /** Leaves out what a key image before the time makes superfluous, once that key image is there. */
  skipTo(timeMs: number): void {
    const start = keyStartFor(this.#source.segments, timeMs);
    if (start > this.segmentPosition && this.#buffer.has(start)) this.#restartAt(start);
  }

  /** Applies the records up to the time, inclusive. `isTimeLeft` is asked after each one that is costly. */
  advance(timeMs: number, isTimeLeft: () => boolean): Progress {
    const { segments } = this.#source;
    for (let position = this.segmentPosition; ; position++) {
      const segment = segments[position];
      if (segment === undefined && durationOf(segments) < this.#source.durationMs) return 'lacks-bytes';
      if (segment === undefined || segment.startMs > timeMs) return this.#rest(timeMs);
      const opened = this.#buffer.get(position);
      if (opened === undefined) return 'lacks-bytes';
      const isLost = opened.isDamaged || followsHole(segments, position);
      if (this.#recordIndex === 0 && isLost) this.#stage.reset();
      this.#passedSequence = segment.sequence - 1;
      for (; this.#recordIndex < opened.records.length; this.#recordIndex++) {
        const record = opened.records[this.#recordIndex];
        if (record === undefined || record.timeMs > timeMs) return this.#rest(timeMs);
        if (!isTimeLeft()) return 'out-of-time';
        this.#apply(position, segment.sequence, record, isPassedBy(opened.records, this.#recordIndex, timeMs));
        this.#reachedMs = record.timeMs;
      }
      this.#passedSequence = segment.sequence;
      this.#recordIndex = 0;
    }
  }

  /** Late segments have arrived: begins anew where they bring back a picture that was missing. @returns whether it did */
  rejoin(timeMs: number): boolean {
    const isMissing = this.#stage.picture === undefined;
    if (isMissing) this.#restartAt(keyStartFor(this.#source.segments, timeMs));
    return isMissing;
  }

  #restartAt(position: number): void {
    this.#passedSequence = (this.#source.segments[position]?.sequence ?? 1) - 1;
    this.#recordIndex = 0;
    this.#reachedMs = this.#source.segments[position]?.startMs ?? 0;
    this.#stage.reset();
  }

  #rest(timeMs: number): Progress {
    this.#reachedMs = Math.min(timeMs, this.#source.durationMs);
    return 'reached';
  }

  #apply(position: number, sequence: number, record: RecordingRecord, isPassed: boolean): void {
    try {
      this.#stage.apply(sequence, record, isPassed);
    } catch (error) {
      if (!(error instanceof ScreenFormatError)) throw error;
      this.#buffer.markDamaged(position);
    }
  }
}

/** Another picture follows at once, so that nobody will see this one. */
function isPassedBy(records: readonly RecordingRecord[], index: number, timeMs: number): boolean {
  for (let next = index + 1; next < records.length; next++) {
    const record = records[next];
    if (record === undefined || record.timeMs > timeMs) return false;
    if (record.type === 'screen') return true;
  }
  return false;
}
