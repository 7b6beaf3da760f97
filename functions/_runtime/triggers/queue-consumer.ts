import * as z from 'zod';
import { createLog, describeError } from '../logger.ts';

const eventSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Handles the body of one message (undefined: no JSON), or throws: then it comes again, and in the end is a dead letter. */
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
          await handle(parseJson(body));
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

/** Undefined for what is no JSON: what that means is for the handler to say. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
