import { createServer, type Server, type Socket } from 'node:net';
import { type ControlAnswer, type ControlRequest, controlRequestSchema, maxRequestBytes } from './control-protocol.ts';

type Answerer = (request: ControlRequest) => Promise<ControlAnswer>;

const requestWithinMs = 5_000;
const maxConnections = 16;

/** One local socket: a line in, a line out, and the connection is over. */
export class ControlSocket {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

  /** Nobody but the owner may connect from the moment when it is there: the file is made in this turn. */
  static async listen(path: string, answer: Answerer): Promise<ControlSocket> {
    const socket = new ControlSocket(answer);
    await new Promise<void>((resolve, reject) => {
      socket.#server.once('error', reject);
      const umask = process.umask(0o177);
      socket.#server.listen(path, resolve);
      process.umask(umask);
    });
    return socket;
  }

  private constructor(answer: Answerer) {
    this.#server = createServer((connection) => {
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
      serve(connection, answer);
    });
    this.#server.maxConnections = maxConnections;
  }

  close(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function serve(connection: Socket, answer: Answerer): void {
  let text = '';
  connection.setEncoding('utf8');
  connection.on('error', () => connection.destroy());
  const timer = setTimeout(() => connection.destroy(), requestWithinMs);
  connection.once('close', () => clearTimeout(timer));
  const take = (data: string) => {
    text += data;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= maxRequestBytes) return;
    connection.off('data', take);
    clearTimeout(timer);
    void reply(connection, answer, text.slice(0, Math.max(0, Math.min(end, maxRequestBytes))));
  };
  connection.on('data', take);
}

async function reply(connection: Socket, answer: Answerer, line: string): Promise<void> {
  const request = parseRequest(line);
  try {
    const given = request ? await answer(request) : { outcome: 'bad-request', sessions: [] };
    connection.end(`${JSON.stringify(given)}\n`);
  } catch {
    connection.destroy();
  }
}

function parseRequest(line: string): ControlRequest | undefined {
  try {
    return controlRequestSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
