import type { AgentNotice, ViewerNotice } from '@afterimage/contracts';
import type { Channel } from '@afterimage/core';
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** Notices over the WebSocket API. The client's endpoint is the management address of the API's stage. */
export class ApiGatewayChannel implements Channel {
  readonly #client: ApiGatewayManagementApiClient;

  constructor(client: ApiGatewayManagementApiClient) {
    this.#client = client;
  }

  async post(connectionId: string, notice: AgentNotice | ViewerNotice): Promise<boolean> {
    try {
      await this.#client.send(
        new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(notice) }),
      );
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  }
}
