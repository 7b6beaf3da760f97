import type { AgentNotice, ViewerNotice } from '@afterimage/contracts';
import type { Channel } from '@afterimage/core';
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/** Notices over the WebSocket API. Each stage of an API has a management address of its own. */
export class ApiGatewayChannel implements Channel {
  readonly #client: ApiGatewayManagementApiClient;

  constructor(managementUrl: string) {
    this.#client = new ApiGatewayManagementApiClient({ endpoint: managementUrl });
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
