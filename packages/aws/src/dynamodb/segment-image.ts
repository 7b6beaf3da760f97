import { type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import type { StoredSegment } from '@afterimage/core';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { segmentRowSchema } from './dynamo-segment-store.ts';

const imageSchema = segmentRowSchema.extend({
  pk: z
    .string()
    .transform((pk) => pk.slice('REC#'.length))
    .pipe(recordingIdSchema),
});

/**
 * A segment's row as the table's stream carries it.
 * @throws ZodError for another row: the stream's filter lets only segments through
 */
export function readSegmentImage(image: Record<string, unknown>): { recordingId: RecordingId; segment: StoredSegment } {
  const { pk, data } = imageSchema.parse(unmarshall(image as Record<string, AttributeValue>));
  return { recordingId: pk, segment: data };
}
