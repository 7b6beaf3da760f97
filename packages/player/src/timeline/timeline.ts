import type { TimelineSegment } from '../source/recording-source.ts';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** End of what is stored. */
export function durationOf(segments: readonly TimelineSegment[]): number {
  return segments.at(-1)?.endMs ?? 0;
}

/** Position of the last segment that begins at or before the time; 0 when the time is before all, -1 without segments. */
export function segmentAt(segments: readonly TimelineSegment[], timeMs: number): number {
  if (segments.length === 0) return -1;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.startMs ?? 0) <= timeMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Position of the first segment that has this sequence or a later one. */
export function positionOf(segments: readonly TimelineSegment[], sequence: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.sequence ?? 0) < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where decoding must begin to show a time: the nearest segment at or before it that begins with a key image; else 0. */
export function keyStartFor(segments: readonly TimelineSegment[], timeMs: number): number {
  for (let i = segmentAt(segments, timeMs); i >= 0; i--) if (segments[i]?.hasKeyBegin) return i;
  return 0;
}

/**
 * Whether these segments, which may be some of all, show a time: the key image before it is among them, and what follows
 * it, or nothing is stored behind them.
 */
export function isDecodable(segments: readonly TimelineSegment[], timeMs: number, storedEndMs: number): boolean {
  const [first] = segments;
  const hasKey = first?.sequence === 1 || segments.some(({ hasKeyBegin, startMs }) => hasKeyBegin && startMs <= timeMs);
  const hasNext = (segments.at(-1)?.startMs ?? 0) > timeMs || durationOf(segments) >= storedEndMs;
  return hasKey && hasNext;
}

/** True when a segment is missing between this position and the one before. */
export function followsHole(segments: readonly TimelineSegment[], position: number): boolean {
  const previous = segments[position - 1]?.sequence ?? 0;
  return (segments[position]?.sequence ?? previous + 1) !== previous + 1;
}

/** Sequence of the first segment that is missing among those before the last; undefined when none is. */
export function firstMissing(segments: readonly TimelineSegment[]): number | undefined {
  if ((segments.at(-1)?.sequence ?? 0) === segments.length) return undefined;
  const after = segments.findIndex((_, position) => followsHole(segments, position));
  return after < 0 ? undefined : (segments[after - 1]?.sequence ?? 0) + 1;
}

/** Times of which nothing is stored. */
export function holesOf(segments: readonly TimelineSegment[]): TimeRange[] {
  return segments.flatMap((segment, i) =>
    followsHole(segments, i) ? [{ fromMs: segments[i - 1]?.endMs ?? 0, toMs: segment.startMs }] : [],
  );
}

/**
 * The time that a loaded segment covers. Until the next one begins nothing changed on the screen, so that idle time is
 * known with it; a hole is not.
 */
export function coverOf(segments: readonly TimelineSegment[], position: number): TimeRange {
  const segment = segments[position];
  if (segment === undefined) return { fromMs: 0, toMs: 0 };
  const next = followsHole(segments, position + 1) ? undefined : segments[position + 1];
  return { fromMs: segment.startMs, toMs: next?.startMs ?? segment.endMs };
}

/** A damaged segment takes the picture with it until the next one that begins with a key image. */
export function damageOf(segments: readonly TimelineSegment[], position: number): TimeRange {
  const next = segments.findIndex(({ hasKeyBegin }, i) => i > position && hasKeyBegin);
  const toMs = next < 0 ? durationOf(segments) : (segments[next]?.startMs ?? 0);
  return { fromMs: segments[position]?.startMs ?? 0, toMs };
}

/** Joins ranges that touch; the input is in time order. */
export function joinRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && range.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, range.toMs);
    else joined.push({ ...range });
  }
  return joined;
}
