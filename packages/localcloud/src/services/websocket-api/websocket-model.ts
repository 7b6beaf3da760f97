import type { Api, Stage } from '../api-gateway/api-model.ts';

/** Bounds of API Gateway's WebSocket APIs. */
export interface WebSocketLimits {
  /** A connection without a message either way is closed after it. */
  idleMs: number;
  lifetimeMs: number;
  frameBytes: number;
  messageBytes: number;
}

export const awsLimits: WebSocketLimits = {
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 60 * 60_000,
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
};

/** Who opened a connection, and where: what every event of it tells. */
export interface ConnectionInfo {
  connectionId: string;
  api: Api;
  stage: Stage;
  connectedAtMs: number;
  sourceIp: string;
  userAgent: string;
}

export type WebSocketEventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** One event of a connection on its way to a route. */
export interface WebSocketExchange {
  connection: ConnectionInfo;
  eventType: WebSocketEventType;
  routeKey: string;
  requestId: string;
  atMs: number;
}
