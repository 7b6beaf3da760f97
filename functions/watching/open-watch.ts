import { makeWatchId, type openWatch, type RouteInput, watchLeaseSeconds } from '@afterimage/contracts';
import {
  type Clock,
  type IssueTicketDependencies,
  issueTicket,
  nowIso,
  type PlaybackStore,
  type RecordingStore,
  type TellHostDependencies,
  tellHostOfLease,
  type Watch,
  type WatchStore,
  watchLeaseMs,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall } from '../_runtime/http/route-binding.ts';
import { type MayWatchDependencies, mayWatch } from './may-watch.ts';

export interface OpenWatchDependencies extends MayWatchDependencies, IssueTicketDependencies, TellHostDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  playbacks: Pick<PlaybackStore, 'find'>;
  watches: Pick<WatchStore, 'open' | 'list'>;
  clock: Clock;
}

/** Begins to watch a recording that is under way: its host hears of it, and the viewer gets a ticket for the channel. */
export async function startWatch(
  dependencies: OpenWatchDependencies,
  { params, body }: RouteInput<typeof openWatch>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof openWatch>> {
  const { clock, watches } = dependencies;
  const verdict = await mayWatch(dependencies, { ...params, ...body, userName: caller.userName });
  if ('problem' in verdict) return verdict;
  const { recordingId, agentId } = verdict.recording;
  const watch: Watch = {
    watchId: makeWatchId(clock),
    recordingId,
    agentId,
    playbackId: body.playbackId,
    userName: caller.userName,
    leaseEndsAtMs: clock.nowMs() + watchLeaseMs,
  };
  await watches.open(watch);
  const { watchId } = watch;
  const [channel] = await Promise.all([
    issueTicket(dependencies, { kind: 'viewer', recordingId, watchId }),
    tellHostOfLease(dependencies, watch, watch.leaseEndsAtMs),
  ]);
  return done({ watchId, leaseSeconds: watchLeaseSeconds, channel, serverTime: nowIso(clock) });
}
