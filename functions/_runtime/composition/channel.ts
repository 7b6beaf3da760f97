import { ApiGatewayChannel, DynamoConnectionStore, DynamoWatchStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

/** What everybody needs who posts notices. */
export function composeChannelPoster(environment: { CONNECTIONS_TABLE: string; CHANNEL_MANAGEMENT_URL: string }) {
  const table = tableNamed(environment.CONNECTIONS_TABLE);
  const watches = new DynamoWatchStore(table);
  const connections = new DynamoConnectionStore(table);
  const channel = new ApiGatewayChannel(environment.CHANNEL_MANAGEMENT_URL);
  return { watches, marks: watches, connections, tickets: connections, channel };
}

export function composeChannel() {
  return { ...composeChannelPoster(readEnvironment('channel')), clock: systemClock };
}
