import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Bucket, BucketSettings } from './bucket.ts';

/** Buckets by name. They are few and read by every request, so they are held in memory over the table. */
export class BucketStore {
  readonly #buckets = new Map<string, Bucket>();
  readonly #write: StatementSync;
  readonly #erase: StatementSync;

  constructor(database: DatabaseSync) {
    this.#write = database.prepare(
      `INSERT INTO s3_bucket (name, created_ms, settings) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET settings = excluded.settings`,
    );
    this.#erase = database.prepare('DELETE FROM s3_bucket WHERE name = ?');
    for (const row of database.prepare('SELECT name, created_ms, settings FROM s3_bucket ORDER BY name').all()) {
      const bucket = parseBucket(row);
      this.#buckets.set(bucket.name, bucket);
    }
  }

  get(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  put(bucket: Bucket): void {
    this.#write.run(bucket.name, bucket.createdMs, JSON.stringify(bucket.settings));
    this.#buckets.set(bucket.name, bucket);
  }

  /** Changes some settings of a bucket and keeps the others. */
  update(bucket: Bucket, changes: Partial<BucketSettings>): Bucket {
    const updated = { ...bucket, settings: { ...bucket.settings, ...changes } };
    this.put(updated);
    return updated;
  }

  delete(name: string): void {
    this.#erase.run(name);
    this.#buckets.delete(name);
  }
}

function parseBucket(row: Record<string, SQLOutputValue>): Bucket {
  return {
    name: String(row.name),
    createdMs: Number(row.created_ms),
    settings: JSON.parse(String(row.settings)) as BucketSettings,
  };
}
