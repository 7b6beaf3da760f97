import type { Kernel } from '../../kernel/types.ts';

/** Lambda tries an asynchronous event three times in all: at once, after one minute, after two more. */
const retryDelaysMs = [60_000, 120_000];
const pollMs = 1_000;

interface QueuedEvent {
  id: number;
  functionName: string;
  payload: string;
  attempts: number;
}

export interface AsyncInvocationParts {
  kernel: Kernel;
  /** Resolves to whether the function succeeded. Throws when it is throttled. */
  invoke(functionName: string, payload: string): Promise<boolean>;
}

/** Lambda's internal queue for asynchronous events: durable when accepted, retried twice, then dropped with a log line. */
export class AsyncInvocations {
  readonly #parts: AsyncInvocationParts;
  readonly #running = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AsyncInvocationParts) {
    this.#parts = parts;
    parts.kernel.database.exec(
      `CREATE TABLE IF NOT EXISTS lambda_async_events (
        id INTEGER PRIMARY KEY, function_name TEXT NOT NULL, payload TEXT NOT NULL,
        attempts INTEGER NOT NULL, due_at_ms INTEGER NOT NULL) STRICT`,
    );
  }

  start(): void {
    this.#timer = setInterval(() => this.#runDue(), pollMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async accept(functionName: string, payload: string): Promise<void> {
    const { database, now } = this.#parts.kernel;
    database
      .prepare('INSERT INTO lambda_async_events (function_name, payload, attempts, due_at_ms) VALUES (?, ?, 0, ?)')
      .run(functionName, payload, now());
    setImmediate(() => this.#runDue());
  }

  #runDue(): void {
    const rows = this.#parts.kernel.database
      .prepare(
        `SELECT id, function_name AS functionName, payload, attempts FROM lambda_async_events
         WHERE due_at_ms <= ? ORDER BY id LIMIT 50`,
      )
      .all(this.#parts.kernel.now()) as unknown as QueuedEvent[];
    for (const event of rows.filter(({ id }) => !this.#running.has(id))) {
      this.#running.add(event.id);
      void this.#run(event).finally(() => this.#running.delete(event.id));
    }
  }

  async #run(event: QueuedEvent): Promise<void> {
    const { database, now, log } = this.#parts.kernel;
    const isDone = await this.#parts.invoke(event.functionName, event.payload).catch(() => false);
    const delayMs = retryDelaysMs[event.attempts];
    if (!isDone && delayMs !== undefined) {
      database
        .prepare('UPDATE lambda_async_events SET attempts = attempts + 1, due_at_ms = ? WHERE id = ?')
        .run(now() + delayMs, event.id);
      return;
    }
    if (!isDone) log('error', 'An asynchronous event was dropped after its last attempt', { ...event, payload: '' });
    database.prepare('DELETE FROM lambda_async_events WHERE id = ?').run(event.id);
  }
}
