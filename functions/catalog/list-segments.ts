import type { listSegments, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  findKeyStart,
  isErased,
  listingStart,
  momentOf,
  nowIso,
  type ObjectLocation,
  type ReadGranter,
  SegmentLocator,
  type SegmentStore,
  type StoredSegment,
  type TrackedRecording,
} from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { refuseErased } from './show-recording.ts';

export interface ListSegmentsDependencies {
  recordings: ViewerRecordings;
  segments: Pick<SegmentStore, 'list'>;
  objects: ReadGranter;
  clock: Clock;
}

type Located = ObjectLocation & { segment: StoredSegment };

/** Lists segments with the place of their bytes: files as far as they are sealed, chunks beyond. */
export async function showSegments(
  dependencies: ListSegmentsDependencies,
  { params, query }: RouteInput<typeof listSegments>,
): Promise<Outcome<typeof listSegments>> {
  const recording = await dependencies.recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) return refuseErased();
  const located = await listLocated(dependencies, recording, query);
  const page = located.slice(0, query.limit);
  return done({
    state: recording.state,
    durationMs: recording.durationMs,
    contiguousSequence: recording.contiguousSequence,
    ...(recording.finalSequence === undefined ? {} : { finalSequence: recording.finalSequence }),
    ...(await withSources(page, dependencies.objects)),
    hasMore: located.length > page.length,
    serverTime: nowIso(dependencies.clock),
  });
}

/** One more than is asked for, where there is one more. */
async function listLocated(
  { segments }: Pick<ListSegmentsDependencies, 'segments'>,
  recording: TrackedRecording,
  { around, limit, ...query }: RouteInput<typeof listSegments>['query'],
): Promise<Located[]> {
  const afterSequence =
    around === undefined
      ? query.afterSequence
      : (await findKeyStart({ recording, segments, momentMs: momentOf(recording, around) })) - 1;
  const start = listingStart(recording, afterSequence);
  const rows = await segments.list(recording.recordingId, {
    afterSequence: start,
    limit: limit + 1 + afterSequence - start,
  });
  const locator = new SegmentLocator(recording);
  return rows
    .map((segment): Located => ({ ...locator.locate(segment), segment }))
    .filter(({ segment }) => segment.sequence > afterSequence);
}

/** One URL for each object, however many of the segments it holds. */
async function withSources(page: readonly Located[], objects: ReadGranter) {
  const keys = [...new Set(page.map((located) => sourceKey(located)))];
  const indexOf = new Map(keys.map((key, index) => [key, index]));
  const firsts = keys.flatMap((key) => page.find((located) => sourceKey(located) === key) ?? []);
  const sources = await Promise.all(firsts.map((located) => objects.grant(located)));
  const segments = page.map((located) => ({
    ...located.segment,
    offset: located.offset,
    source: indexOf.get(sourceKey(located)) ?? 0,
  }));
  return { sources, segments };
}

function sourceKey({ store, objectKey }: Located): string {
  return `${store} ${objectKey}`;
}
