import { type BusEvent, type BusEventType, busEventSource, busEvents } from '@afterimage/contracts';
import * as z from 'zod';
import { createLog, describeError } from '../logger.ts';

const connectionSchema = z.object({
  requestContext: z.object({
    eventType: z.enum(['CONNECT', 'DISCONNECT', 'MESSAGE']),
    connectionId: z.string().min(1),
  }),
  queryStringParameters: z.object({ ticket: z.string().max(200).optional() }).nullish(),
});
const busTypes = Object.keys(busEvents) as [BusEventType, ...BusEventType[]];
const busSchema = z
  .object({ source: z.literal(busEventSource), 'detail-type': z.enum(busTypes), detail: z.unknown() })
  .transform((event): BusEvent => {
    const type = event['detail-type'];
    return { type, detail: busEvents[type].parse(event.detail) } as BusEvent;
  });
const eventSchema = z.union([connectionSchema, busSchema]);

export interface ChannelHandlers {
  /** Whether they may come in. */
  connected(connection: { connectionId: string; ticket: string | undefined }): Promise<boolean>;
  disconnected(connectionId: string): Promise<void>;
  happened(event: BusEvent): Promise<void>;
}

/** Both sides of the channel: what API Gateway says of its connections, and what the bus says of recordings. */
export function channelConsumer(
  serviceName: string,
  handlers: ChannelHandlers,
): (event: unknown) => Promise<{ statusCode: number }> {
  const log = createLog(serviceName);
  return async (raw) => {
    try {
      return { statusCode: await handle(handlers, eventSchema.parse(raw)) };
    } catch (error) {
      log.error('event failed', describeError(error));
      throw error;
    }
  };
}

async function handle(handlers: ChannelHandlers, event: z.output<typeof eventSchema>): Promise<number> {
  if (!('requestContext' in event)) {
    await handlers.happened(event);
    return 200;
  }
  const { eventType, connectionId } = event.requestContext;
  if (eventType === 'CONNECT') {
    const ticket = event.queryStringParameters?.ticket;
    return (await handlers.connected({ connectionId, ticket })) ? 200 : 403;
  }
  if (eventType === 'DISCONNECT') await handlers.disconnected(connectionId);
  // What clients send only keeps their connection open.
  return 200;
}
