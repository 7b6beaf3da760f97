import { type RouteInput, type renewWatch, watchLeaseSeconds } from '@afterimage/contracts';
import {
  type Clock,
  type IssueTicketDependencies,
  isLeased,
  issueTicket,
  nowIso,
  type TellHostDependencies,
  tellHostOfLease,
  type WatchStore,
  watchLeaseMs,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { type MayWatchDependencies, mayWatch } from './may-watch.ts';

export interface RenewWatchDependencies extends MayWatchDependencies, IssueTicketDependencies, TellHostDependencies {
  watches: Pick<WatchStore, 'find' | 'renew' | 'list'>;
  clock: Clock;
}

/** Goes on watching for another lease, as long as the viewer still may. */
export async function goOnWatching(
  dependencies: RenewWatchDependencies,
  { params, body }: RouteInput<typeof renewWatch>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof renewWatch>> {
  const { watches, clock } = dependencies;
  const { userName } = caller;
  const watch = await watches.find(params);
  if (watch?.userName !== userName || !isLeased(watch, clock.nowMs())) return refuseEnded();
  const verdict = await mayWatch(dependencies, { ...params, playbackId: watch.playbackId, userName });
  if ('problem' in verdict) return verdict;
  const leaseEndsAtMs = clock.nowMs() + watchLeaseMs;
  if (!(await watches.renew(params, leaseEndsAtMs))) return refuseEnded();
  await tellHostOfLease(dependencies, watch, leaseEndsAtMs);
  const { contiguousSequence, state } = verdict.recording;
  return done({
    leaseSeconds: watchLeaseSeconds,
    ...(body.needsChannel ? { channel: await issueTicket(dependencies, { kind: 'viewer', ...params }) } : {}),
    contiguousSequence,
    state,
    serverTime: nowIso(clock),
  });
}

function refuseEnded() {
  return refuse('watch-not-found', 'The watch has ended. Open another to go on watching live.');
}
