import { makeWatchId, type openWatch, type RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  type IssueTicketDependencies,
  issueTicket,
  isUnderWay,
  leaseSecondsOf,
  nowIso,
  type PlaybackStore,
  type TellHostDependencies,
  tellHostOfLease,
  type Watch,
  type WatchStore,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';
import { type MayWatchDependencies, mayWatch } from './may-watch.ts';

export interface OpenWatchDependencies extends MayWatchDependencies, IssueTicketDependencies, TellHostDependencies {
  playbacks: Pick<PlaybackStore, 'find'>;
  watches: Pick<WatchStore, 'open' | 'list'>;
  clock: Clock;
}

/** Begins to watch: the viewer gets a ticket for the channel, and the host of a recording under way hears of it. */
export async function startWatch(
  dependencies: OpenWatchDependencies,
  { params, body }: RouteInput<typeof openWatch>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof openWatch>> {
  const { clock, watches } = dependencies;
  const verdict = await mayWatch(dependencies, { ...params, ...body, userName: caller.userName });
  if ('problem' in verdict) return verdict;
  const { recordingId, agentId, state } = verdict.recording;
  const leaseSeconds = leaseSecondsOf(state);
  const watch: Watch = {
    watchId: makeWatchId(clock),
    recordingId,
    agentId,
    playbackId: body.playbackId,
    userName: caller.userName,
    leaseEndsAtMs: clock.nowMs() + leaseSeconds * 1000,
  };
  await watches.open(watch);
  const { watchId } = watch;
  const [channel] = await Promise.all([
    issueTicket(dependencies, { kind: 'viewer', recordingId, watchId }),
    isUnderWay(state) ? tellHostOfLease(dependencies, watch, watch.leaseEndsAtMs) : undefined,
  ]);
  return done({ watchId, leaseSeconds, channel, serverTime: nowIso(clock) });
}
