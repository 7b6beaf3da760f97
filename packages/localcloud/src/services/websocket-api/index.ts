import type { AwsService, Kernel } from '../../kernel/types.ts';
import type { UpgradeHandler } from '../../server/http-listener.ts';
import type { Api } from '../api-gateway/api-model.ts';
import { Connections } from './connections.ts';
import type { WebSocketDependencies } from './dependencies.ts';
import { createHandshake } from './handshake.ts';
import { createManagementApi } from './management-api.ts';
import { createRouteRunner } from './route-runner.ts';
import { awsLimits, type WebSocketLimits } from './websocket-model.ts';

export interface WebSocketApi {
  /** The management API, by which functions write to connections. */
  service: AwsService;
  /** Opens connections. */
  upgrade: UpgradeHandler;
}

/** Serves the WebSocket APIs among `apis`. */
export function createWebSocketApi(
  kernel: Kernel,
  apis: ReadonlyMap<string, Api>,
  dependencies: WebSocketDependencies,
  limits: WebSocketLimits = awsLimits,
): WebSocketApi {
  const run = createRouteRunner(kernel, dependencies);
  const connections = new Connections(kernel, limits, run);
  const management = createManagementApi(kernel, apis, connections, limits.messageBytes);
  return {
    service: { ...management, close: async () => connections.stop() },
    upgrade: createHandshake({ kernel, apis, connections, run, limits }),
  };
}
