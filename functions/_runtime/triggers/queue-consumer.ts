import * as z from 'zod';
import { createLog, describeError } from '../logger.ts';

const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Handles the body of one message, or throws: then it comes again, and in the end into the dead-letter queue. */
export type MessageHandler = (body: unknown) => Promise<void>;

export interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Handles the messages of a batch side by side; a message that fails does not take its neighbours along. */
export function queueConsumer(serviceName: string, handle: MessageHandler): (event: unknown) => Promise<BatchResult> {
  const log = createLog(serviceName);
  return async (event) => {
    const { Records } = eventSchema.parse(event);
    const results = await Promise.all(
      Records.map(async ({ messageId, body }) => {
        try {
          await handle(JSON.parse(body));
          return [];
        } catch (error) {
          log.error('message failed', { messageId, ...describeError(error) });
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: results.flat() };
  };
}
