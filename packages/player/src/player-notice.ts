import type { PlayerNotice } from './player-state.ts';
import type { Stage } from './stage/stage.ts';
import type { TimeRange } from './timeline/timeline.ts';
import type { TimelineLists } from './timeline/timeline-view.ts';

/** Why no picture is shown at a position; undefined when one is, or when there is no reason to give. */
export function noticeOf(
  stage: Pick<Stage, 'blockReason' | 'picture'>,
  { gaps, damaged, altered }: Pick<TimelineLists, 'gaps' | 'damaged' | 'altered'>,
  positionMs: number,
): PlayerNotice | undefined {
  const reason = stage.blockReason;
  if (reason !== undefined) return { kind: 'blocked', reason };
  const gap = gaps.find(({ fromMs, toMs }) => (fromMs < positionMs || fromMs === 0) && positionMs < toMs);
  if (gap !== undefined) return { kind: 'gap', reason: gap.reason };
  if (stage.picture !== undefined) return undefined;
  const isWithin = ({ fromMs, toMs }: TimeRange) => fromMs <= positionMs && positionMs <= toMs;
  if (altered.some(isWithin)) return { kind: 'altered' };
  return damaged.some(isWithin) ? { kind: 'damaged' } : undefined;
}
