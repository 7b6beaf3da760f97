import { type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import type { StoredSegment } from '@afterimage/core';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { segmentRowSchema } from './segment-row.ts';

const partitionSchema = z.object({
  pk: z
    .string()
    .transform((pk) => pk.slice('REC#'.length))
    .pipe(recordingIdSchema),
});

/** Segments that were stored together, in sequence. */
export interface SegmentImage {
  recordingId: RecordingId;
  segments: StoredSegment[];
}

/**
 * A row of segments as the table's stream carries it.
 * @throws ZodError for another row: the stream's filter lets only segments through
 */
export function readSegmentImage(image: Record<string, unknown>): SegmentImage {
  const row = unmarshall(image as Record<string, AttributeValue>);
  return { recordingId: partitionSchema.parse(row).pk, segments: segmentRowSchema.parse(row) };
}
