import type { Kernel } from '../kernel/types.ts';
import type { HttpHandler, UpgradeHandler } from './http-listener.ts';

/** Answers 503 until what is behind it is provisioned, and 500 when that fails in an unexpected way. */
export class LateHandler {
  readonly #kernel: Pick<Kernel, 'log'>;
  #handler: HttpHandler | undefined;
  #upgrade: UpgradeHandler | undefined;

  constructor(kernel: Pick<Kernel, 'log'>) {
    this.#kernel = kernel;
  }

  open(handler: HttpHandler, upgrade: UpgradeHandler | undefined): void {
    this.#handler = handler;
    this.#upgrade = upgrade;
  }

  readonly handle: HttpHandler = async (message, response) => {
    if (!this.#handler) {
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    await this.#handler(message, response).catch((error: unknown) => {
      // A client that wants no more of the answer, as browsers do of what is out of sight, is no error.
      if (!message.socket.destroyed) this.#report(error, message.method);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };

  readonly upgrade: UpgradeHandler = async (message, socket, head) => {
    if (!this.#upgrade) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    await this.#upgrade(message, socket, head).catch((error: unknown) => {
      this.#report(error, message.method);
      socket.destroy();
    });
  };

  #report(error: unknown, method = ''): void {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#kernel.log('error', 'a request could not be answered', { method, reason });
  }
}
