import type { Gap } from '../player-state.ts';
import type { SegmentBuffer } from '../segment-buffer.ts';
import type { RecordingSource } from '../source/recording-source.ts';
import { damageOf, durationOf, holesOf, joinRanges, type TimeRange } from './timeline.ts';

export interface TimelineLists {
  readonly buffered: readonly TimeRange[];
  readonly gaps: readonly Gap[];
  readonly damaged: readonly TimeRange[];
  readonly altered: readonly TimeRange[];
}

/** What the seek bar shows of the timeline; the same lists as long as nothing changed. */
export class TimelineView {
  readonly #source: RecordingSource;
  readonly #buffer: SegmentBuffer;
  #lists: TimelineLists = { buffered: [], gaps: [], damaged: [], altered: [] };
  #madeOf = '';

  constructor(source: RecordingSource, buffer: SegmentBuffer) {
    this.#source = source;
    this.#buffer = buffer;
  }

  lists(): TimelineLists {
    const { segments, isWhole } = this.#source;
    const madeOf = `${isWhole} ${segments.length} ${durationOf(segments)} ${this.#buffer.version}`;
    if (madeOf === this.#madeOf) return this.#lists;
    this.#madeOf = madeOf;
    this.#lists = {
      buffered: keep(this.#lists.buffered, this.#buffer.bufferedRanges()),
      gaps: keep(this.#lists.gaps, this.#gaps()),
      damaged: keep(this.#lists.damaged, this.#damageAt(this.#buffer.damagedPositions())),
      altered: keep(this.#lists.altered, this.#damageAt(this.#buffer.alteredPositions())),
    };
    return this.#lists;
  }

  #damageAt(positions: readonly number[]): TimeRange[] {
    return joinRanges(positions.map((position) => damageOf(this.#source.segments, position)));
  }

  #gaps(): Gap[] {
    const { segments, isWhole } = this.#source;
    const holes = (isWhole ? holesOf(segments) : []).map((hole) => ({ ...hole, reason: 'segments-missing' }));
    return [...holes, ...this.#buffer.declaredGaps()].sort((a, b) => a.fromMs - b.fromMs);
  }
}

function keep<T extends TimeRange>(before: readonly T[], now: readonly T[]): readonly T[] {
  const isSame = ({ fromMs, toMs }: T, i: number) => before[i]?.fromMs === fromMs && before[i]?.toMs === toMs;
  return before.length === now.length && now.every(isSame) ? before : now;
}
