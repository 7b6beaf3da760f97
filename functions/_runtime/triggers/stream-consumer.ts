import * as z from 'zod';
import { createLog, describeError } from '../logger.ts';
import type { BatchResult } from './queue-consumer.ts';

const eventSchema = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.unknown()).optional() }),
    }),
  ),
});

/** @param position of the change in the stream; it rises from one change of a row's partition to the next */
export type ImageHandler = (image: Record<string, unknown>, position: string) => Promise<void>;

/** Handles new rows in order; the first that fails and all behind it come again. */
export function streamConsumer(serviceName: string, handle: ImageHandler): (event: unknown) => Promise<BatchResult> {
  const log = createLog(serviceName);
  return async (event) => {
    for (const { dynamodb } of eventSchema.parse(event).Records) {
      try {
        if (dynamodb.NewImage !== undefined) await handle(dynamodb.NewImage, dynamodb.SequenceNumber);
      } catch (error) {
        log.error('row failed', { sequenceNumber: dynamodb.SequenceNumber, ...describeError(error) });
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
