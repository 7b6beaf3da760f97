import { isWithdrawal, type PlaybackFailureKind } from '@afterimage/player';
import { useEffect } from 'react';

/** Tells when the viewer may not know of the recording any more. One that was erased is still known. */
export function useWithdrawal(
  failure: PlaybackFailureKind | undefined,
  onWithdrawn: (kind: PlaybackFailureKind) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it happens
  useEffect(() => {
    if (failure !== undefined && failure !== 'erased' && isWithdrawal(failure)) onWithdrawn(failure);
  }, [failure]);
}
