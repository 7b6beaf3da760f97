import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Kernel } from '../../kernel/types.ts';
import type { Route } from '../api-gateway/api-model.ts';
import { OpenConnection } from './open-connection.ts';
import type { RouteRunner } from './route-runner.ts';
import { routeNamed, selectRoute } from './route-selection.ts';
import { disconnectEvent, messageEvent } from './websocket-event.ts';
import type { ConnectionInfo, WebSocketEventType, WebSocketExchange, WebSocketLimits } from './websocket-model.ts';

/** An id of API Gateway's form: `L0SM9cOFvHcCIhw=`. */
export function gatewayId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** All open connections: takes their messages to the routes, and tells of their end. */
export class Connections {
  readonly #kernel: Pick<Kernel, 'now' | 'log'>;
  readonly #limits: WebSocketLimits;
  readonly #run: RouteRunner;
  readonly #open = new Map<string, OpenConnection>();
  #isStopping = false;

  constructor(kernel: Pick<Kernel, 'now' | 'log'>, limits: WebSocketLimits, run: RouteRunner) {
    this.#kernel = kernel;
    this.#limits = limits;
    this.#run = run;
  }

  find(connectionId: string): OpenConnection | undefined {
    const connection = this.#open.get(connectionId);
    return connection?.isOpen ? connection : undefined;
  }

  exchange(connection: ConnectionInfo, eventType: WebSocketEventType, routeKey: string): WebSocketExchange {
    return { connection, eventType, routeKey, requestId: gatewayId(), atMs: this.#kernel.now() };
  }

  /** Takes over a socket whose `$connect` was answered with success. */
  add(info: ConnectionInfo, socket: WebSocket): void {
    const connection = new OpenConnection(info, socket, this.#limits, this.#kernel.now);
    this.#open.set(info.connectionId, connection);
    socket.on('message', (data, isBinary) => {
      if (!connection.isOpen) return;
      connection.touch();
      if (isBinary) connection.close('unsupportedData');
      else this.#receive(connection, String(data)).catch((error: unknown) => this.#report(error));
    });
    // A broken frame closes the socket, which says the rest.
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      this.#open.delete(info.connectionId);
      this.ended(info, code, reason.toString());
    });
  }

  /** Tells `$disconnect`, once, that a connection is no more. */
  ended(info: ConnectionInfo, code: number, reason: string): void {
    const route = routeNamed(info.api, '$disconnect');
    if (!route || this.#isStopping) return;
    const exchange = this.exchange(info, 'DISCONNECT', route.routeKey);
    this.#run(route, exchange, disconnectEvent(exchange, code, reason)).catch((error: unknown) => this.#report(error));
  }

  /** Cuts all connections; their routes are not told. */
  stop(): void {
    this.#isStopping = true;
    for (const connection of this.#open.values()) connection.cut();
  }

  async #receive(connection: OpenConnection, body: string): Promise<void> {
    const route = selectRoute(connection.info.api, body);
    if (!route) {
      const { requestId } = this.exchange(connection.info, 'MESSAGE', '$default');
      await reply(connection, { message: 'Forbidden', connectionId: connection.info.connectionId, requestId });
      return;
    }
    await this.#answer(connection, route, body);
  }

  async #answer(connection: OpenConnection, route: Route, body: string): Promise<void> {
    const { info } = connection;
    const exchange = this.exchange(info, 'MESSAGE', route.routeKey);
    const answer = await this.#run(route, exchange, messageEvent(exchange, body));
    if (!connection.isOpen) return;
    if (answer.isFailure) {
      const { connectionId } = info;
      await reply(connection, { message: 'Internal server error', connectionId, requestId: exchange.requestId });
    } else if (route.hasResponse && answer.body !== undefined) {
      await connection.send(answer.body);
    }
  }

  #report(error: unknown): void {
    this.#kernel.log('error', 'an event of a connection could not be handled', { reason: String(error) });
  }
}

function reply(connection: OpenConnection, message: Record<string, string>): Promise<void> {
  return connection.send(JSON.stringify(message));
}
