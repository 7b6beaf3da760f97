import type { PlayerState } from '@afterimage/player';
import { useEffect, useRef, useState } from 'react';

/** What stands beside the picture waits no longer than this for it. */
const longestWaitMs = 2000;

/** Turns true when the first picture stands, or when it is not to be had soon; and stays so. `onBegun` hears of it once. */
export function useHasBegun(state: PlayerState | undefined, onBegun: () => void): boolean {
  const [hasBegun, setBegun] = useState(false);
  const isWaiting = state === undefined || state.status === 'loading' || state.status === 'buffering';
  useEffect(() => {
    const timer = setTimeout(() => setBegun(true), isWaiting ? longestWaitMs : 0);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  const latest = useRef(onBegun);
  latest.current = onBegun;
  useEffect(() => {
    if (hasBegun) latest.current();
  }, [hasBegun]);
  return hasBegun;
}
