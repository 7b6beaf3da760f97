import * as z from 'zod';

const messageSchema = z.union([
  z.object({
    id: z.int(),
    result: z.record(z.string(), z.unknown()).optional(),
    error: z.object({ code: z.int(), message: z.string() }).optional(),
  }),
  z.object({
    method: z.string(),
    params: z.record(z.string(), z.unknown()).default({}),
    sessionId: z.string().optional(),
  }),
]);

export interface DevToolsEvent {
  readonly method: string;
  readonly params: Record<string, unknown>;
  /** Of the attached target; absent for the browser itself. */
  readonly sessionId: string | undefined;
}

/** The browser refused a command, or the connection ended before it answered. */
export class DevToolsError extends Error {
  readonly method: string;

  constructor(method: string, reason: string) {
    super(`${method}: ${reason}`);
    this.name = 'DevToolsError';
    this.method = method;
  }
}

interface PendingCommand {
  readonly method: string;
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** One WebSocket to a browser; sessions of its targets are flattened onto it (Target.attachToTarget, `flatten`). */
export class DevToolsConnection {
  /** Resolves when the browser has gone or `close` was called. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PendingCommand>();
  readonly #listeners = new Set<(event: DevToolsEvent) => void>();
  #lastId = 0;

  /** @throws DevToolsError when nothing answers at the URL */
  static open(webSocketUrl: string): Promise<DevToolsConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(webSocketUrl);
      const connection = new DevToolsConnection(socket);
      socket.addEventListener('open', () => resolve(connection), { once: true });
      socket.addEventListener('error', () => reject(new DevToolsError('connect', 'no browser answers')), {
        once: true,
      });
    });
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (message) => this.#receive(String(message.data)));
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', () => {
        this.#rejectPending();
        resolve();
      });
    });
  }

  /** @throws DevToolsError */
  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new DevToolsError(method, 'the connection is closed'));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  /** @returns removes the listener */
  onEvent(listener: (event: DevToolsEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  #receive(text: string): void {
    const message = messageSchema.safeParse(JSON.parse(text));
    if (!message.success) return;
    if ('method' in message.data) {
      const { method, params, sessionId } = message.data;
      for (const listener of this.#listeners) listener({ method, params, sessionId });
      return;
    }
    const pending = this.#pending.get(message.data.id);
    this.#pending.delete(message.data.id);
    if (message.data.error) pending?.reject(new DevToolsError(pending.method, message.data.error.message));
    else pending?.resolve(message.data.result ?? {});
  }

  #rejectPending(): void {
    for (const { method, reject } of this.#pending.values()) reject(new DevToolsError(method, 'the browser has gone'));
    this.#pending.clear();
  }
}
