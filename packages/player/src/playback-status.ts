import type { PlayerState } from './player-state.ts';

export interface PlaybackFacts {
  hasFailed: boolean;
  /** The index is there as far as it is needed, and the clock runs. */
  isOpen: boolean;
  isSeeking: boolean;
  isAtEnd: boolean;
  /** Of a recording that is not finished more may come. */
  mayGrow: boolean;
  wantsToPlay: boolean;
  /** What is shown next is not here yet. */
  isStarved: boolean;
}

/** What people are told that the player does; the first that holds. */
export function statusOf(facts: PlaybackFacts): PlayerState['status'] {
  const { hasFailed, isOpen, isSeeking, isAtEnd, mayGrow, wantsToPlay, isStarved } = facts;
  if (hasFailed) return 'failed';
  if (!isOpen) return 'loading';
  if (isSeeking) return 'buffering';
  if (!wantsToPlay) return isAtEnd && !mayGrow ? 'ended' : 'paused';
  if (isAtEnd) return mayGrow ? 'waiting-for-live' : 'ended';
  return isStarved ? 'buffering' : 'playing';
}
