import type { DeclaredGap } from '@afterimage/contracts';
import type { StoredRange } from './stored-ranges.ts';

/**
 * Says what is missing from the stored segments: before the first, between two ranges, and after the last where its
 * end is not attested. Two ranges that touch but do not chain are a gap of no length.
 */
export function declareGaps(ranges: readonly StoredRange[], finalSequence: number | undefined): DeclaredGap[] {
  const gaps: DeclaredGap[] = [];
  let previous: Pick<StoredRange, 'lastSequence' | 'endMs'> = { lastSequence: 0, endMs: 0 };
  for (const range of ranges) {
    const gap = gapBetween(previous, range);
    if (gap !== undefined) gaps.push(gap);
    previous = range;
  }
  if (finalSequence === undefined || previous.lastSequence < finalSequence) {
    gaps.push({ fromMs: previous.endMs, toMs: previous.endMs, reason: 'end-not-attested' });
  }
  return gaps;
}

function gapBetween(previous: Pick<StoredRange, 'lastSequence' | 'endMs'>, next: StoredRange): DeclaredGap | undefined {
  const times = { fromMs: previous.endMs, toMs: Math.max(previous.endMs, next.startMs) };
  if (next.firstSequence > previous.lastSequence + 1) {
    return {
      ...times,
      reason: 'segments-missing',
      firstMissingSequence: previous.lastSequence + 1,
      lastMissingSequence: next.firstSequence - 1,
    };
  }
  return previous.lastSequence === 0 ? undefined : { ...times, reason: 'other' };
}
