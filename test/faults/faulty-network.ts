import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type NetworkFault =
  | 'none'
  /** Nothing can be reached. */
  | 'cut'
  /** A few kilobytes a second. */
  | 'slow'
  /** Connections stand and bring nothing. */
  | 'half-open'
  /** Connections break after some kilobytes, in the middle of whatever they carry. */
  | 'reset';

const slowPieceBytes = 4096;
const slowPieceEveryMs = 100;

/** The line between one agent and the service: an HTTP proxy (CONNECT) that fails as lines do. */
export class FaultyNetwork {
  readonly #server: Server;
  readonly #tunnels = new Set<Tunnel>();
  #fault: NetworkFault = 'none';
  #resetAfterBytes = 0;

  static async open(): Promise<FaultyNetwork> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyNetwork(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (client) => {
      client.on('error', () => client.destroy());
      client.once('data', (head) => void this.#accept(client, head.toString('latin1')));
    });
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param resetAfterBytes for `reset`: how far a connection gets */
  fail(fault: NetworkFault, resetAfterBytes = 0): void {
    this.#fault = fault;
    this.#resetAfterBytes = resetAfterBytes;
    for (const tunnel of this.#tunnels) tunnel.fail(fault, resetAfterBytes);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const tunnel of this.#tunnels) tunnel.break();
    await closed;
  }

  /** A refusal is an answer: a proxy that hangs up instead is asked again without end. */
  async #accept(client: Socket, head: string): Promise<void> {
    const [, host, port] = /^CONNECT ([\w.]+):(\d+) /.exec(head) ?? [];
    if (this.#fault === 'cut' || host === undefined) return refuseTunnel(client);
    const service = connect(Number(port), host);
    try {
      await once(service, 'connect');
    } catch {
      return refuseTunnel(client);
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const tunnel = new Tunnel(client, service, () => this.#tunnels.delete(tunnel));
    this.#tunnels.add(tunnel);
    tunnel.fail(this.#fault, this.#resetAfterBytes);
  }
}

function refuseTunnel(client: Socket): void {
  client.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
}

/** One connection through the proxy. */
class Tunnel {
  readonly #client: Socket;
  readonly #service: Socket;
  #fault: NetworkFault = 'none';
  #bytesLeft = Number.POSITIVE_INFINITY;
  #hasSwallowed = false;

  constructor(client: Socket, service: Socket, onClosed: () => void) {
    this.#client = client;
    this.#service = service;
    this.#carry(client, service);
    this.#carry(service, client);
    client.on('close', onClosed);
  }

  fail(fault: NetworkFault, resetAfterBytes: number): void {
    this.#fault = fault;
    this.#bytesLeft = fault === 'reset' ? resetAfterBytes : Number.POSITIVE_INFINITY;
    if (fault === 'cut' || this.#hasSwallowed) this.break();
    if (fault === 'none') for (const socket of [this.#client, this.#service]) socket.resume();
  }

  break(): void {
    this.#client.destroy();
    this.#service.destroy();
  }

  #carry(from: Socket, to: Socket): void {
    from.on('data', (data: Buffer) => this.#pass(from, to, data));
    from.on('end', () => to.end());
    from.on('error', () => this.break());
    from.on('close', () => to.destroySoon());
  }

  /** What a half-open line swallows is lost; the connection can only time out or break. */
  #pass(from: Socket, to: Socket, data: Buffer): void {
    if (this.#fault === 'half-open') {
      this.#hasSwallowed = true;
      return;
    }
    this.#bytesLeft -= data.length;
    if (this.#bytesLeft < 0) {
      to.write(data.subarray(0, Math.max(0, data.length + this.#bytesLeft)));
      return void this.#client.resetAndDestroy();
    }
    if (!to.write(data)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
    if (this.#fault === 'slow') this.#pauseFor(from, (data.length / slowPieceBytes) * slowPieceEveryMs);
  }

  #pauseFor(from: Socket, durationMs: number): void {
    from.pause();
    setTimeout(() => from.resume(), durationMs).unref();
  }
}
