import type { listRecordedEvents, RouteInput } from '@afterimage/contracts';
import { isErased, joinPeriods, type RecordedEventStore } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { refuseErased } from './show-recording.ts';

export interface ListEventsDependencies {
  recordings: ViewerRecordings;
  events: Pick<RecordedEventStore, 'list' | 'listMarks'>;
}

/** Events in time order; idle and blocked periods are joined from their marks and set in between. */
export async function showEvents(
  { recordings, events }: ListEventsDependencies,
  { params, query }: RouteInput<typeof listRecordedEvents>,
): Promise<Outcome<typeof listRecordedEvents>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) return refuseErased();
  const place = readCursor(query.cursor);
  const [page, marks] = await Promise.all([
    events.list(params.recordingId, { limit: query.limit, ...(place.after === '' ? {} : { cursor: place.after }) }),
    events.listMarks(params.recordingId),
  ]);
  const lastMs = page.cursor === undefined ? Number.POSITIVE_INFINITY : (page.items.at(-1)?.atMs ?? place.fromMs);
  const periods = joinPeriods(marks, recording.durationMs).filter(({ atMs }) => atMs > place.fromMs && atMs <= lastMs);
  const merged = [...page.items, ...periods].sort((a, b) => a.atMs - b.atMs);
  return done({ events: merged, ...(page.cursor === undefined ? {} : { cursor: `${lastMs}.${page.cursor}` }) });
}

/** `<time up to which periods were shown>.<cursor of the store>` */
function readCursor(cursor: string | undefined): { fromMs: number; after: string } {
  const match = /^(\d+(?:\.\d+)?)\.([\w-]+)$/.exec(cursor ?? '');
  return match === null ? { fromMs: -1, after: '' } : { fromMs: Number(match[1]), after: match[2] ?? '' };
}
