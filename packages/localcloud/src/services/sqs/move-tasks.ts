import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/types.ts';
import { Statements } from '../statements.ts';
import { sqsError } from './errors.ts';
import type { SqsParts } from './message-flow.ts';
import type { Queue } from './queue.ts';

const schema = `
CREATE TABLE IF NOT EXISTS sqs_move_tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL UNIQUE, source TEXT NOT NULL, destination TEXT,
  per_second INTEGER, started_ms INTEGER NOT NULL, to_move INTEGER NOT NULL, moved INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL, failure TEXT
) STRICT;
`;

const stepMs = 1000;
const defaultPerStep = 500;
const batchSize = 100;

/** Dead-letter redrives. A task is a row, worked off step by step, so that it goes on after a restart. */
export class MoveTasks {
  private readonly parts: SqsParts;
  private readonly statements: Statements;
  private timer: NodeJS.Timeout | undefined;
  private stepping: Promise<void> = Promise.resolve();

  constructor(parts: SqsParts) {
    this.parts = parts;
    parts.kernel.database.exec(schema);
    this.statements = new Statements(parts.kernel.database);
    this.timer = setInterval(() => this.wake(), stepMs);
    this.timer.unref();
  }

  /** Errors: UnsupportedOperation when a task of the queue is running already. */
  async start(source: Queue, destination: Queue | undefined, perSecond: number | undefined): Promise<string> {
    const { kernel, messages } = this.parts;
    const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn })).toString('base64');
    await kernel.commit(() => {
      const running = this.statements
        .get("SELECT 1 FROM sqs_move_tasks WHERE source = ? AND status = 'RUNNING'")
        .get(source.name);
      if (running !== undefined) {
        throw sqsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      this.statements
        .get(
          `INSERT INTO sqs_move_tasks (handle, source, destination, per_second, started_ms, to_move, status)
           VALUES (?, ?, ?, ?, ?, ?, 'RUNNING')`,
        )
        .run(
          handle,
          source.name,
          destination?.name ?? null,
          perSecond ?? null,
          kernel.now(),
          messages.counts(source, kernel.now()).visible,
        );
    });
    this.wake();
    return handle;
  }

  /** Newest first. */
  list(source: Queue, most: number): Record<string, unknown>[] {
    const rows = this.statements
      .get('SELECT * FROM sqs_move_tasks WHERE source = ? ORDER BY id DESC LIMIT ?')
      .all(source.name, most);
    return rows.map((row) => ({
      ...(row.status === 'RUNNING' ? { TaskHandle: row.handle } : {}),
      Status: row.status,
      SourceArn: source.arn,
      ...(row.destination === null ? {} : { DestinationArn: this.parts.catalog.find(String(row.destination))?.arn }),
      ...(row.per_second === null ? {} : { MaxNumberOfMessagesPerSecond: row.per_second }),
      ApproximateNumberOfMessagesMoved: row.moved,
      ApproximateNumberOfMessagesToMove: row.to_move,
      ...(row.failure === null ? {} : { FailureReason: row.failure }),
      StartedTimestamp: row.started_ms,
    }));
  }

  /** Which queue a handle's task reads from. Errors: ResourceNotFoundException. */
  sourceOf(handle: string): string {
    const row = this.statements.get('SELECT source FROM sqs_move_tasks WHERE handle = ?').get(handle);
    if (row === undefined) throw new AwsError('ResourceNotFoundException', 404, 'Task does not exist.');
    return String(row.source);
  }

  /** Answers how many messages were moved before. Errors: UnsupportedOperation when the task is over. */
  cancel(handle: string): Promise<number> {
    return this.parts.kernel.commit(() => {
      const row = this.statements
        .get("UPDATE sqs_move_tasks SET status = 'CANCELLED' WHERE handle = ? AND status = 'RUNNING' RETURNING moved")
        .get(handle);
      if (row === undefined) throw sqsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
      return Number(row.moved);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.stepping;
  }

  private wake(): void {
    this.stepping = this.stepping
      .then(() => this.step())
      .catch((error: unknown) => {
        this.parts.kernel.log('error', 'dead-letter redrive failed', { error: String(error) });
      });
  }

  private async step(): Promise<void> {
    const rows = this.statements.get("SELECT * FROM sqs_move_tasks WHERE status = 'RUNNING'").all();
    for (const row of rows) {
      let left = Number(row.per_second ?? defaultPerStep);
      while (left > 0 && this.timer !== undefined) {
        const moved = await this.moveBatch(Number(row.id), Math.min(left, batchSize));
        if (moved === 0) break;
        left -= moved;
      }
    }
  }

  private async moveBatch(taskId: number, most: number): Promise<number> {
    const { kernel, arrivals } = this.parts;
    const reached = await kernel.commit(() => this.moveNow(taskId, most));
    for (const name of new Set(reached)) arrivals.announce(name);
    return reached.length;
  }

  private moveNow(taskId: number, most: number): string[] {
    const { kernel, catalog, messages } = this.parts;
    const row = this.statements.get("SELECT * FROM sqs_move_tasks WHERE id = ? AND status = 'RUNNING'").get(taskId);
    const source = catalog.find(String(row?.source));
    if (row === undefined || source === undefined) return [];
    const destination = row.destination === null ? undefined : catalog.find(String(row.destination));
    const budget = Math.min(most, Number(row.to_move) - Number(row.moved));
    const reached = budget > 0 ? messages.redrive(source, destination, budget, kernel.now()) : [];
    const status = reached.length === 0 ? 'COMPLETED' : 'RUNNING';
    this.statements
      .get('UPDATE sqs_move_tasks SET moved = moved + ?, status = ? WHERE id = ?')
      .run(reached.length, status, taskId);
    return reached;
  }
}
