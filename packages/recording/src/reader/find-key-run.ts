import type { KeyRun, SegmentIndexEntry } from './segment-index.ts';

/**
 * The segments that show the moment `tMs`: from the latest key image at or before it whose parts are all there, to the
 * last segment that begins at or before it. Undefined before the first key image. `index` is in order of sequence and
 * may have holes; where one keeps updates from being applied, the run ends before it and says so.
 */
export function findKeyRun(index: readonly SegmentIndexEntry[], tMs: number): KeyRun | undefined {
  const last = index.findLastIndex((entry) => entry.t0Ms <= tMs);
  for (let begin = last; begin >= 0; begin--) {
    const keyImageSegments = keyImageLength(index, begin);
    if (keyImageSegments === undefined) continue;
    const wanted = index.slice(begin, Math.max(last + 1, begin + keyImageSegments));
    const entries = wanted.slice(0, contiguousLength(wanted));
    const reached = entries.at(-1);
    if (entries.length === wanted.length || reached === undefined) return { entries, keyImageSegments };
    return { entries, keyImageSegments, reachableUntilMs: reached.t1Ms };
  }
  return undefined;
}

/** Number of segments of the key image that begins at `begin`; undefined when none does or a part is missing. */
function keyImageLength(index: readonly SegmentIndexEntry[], begin: number): number | undefined {
  const first = index[begin];
  if (first === undefined || !first.flags.isKeyBegin) return undefined;
  if (first.flags.isKeyEnd) return 1;
  for (let at = begin + 1; at < index.length; at++) {
    const entry = index[at];
    if (entry === undefined || entry.flags.isKeyBegin || entry.sequence !== first.sequence + at - begin)
      return undefined;
    if (entry.flags.isKeyEnd) return at - begin + 1;
  }
  return undefined;
}

function contiguousLength(entries: readonly SegmentIndexEntry[]): number {
  const first = entries[0]?.sequence ?? 0;
  const broken = entries.findIndex((entry, at) => entry.sequence !== first + at);
  return broken < 0 ? entries.length : broken;
}
