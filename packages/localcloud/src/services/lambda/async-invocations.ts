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
  readonly #running = new Map<number, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

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

  /** Begins no event any more. One that the stop interrupts stays in the queue as if it had not been tried. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  async finished(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  async accept(functionName: string, payload: string): Promise<void> {
    const { database, now, commit } = this.#parts.kernel;
    const insert = database.prepare(
      'INSERT INTO lambda_async_events (function_name, payload, attempts, due_at_ms) VALUES (?, ?, 0, ?)',
    );
    await commit(() => insert.run(functionName, payload, now()));
    setImmediate(() => this.#runDue());
  }

  #runDue(): void {
    if (this.#isStopped) return;
    const rows = this.#parts.kernel.database
      .prepare(
        `SELECT id, function_name AS functionName, payload, attempts FROM lambda_async_events
         WHERE due_at_ms <= ? ORDER BY id LIMIT 50`,
      )
      .all(this.#parts.kernel.now()) as unknown as QueuedEvent[];
    for (const event of rows.filter(({ id }) => !this.#running.has(id))) {
      const run = this.#run(event).finally(() => this.#running.delete(event.id));
      this.#running.set(event.id, run);
    }
  }

  async #run(event: QueuedEvent): Promise<void> {
    const { database, now, log } = this.#parts.kernel;
    const isDone = await this.#parts.invoke(event.functionName, event.payload).catch(() => false);
    if (!isDone && this.#isStopped) return;
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
