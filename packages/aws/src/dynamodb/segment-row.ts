import { base64Schema, type RecordingId } from '@afterimage/contracts';
import { decodeBase64, packSegments, type StoredSegment, unpackSegments } from '@afterimage/core';
import * as z from 'zod';
import { padSequence } from './dynamo-table.ts';

/** Segments that were stored together, as the table and its stream have them; the stream's binary values are base64. */
export const segmentRowSchema = z
  .object({
    data: z.object({
      objectKey: z.string(),
      packed: z.union([z.instanceof(Uint8Array), base64Schema.transform(decodeBase64)]),
    }),
  })
  .transform(({ data: { objectKey, packed } }) => unpackSegments(packed, objectKey));

/** Rows of one recording never overlap, so that the first whose last sequence is not below a number holds that number. */
export const segmentRowKey = (recordingId: RecordingId, lastSequence: number) => ({
  pk: `REC#${recordingId}`,
  sk: `SEG#${padSequence(lastSequence)}`,
});

/** A row for each run of neighbours: one, unless something between them was stored before. They come in sequence. */
export function toSegmentItems(recordingId: RecordingId, segments: readonly StoredSegment[]) {
  const runs: StoredSegment[][] = [];
  for (const segment of segments) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNext = last?.sequence === segment.sequence - 1 && last.objectKey === segment.objectKey;
    if (run !== undefined && isNext) run.push(segment);
    else runs.push([segment]);
  }
  return runs.map((run) => {
    const last = run.at(-1) ?? { sequence: 0, objectKey: '' };
    return {
      ...segmentRowKey(recordingId, last.sequence),
      hasEvents: run.some(({ hasEvents }) => hasEvents),
      data: { objectKey: last.objectKey, packed: packSegments(run) },
    };
  });
}
