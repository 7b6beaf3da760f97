import type { listRecordings, Recording, RouteInput } from '@afterimage/contracts';
import { type Clock, nowIso, type Page } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import type { ViewerCatalog } from '../_runtime/viewing/viewer-catalog.ts';

export interface ListRecordingsDependencies {
  catalog: ViewerCatalog;
  clock: Clock;
}

type Query = RouteInput<typeof listRecordings>['query'];

/** Cursors of the two parts of the list: live recordings by position, all others as their store says. */
const livePrefix = 'live.';
const timePrefix = 'time.';

/** Live ones first, then all others, newest first. */
export async function showRecordings(
  { catalog, clock }: ListRecordingsDependencies,
  { query }: RouteInput<typeof listRecordings>,
): Promise<Outcome<typeof listRecordings>> {
  const { items, cursor } = query.cursor?.startsWith(timePrefix)
    ? await listOthers(catalog, query, query.cursor.slice(timePrefix.length))
    : await listFromLive(catalog, query);
  return done({ recordings: items, ...(cursor === undefined ? {} : { cursor }), serverTime: nowIso(clock) });
}

async function listFromLive(catalog: ViewerCatalog, query: Query): Promise<Page<Recording>> {
  if (query.state !== undefined && query.state !== 'live') return listOthers(catalog, query);
  const first = readPosition(query.cursor);
  const live = await catalog.listLive();
  const items = live.slice(first, first + query.limit);
  if (first + items.length < live.length) return { items, cursor: `${livePrefix}${first + items.length}` };
  if (query.state === 'live') return { items };
  const room = query.limit - items.length;
  const others = await listOthers(catalog, { ...query, limit: Math.max(room, 1) });
  if (room > 0) return { ...others, items: [...items, ...others.items] };
  return others.items.length > 0 || others.cursor !== undefined ? { items, cursor: timePrefix } : { items };
}

async function listOthers(catalog: ViewerCatalog, { limit, state }: Query, after = ''): Promise<Page<Recording>> {
  const { items, cursor } = await catalog.listByTime({
    limit,
    ...(after === '' ? {} : { cursor: after }),
    ...(state === undefined ? {} : { state }),
  });
  return cursor === undefined ? { items } : { items, cursor: `${timePrefix}${cursor}` };
}

function readPosition(cursor: string | undefined): number {
  const position = cursor?.startsWith(livePrefix) ? Number(cursor.slice(livePrefix.length)) : 0;
  return Number.isSafeInteger(position) && position >= 0 ? position : 0;
}
