import type { PlayerState, ProofState } from '@afterimage/player';

/** What a person is told of a recording's proof, in the words of `player.proof.…`. */
export type ProofStanding =
  | 'so-far'
  /** So far, of a recording that is not sealed. */
  | 'live'
  | 'unread'
  | 'refused'
  | 'complete'
  | 'declared'
  | 'open'
  | 'altered';

const verdicts = {
  'intact-and-complete': 'complete',
  'intact-with-declared-gaps': 'declared',
  'intact-end-not-attested': 'open',
  altered: 'altered',
} as const;

/** What was found by reading everything counts before what was found by watching a part of it. */
export function standingOf(state: ProofState | undefined, player: PlayerState | undefined): ProofStanding {
  if (state?.proof !== undefined) return verdicts[state.proof.verdict];
  if ((player?.altered.length ?? 0) > 0) return 'altered';
  if (state === undefined) return 'live';
  if (state.manifest === 'refused') return 'refused';
  return state.manifest === 'unread' ? 'unread' : 'so-far';
}
