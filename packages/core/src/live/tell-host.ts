import { type AgentId, type RecordingId, type WatchedNotice, watchedSegmentMs } from '@afterimage/contracts';
import type { Clock } from '../stores/clock.ts';
import type { Channel, ConnectionStore, Watch, WatchedMarkStore, WatchStore } from '../stores/live-stores.ts';
import { lastLeaseEndMs, tellHostAgainMs } from './watch-lease.ts';

export interface TellHostDependencies {
  watches: Pick<WatchStore, 'list'>;
  marks: Pick<WatchedMarkStore, 'moveAhead' | 'drawBack'>;
  connections: Pick<ConnectionStore, 'findOfAgent'>;
  channel: Channel;
  clock: Pick<Clock, 'nowMs'>;
}

type Watched = Pick<Watch, 'recordingId' | 'agentId'>;

/** After a watch was opened or renewed: its host is told, unless it was told nearly the same already. */
export async function tellHostOfLease(
  dependencies: TellHostDependencies,
  watched: Watched,
  leaseEndsAtMs: number,
): Promise<void> {
  const hasMoved = await dependencies.marks.moveAhead(watched.recordingId, leaseEndsAtMs, tellHostAgainMs);
  if (hasMoved) await post(dependencies, watched, leaseEndsAtMs);
}

/**
 * After a watch was ended: the host is told when it was the last one. Somebody may have come just before the mark was
 * drawn back and have found it far enough ahead, so that the watches are looked at once more.
 */
export async function tellHostOfEnd(dependencies: TellHostDependencies, watched: Watched): Promise<void> {
  const { watches, marks, clock } = dependencies;
  const nowMs = clock.nowMs();
  const lastEndMs = async () => lastLeaseEndMs(await watches.list(watched.recordingId), nowMs);
  if ((await lastEndMs()) !== undefined) return;
  if (!(await marks.drawBack(watched.recordingId, nowMs))) return;
  await post(dependencies, watched, nowMs);
  const endMs = await lastEndMs();
  if (endMs !== undefined) await tellHostOfLease(dependencies, watched, endMs);
}

/** A host without a socket asks for its commits and finds the mark there. */
async function post(
  { connections, channel }: TellHostDependencies,
  { agentId, recordingId }: { agentId: AgentId; recordingId: RecordingId },
  watchedUntilMs: number,
): Promise<void> {
  const connectionId = await connections.findOfAgent(agentId);
  if (connectionId === undefined) return;
  const notice: WatchedNotice = {
    version: 1,
    kind: 'watched',
    recordingId,
    watchedUntil: new Date(watchedUntilMs).toISOString(),
    segmentMs: watchedSegmentMs,
  };
  await channel.post(connectionId, notice);
}
