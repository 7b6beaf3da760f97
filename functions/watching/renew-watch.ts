import type { RouteInput, renewWatch } from '@afterimage/contracts';
import {
  type Clock,
  type IssueTicketDependencies,
  isLeased,
  issueTicket,
  isUnderWay,
  leaseSecondsOf,
  nowIso,
  type TellHostDependencies,
  tellHostOfLease,
  type WatchStore,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { type EndWatchDependencies, stopWatching } from './end-watch.ts';
import { type MayWatchDependencies, mayWatch } from './may-watch.ts';

export interface RenewWatchDependencies
  extends MayWatchDependencies,
    IssueTicketDependencies,
    TellHostDependencies,
    EndWatchDependencies {
  watches: Pick<WatchStore, 'find' | 'renew' | 'end' | 'list'>;
  clock: Clock;
}

/** Goes on watching for another lease, as long as the viewer still may. Who may not gets no more notices either. */
export async function goOnWatching(
  dependencies: RenewWatchDependencies,
  input: RouteInput<typeof renewWatch>,
  call: ReviewerCall,
): Promise<Outcome<typeof renewWatch>> {
  const { watches, clock } = dependencies;
  const { params, body } = input;
  const { userName } = call.caller;
  const watch = await watches.find(params);
  if (watch?.userName !== userName || !isLeased(watch, clock.nowMs())) return refuseEnded();
  const verdict = await mayWatch(dependencies, { ...params, playbackId: watch.playbackId, userName });
  if ('problem' in verdict) {
    await stopRefusedWatch(dependencies, input, call);
    return verdict;
  }
  const { contiguousSequence, state } = verdict.recording;
  const leaseSeconds = leaseSecondsOf(state);
  const leaseEndsAtMs = clock.nowMs() + leaseSeconds * 1000;
  if (!(await watches.renew(params, leaseEndsAtMs))) return refuseEnded();
  if (isUnderWay(state)) await tellHostOfLease(dependencies, watch, leaseEndsAtMs);
  return done({
    leaseSeconds,
    ...(body.needsChannel ? { channel: await issueTicket(dependencies, { kind: 'viewer', ...params }) } : {}),
    contiguousSequence,
    state,
    serverTime: nowIso(clock),
  });
}

/** Ends the watch of who asked to go on and may not: the socket that is still open is told nothing more. */
export async function stopRefusedWatch(
  dependencies: EndWatchDependencies,
  { params }: RouteInput<typeof renewWatch>,
  call: ReviewerCall,
): Promise<void> {
  await stopWatching(dependencies, { params, query: undefined, body: undefined }, call);
}

function refuseEnded() {
  return refuse('watch-not-found', 'The watch has ended. Open another to go on watching live.');
}
