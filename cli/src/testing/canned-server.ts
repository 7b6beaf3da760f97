import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** Answers `METHOD /path` with what a test has put there, over real HTTP, and keeps what was asked. */
export class CannedServer {
  readonly answers = new Map<string, { status: number; body: unknown }>();
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;

  static async start(): Promise<CannedServer> {
    const canned = new CannedServer();
    await new Promise<void>((resolve) => canned.#server.listen(0, '127.0.0.1', resolve));
    return canned;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      this.seen.push({ method, path: url, authorization: headers.authorization, body });
      const answer = this.answers.get(`${method} ${url.split('?')[0]}`) ?? { status: 404, body: {} };
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
