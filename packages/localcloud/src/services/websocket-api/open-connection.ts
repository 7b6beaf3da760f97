import type { WebSocket } from 'ws';
import type { ConnectionInfo, WebSocketLimits } from './websocket-model.ts';

/** Close codes of RFC 6455, section 7.4.1. */
const closeCodes = { normal: 1000, goingAway: 1001, unsupportedData: 1003, tooBig: 1009 } as const;
type CloseReason = keyof typeof closeCodes;

const reasons: Record<CloseReason, string> = {
  normal: '',
  goingAway: 'Going away',
  unsupportedData: 'Binary frames are not supported',
  tooBig: 'Frame too large',
};

/** A socket with API Gateway's idle time and lifetime. */
export class OpenConnection {
  readonly info: ConnectionInfo;
  readonly #socket: WebSocket;
  readonly #now: () => number;
  readonly #lifetime: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  #lastActiveAtMs: number;

  constructor(info: ConnectionInfo, socket: WebSocket, limits: WebSocketLimits, now: () => number) {
    this.info = info;
    this.#socket = socket;
    this.#now = now;
    this.#lastActiveAtMs = info.connectedAtMs;
    this.#lifetime = setTimeout(() => this.close('goingAway'), limits.lifetimeMs).unref();
    this.#idle = setTimeout(() => this.close('goingAway'), limits.idleMs).unref();
    socket.once('close', () => this.#stopTimers());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get lastActiveAtMs(): number {
    return this.#lastActiveAtMs;
  }

  /** Notes that a message came or went. */
  touch(): void {
    this.#lastActiveAtMs = this.#now();
    this.#idle.refresh();
  }

  /** Resolves once the message is written to the socket. Errors: the socket is closing. */
  send(text: string): Promise<void> {
    this.touch();
    return new Promise((resolve, reject) => {
      this.#socket.send(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(why: CloseReason): void {
    this.#stopTimers();
    this.#socket.close(closeCodes[why], reasons[why]);
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #stopTimers(): void {
    clearTimeout(this.#lifetime);
    clearTimeout(this.#idle);
  }
}
