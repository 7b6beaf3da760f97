import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

/** The service's end of the channel: one connection for a ticket, notices that somebody watches. */
export class ContractChannel {
  readonly sockets = new Set<WebSocket>();
  readonly #tickets = new Set<string>();
  readonly #upgrades = new WebSocketServer({ noServer: true });

  /** @param isOpen whether a ticket gives a connection, or a proxy stands in the way */
  attach(server: Server, isOpen: () => boolean): void {
    server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://service').searchParams.get('ticket') ?? '';
      if (!isOpen() || !this.#tickets.delete(ticket)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      this.#upgrades.handleUpgrade(request, socket, head, (opened) => {
        this.sockets.add(opened);
        opened.on('close', () => this.sockets.delete(opened));
      });
    });
  }

  openTicket(serverUrl: string): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `${serverUrl.replace('http', 'ws')}/live?ticket=${ticket}`;
  }

  tellWatched(recordingId: string, watchedUntil: string): void {
    this.tell({ version: 1, kind: 'watched', recordingId, watchedUntil, segmentMs: 500 });
  }

  tell(notice: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(notice));
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
  }
}
