import type { DatabaseSync } from 'node:sqlite';
import { diskFull } from '../faults/fault-plan.ts';

interface PendingWork {
  run(): void;
  committed(): void;
  failed(error: unknown): void;
}

/**
 * Shares one disk flush between the writes of many requests. All work that was handed in since the last turn of the
 * event loop runs in one transaction, each piece in its own savepoint; nothing stays open between turns, so services
 * may use transactions of their own beside it.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #isDiskFull: () => boolean;
  #pending: PendingWork[] = [];
  #isClosed = false;

  constructor(database: DatabaseSync, isDiskFull: () => boolean = () => false) {
    this.#database = database;
    this.#isDiskFull = isDiskFull;
  }

  /**
   * Resolves with what `work` returned, once it is durable; a throwing `work` is rolled back alone. After `close`
   * nothing is done and nobody is answered: whoever asks then is about to end as well.
   */
  commit<T>(work: () => T): Promise<T> {
    if (this.#isClosed) return new Promise<T>(() => {});
    return new Promise<T>((resolve, reject) => {
      let result: { value: T } | undefined;
      if (this.#pending.length === 0) setImmediate(() => this.flush());
      this.#pending.push({
        run: () => {
          result = { value: work() };
        },
        committed: () => {
          if (result) resolve(result.value);
        },
        failed: reject,
      });
    });
  }

  /** Runs what is pending, and no more after it; the database may then be closed. */
  close(): void {
    this.flush();
    this.#isClosed = true;
  }

  /** Runs what is pending now. */
  flush(): void {
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length === 0) return;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const succeeded = batch.filter((work) => this.#runInSavepoint(work));
      if (this.#isDiskFull()) throw diskFull();
      this.#database.exec('COMMIT');
      for (const work of succeeded) work.committed();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const work of batch) work.failed(error);
    }
  }

  #runInSavepoint(work: PendingWork): boolean {
    this.#database.exec('SAVEPOINT work');
    try {
      work.run();
      this.#database.exec('RELEASE work');
      return true;
    } catch (error) {
      this.#database.exec('ROLLBACK TO work; RELEASE work');
      work.failed(error);
      return false;
    }
  }
}
