import type { StatementSync } from 'node:sqlite';
import type { Deliveries, Kernel, Principal } from '../../kernel/types.ts';
import { bucketArn } from './bucket.ts';

/** Where a notification goes: a queue, or the account's default event bus. */
export type NotificationTarget = { kind: 'queue'; arn: string } | { kind: 'bus'; arn: string };

interface OutboxRow {
  sequence: number;
  createdMs: number;
  bucket: string;
  target: NotificationTarget;
  body: string;
}

const batchSize = 64;
const firstRetryMs = 200;
const longestRetryMs = 30_000;
/** After a day of refusals (the queue is gone) a notification is given up, loudly. */
const giveUpAfterMs = 24 * 3600 * 1000;

/**
 * Notifications on their way. A row is written in the transaction of the change that it tells of and erased after the
 * target has stored it, so a crash in between delivers twice and never loses one. Order is kept only among what is
 * delivered at the first try, which is more than S3 promises.
 */
export class NotificationOutbox {
  readonly #kernel: Kernel;
  readonly #deliveries: Pick<Deliveries, 'sendToQueue' | 'putEvent'>;
  readonly #insert: StatementSync;
  readonly #batch: StatementSync;
  readonly #erase: StatementSync;
  #draining: Promise<void> | undefined;
  #isClosed = false;
  #retryMs = firstRetryMs;
  #timer: NodeJS.Timeout | undefined;

  constructor(kernel: Kernel, deliveries: Pick<Deliveries, 'sendToQueue' | 'putEvent'>) {
    const { database } = kernel;
    this.#kernel = kernel;
    this.#deliveries = deliveries;
    this.#insert = database.prepare('INSERT INTO s3_outbox (created_ms, bucket, target, body) VALUES (?, ?, ?, ?)');
    this.#batch = database.prepare('SELECT * FROM s3_outbox WHERE sequence > ? ORDER BY sequence LIMIT ?');
    this.#erase = database.prepare('DELETE FROM s3_outbox WHERE sequence = ?');
  }

  /** Must run inside the commit of the change; delivery starts once that commit is done. */
  add(bucket: string, target: NotificationTarget, body: unknown): void {
    this.#insert.run(this.#kernel.now(), bucket, JSON.stringify(target), JSON.stringify(body));
    setImmediate(() => this.wake());
  }

  /** Delivers what is waiting, from the last run too. */
  wake(): void {
    if (this.#isClosed || this.#draining !== undefined) return;
    clearTimeout(this.#timer);
    this.#draining = this.#drain()
      .then((hasFailed) => this.#afterDrain(hasFailed))
      .catch((error: unknown) => {
        this.#draining = undefined;
        this.#kernel.log('error', 'S3 notifications could not be delivered', { error: String(error) });
        this.#retryLater();
      });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#draining;
  }

  #afterDrain(hasFailed: boolean): void {
    this.#draining = undefined;
    if (hasFailed) {
      this.#retryLater();
      return;
    }
    this.#retryMs = firstRetryMs;
    if (this.#batch.get(0, 1) !== undefined) this.wake();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.wake(), this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  /** One pass over the waiting rows, whose number bounds it. Answers whether any delivery failed. */
  async #drain(): Promise<boolean> {
    let hasFailed = false;
    for (let after = 0; !this.#isClosed; ) {
      const rows = this.#batch.all(after, batchSize).map(parseRow);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.sequence;
      const delivered = await Promise.all(rows.map((row) => this.#deliver(row)));
      const done = rows.filter((_, index) => delivered[index] === true);
      hasFailed ||= done.length < rows.length;
      await this.#kernel.commit(() => {
        for (const row of done) this.#erase.run(row.sequence);
      });
    }
    return hasFailed;
  }

  async #deliver(row: OutboxRow): Promise<boolean> {
    const principal: Principal = {
      kind: 'service',
      arn: bucketArn(row.bucket),
      accessKeyId: '',
      service: 's3.amazonaws.com',
    };
    try {
      if (row.target.kind === 'queue') await this.#deliveries.sendToQueue(row.target.arn, row.body, principal);
      else await this.#deliveries.putEvent(row.target.arn, parseEvent(row.body), principal);
      return true;
    } catch (error) {
      const isGivenUp = this.#kernel.now() - row.createdMs > giveUpAfterMs;
      this.#kernel.log(isGivenUp ? 'error' : 'warn', 'S3 notification was not taken', {
        bucket: row.bucket,
        target: row.target.arn,
        isGivenUp,
        error: String(error),
      });
      return isGivenUp;
    }
  }
}

function parseEvent(body: string): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}

function parseRow(row: Record<string, unknown>): OutboxRow {
  return {
    sequence: Number(row.sequence),
    createdMs: Number(row.created_ms),
    bucket: String(row.bucket),
    target: JSON.parse(String(row.target)) as NotificationTarget,
    body: String(row.body),
  };
}
