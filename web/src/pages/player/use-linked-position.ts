import type { Player, PlayerState } from '@afterimage/player';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';

/** So rarely, because browsers bound how often an address may change. */
const settleMs = 400;

/** Keeps `?t=` at the position while playback stands still, so that the address links to what is seen. */
export function useLinkedPosition(player: Player | undefined, state: PlayerState | undefined): void {
  const [, setParameters] = useSearchParams();
  const isStill = state?.status === 'paused';
  const positionMs = state?.positionMs;
  useEffect(() => {
    if (player === undefined || !isStill || positionMs === undefined) return;
    const text = `${(positionMs / 1000).toFixed(1)}s`;
    const timer = setTimeout(() => {
      setParameters(
        (now) => {
          const next = new URLSearchParams(now);
          next.set('t', text);
          return next;
        },
        { replace: true },
      );
    }, settleMs);
    return () => clearTimeout(timer);
  }, [player, isStill, positionMs, setParameters]);
}
