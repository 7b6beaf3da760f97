import {
  endedWatchLeaseSeconds,
  type RecordingState,
  watchLeaseSeconds,
  watchRenewalSeconds,
} from '@afterimage/contracts';
import { isUnderWay } from '../recordings/recording-life.ts';
import type { Watch } from '../stores/live-stores.ts';

/** Short while it costs the host something that somebody watches. */
export function leaseSecondsOf(state: RecordingState): number {
  return isUnderWay(state) ? watchLeaseSeconds : endedWatchLeaseSeconds;
}

/** The host is told again when the end has moved by this much: once per renewal period, however many watch. */
export const tellHostAgainMs = watchRenewalSeconds * 1000;

export function isLeased({ leaseEndsAtMs }: Pick<Watch, 'leaseEndsAtMs'>, nowMs: number): boolean {
  return nowMs < leaseEndsAtMs;
}

/** When the last of the leases ends; undefined when nobody watches. */
export function lastLeaseEndMs(watches: readonly Pick<Watch, 'leaseEndsAtMs'>[], nowMs: number): number | undefined {
  const ends = watches.filter((watch) => isLeased(watch, nowMs)).map(({ leaseEndsAtMs }) => leaseEndsAtMs);
  return ends.length === 0 ? undefined : Math.max(...ends);
}
