import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type HttpHandler = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Takes over the connection of a request to open a WebSocket; `head` is what the client sent beyond the request. */
export type UpgradeHandler = (message: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

export interface HttpListener {
  port: number;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/**
 * Listens on `host`; port 0 lets the system choose. Without `upgrade`, and for any protocol but `websocket`, a request
 * to upgrade is served as if it had not asked. Rejects with the system's error (`EADDRINUSE` …).
 */
export async function listen(
  handler: HttpHandler,
  host: string,
  port: number,
  upgrade?: UpgradeHandler,
): Promise<HttpListener> {
  const upgraded = new Set<Duplex>();
  const shouldUpgradeCallback = ({ headers }: IncomingMessage) =>
    upgrade !== undefined && headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer(
    { keepAliveTimeout: 30_000, requestTimeout: 0, shouldUpgradeCallback },
    (message, response) => {
      handler(message, response).catch(() => response.destroy());
    },
  );
  server.on('upgrade', (message, socket, head) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    upgrade?.(message, socket, head).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
