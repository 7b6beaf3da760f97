import { ApiGatewayChannel, DynamoConnectionStore, DynamoWatchStore } from '@afterimage/aws';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

/** What everybody needs who posts notices. */
export function composeChannelPoster(environment: { CONNECTIONS_TABLE: string; CHANNEL_MANAGEMENT_URL: string }) {
  const table = tableNamed(environment.CONNECTIONS_TABLE);
  const watches = new DynamoWatchStore(table);
  const connections = new DynamoConnectionStore(table);
  const client = new ApiGatewayManagementApiClient({ endpoint: environment.CHANNEL_MANAGEMENT_URL });
  return { watches, marks: watches, connections, tickets: connections, channel: new ApiGatewayChannel(client) };
}

export function composeChannel() {
  return { ...composeChannelPoster(readEnvironment('channel')), clock: systemClock };
}
