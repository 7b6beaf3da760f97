import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Kernel } from '../../kernel/types.ts';
import type { UpgradeHandler } from '../../server/http-listener.ts';
import type { Api, Stage } from '../api-gateway/api-model.ts';
import { type Connections, gatewayId } from './connections.ts';
import { FrameLimit } from './frame-limit.ts';
import type { RouteAnswer, RouteRunner } from './route-runner.ts';
import { routeNamed } from './route-selection.ts';
import { connectEvent } from './websocket-event.ts';
import type { ConnectionInfo, WebSocketLimits } from './websocket-model.ts';

export interface HandshakeParts {
  kernel: Pick<Kernel, 'now'>;
  apis: ReadonlyMap<string, Api>;
  connections: Connections;
  run: RouteRunner;
  limits: WebSocketLimits;
}

/** Without a `$connect` route everybody may connect. */
const welcome: RouteAnswer = { status: 200, isFailure: false, headers: {}, body: undefined };

/** Opens connections at `/_execute-api/API/STAGE` for whom `$connect` lets in. */
export function createHandshake({ kernel, apis, connections, run, limits }: HandshakeParts): UpgradeHandler {
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: (_offered, message) => subprotocols.get(message) ?? false,
  });

  async function askRoute(info: ConnectionInfo, message: IncomingMessage): Promise<RouteAnswer> {
    const route = routeNamed(info.api, '$connect');
    if (!route) return welcome;
    const exchange = connections.exchange(info, 'CONNECT', route.routeKey);
    return run(route, exchange, connectEvent(exchange, message));
  }

  return async (message, socket, head) => {
    const place = locate(apis, message);
    if (!place) return refuse(socket, 403, JSON.stringify({ message: 'Forbidden' }));
    const info: ConnectionInfo = {
      connectionId: gatewayId(),
      ...place,
      connectedAtMs: kernel.now(),
      sourceIp: (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
      userAgent: message.headers['user-agent'] ?? '',
    };
    const answer = await askRoute(info, message);
    if (answer.status < 200 || answer.status > 299) return refuse(socket, answer.status, refusalBody(answer));
    if (socket.destroyed) return connections.ended(info, 1006, '');
    const subprotocol = answer.headers['sec-websocket-protocol'];
    if (subprotocol !== undefined) subprotocols.set(message, subprotocol);
    const frames = new FrameLimit(limits.frameBytes);
    server.handleUpgrade(message, socket, head, (webSocket) => {
      connections.add(info, webSocket);
      socket.prependListener('data', (bytes: Buffer) => {
        if (frames.isExceededBy(bytes)) connections.find(info.connectionId)?.close('tooBig');
      });
    });
  };
}

/** An API and its stage by the path of a request; undefined for anything but a WebSocket API that has the stage. */
function locate(apis: ReadonlyMap<string, Api>, { url = '' }: IncomingMessage): { api: Api; stage: Stage } | undefined {
  const [, apiId = '', stageName = ''] = /^\/_execute-api\/([a-z0-9]+)\/([^/?]+)\/?(?:\?|$)/.exec(url) ?? [];
  const api = apis.get(apiId);
  const stage = api?.stages.get(stageName);
  return api?.protocol === 'WEBSOCKET' && stage ? { api, stage } : undefined;
}

function refusalBody({ isFailure, body }: RouteAnswer): string {
  return body ?? (isFailure ? JSON.stringify({ message: 'Internal server error' }) : '');
}

function refuse(socket: Duplex, status: number, body: string): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
