import type { ViewerNotice } from '@afterimage/contracts';
import type { Clock } from '../stores/clock.ts';
import type { Channel, WatchStore } from '../stores/live-stores.ts';
import { isLeased } from './watch-lease.ts';

export interface TellViewersDependencies {
  watches: Pick<WatchStore, 'list'>;
  channel: Channel;
  clock: Pick<Clock, 'nowMs'>;
}

/** Tells everybody who watches and has a socket. One who is gone is no error: their lease ends by itself. */
export async function tellViewers(
  { watches, channel, clock }: TellViewersDependencies,
  notice: ViewerNotice,
): Promise<void> {
  const nowMs = clock.nowMs();
  const connectionIds = (await watches.list(notice.recordingId))
    .filter((watch) => isLeased(watch, nowMs))
    .flatMap(({ connectionId }) => (connectionId === undefined ? [] : [connectionId]));
  await Promise.all(connectionIds.map((connectionId) => channel.post(connectionId, notice)));
}
