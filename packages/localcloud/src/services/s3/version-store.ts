import { randomBytes } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Blob } from './blob-store.ts';
import type { Bucket, RetentionMode } from './bucket.ts';
import type { NewVersion, ObjectAttributes, ObjectVersion, Retention } from './object-version.ts';

/** Outcome of a write: the new version, and the files that the version it replaced leaves behind. */
export interface VersionWritten {
  version: ObjectVersion;
  unusedFiles: string[];
}

type Row = Record<string, SQLOutputValue>;

/** Rows of object versions. Every method that writes must run inside a `kernel.commit`. */
export class VersionStore {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: DatabaseSync) {
    this.#statements = prepareStatements(database);
  }

  /** The newest version of a key, a delete marker included. */
  latest(bucket: string, key: string): ObjectVersion | undefined {
    return parseOptional(this.#statements.latest.get(bucket, key));
  }

  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
    return parseOptional(this.#statements.byId.get(bucket, key, versionId));
  }

  /** Adds a version as the latest; where versioning is not on it takes the place of the `null` version. */
  add(bucket: Bucket, content: NewVersion, modifiedMs: number, isDeleteMarker = false): VersionWritten {
    const versionId = bucket.settings.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
    const replaced = versionId === 'null' ? this.version(bucket.name, content.key, 'null') : undefined;
    if (replaced !== undefined) this.#statements.erase.run(replaced.sequence);
    this.#statements.demote.run(bucket.name, content.key);
    const { lastInsertRowid } = this.#statements.insert.run(
      bucket.name,
      content.key,
      versionId,
      isDeleteMarker ? 1 : 0,
      modifiedMs,
      content.sizeBytes,
      content.etag,
      content.storageClass,
      JSON.stringify(content.blobs),
      JSON.stringify(content.attributes),
      JSON.stringify(content.tags),
      content.retention?.mode ?? null,
      content.retention?.untilMs ?? null,
      content.legalHold ? 1 : 0,
    );
    const sequence = Number(lastInsertRowid);
    const version = {
      ...content,
      sequence,
      bucket: bucket.name,
      versionId,
      isLatest: true,
      isDeleteMarker,
      modifiedMs,
    };
    return { version, unusedFiles: replaced?.blobs.map((blob) => blob.file) ?? [] };
  }

  /** Removes a version for good; the newest that is left becomes the latest. Answers its files. */
  remove(version: ObjectVersion): string[] {
    this.#statements.erase.run(version.sequence);
    if (version.isLatest) this.#statements.promote.run(version.bucket, version.key);
    return version.blobs.map((blob) => blob.file);
  }

  /** Place in time of a change that leaves no row: removals come after every version there was. */
  nextSequence(): number {
    return Number(this.#statements.nextSequence.get()?.seq ?? 0);
  }

  setTags(version: ObjectVersion, tags: Record<string, string>): void {
    this.#statements.tags.run(JSON.stringify(tags), version.sequence);
  }

  setRetention(version: ObjectVersion, retention: Retention | undefined): void {
    this.#statements.retention.run(retention?.mode ?? null, retention?.untilMs ?? null, version.sequence);
  }

  setLegalHold(version: ObjectVersion, isHeld: boolean): void {
    this.#statements.legalHold.run(isHeld ? 1 : 0, version.sequence);
  }

  setStorageClass(version: ObjectVersion, storageClass: string): void {
    this.#statements.storageClass.run(storageClass, version.sequence);
  }

  /** Current objects (no delete markers) with keys from `from` on, or after it when `isExclusive`. */
  currentKeys(bucket: string, from: string, isExclusive: boolean, limit: number): ObjectVersion[] {
    const statement = isExclusive ? this.#statements.currentAfter : this.#statements.currentFrom;
    return statement.all(bucket, from, limit).map(parseVersion);
  }

  /** Versions and delete markers by key, newest first within a key: those from `prefix` on and after the given place. */
  versionsFrom(bucket: string, prefix: string, key: string, sequence: number, limit: number): ObjectVersion[] {
    return this.#statements.versionsFrom.all(bucket, prefix, key, key, sequence, limit).map(parseVersion);
  }

  hasVersions(bucket: string): boolean {
    return this.#statements.any.get(bucket) !== undefined;
  }

  /** Every file that a version names. */
  files(): Set<string> {
    const files = new Set<string>();
    for (const row of this.#statements.blobs.iterate()) {
      for (const blob of JSON.parse(String(row.blobs)) as Blob[]) files.add(blob.file);
    }
    return files;
  }
}

function prepareStatements(database: DatabaseSync) {
  const current = 'SELECT * FROM s3_version WHERE bucket = ? AND is_latest = 1 AND is_delete_marker = 0';
  return {
    latest: database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND is_latest = 1'),
    byId: database.prepare('SELECT * FROM s3_version WHERE bucket = ? AND key = ? AND version_id = ?'),
    erase: database.prepare('DELETE FROM s3_version WHERE sequence = ?'),
    demote: database.prepare('UPDATE s3_version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1'),
    promote: database.prepare(
      `UPDATE s3_version SET is_latest = 1 WHERE sequence =
         (SELECT sequence FROM s3_version WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
    ),
    insert: database.prepare(
      `INSERT INTO s3_version (bucket, key, version_id, is_latest, is_delete_marker, modified_ms, size_bytes, etag,
         storage_class, blobs, attributes, tags, lock_mode, lock_until_ms, legal_hold)
       VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    tags: database.prepare('UPDATE s3_version SET tags = ? WHERE sequence = ?'),
    retention: database.prepare('UPDATE s3_version SET lock_mode = ?, lock_until_ms = ? WHERE sequence = ?'),
    legalHold: database.prepare('UPDATE s3_version SET legal_hold = ? WHERE sequence = ?'),
    storageClass: database.prepare('UPDATE s3_version SET storage_class = ? WHERE sequence = ?'),
    currentAfter: database.prepare(`${current} AND key > ? ORDER BY key LIMIT ?`),
    currentFrom: database.prepare(`${current} AND key >= ? ORDER BY key LIMIT ?`),
    versionsFrom: database.prepare(
      `SELECT * FROM s3_version WHERE bucket = ? AND key >= ? AND (key > ? OR (key = ? AND sequence < ?))
       ORDER BY key, sequence DESC LIMIT ?`,
    ),
    nextSequence: database.prepare("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 's3_version' RETURNING seq"),
    any: database.prepare('SELECT 1 FROM s3_version WHERE bucket = ? LIMIT 1'),
    blobs: database.prepare('SELECT blobs FROM s3_version'),
  };
}

function parseOptional(row: Row | undefined): ObjectVersion | undefined {
  return row === undefined ? undefined : parseVersion(row);
}

function parseVersion(row: Row): ObjectVersion {
  const lockMode = row.lock_mode;
  return {
    sequence: Number(row.sequence),
    bucket: String(row.bucket),
    key: String(row.key),
    versionId: String(row.version_id),
    isLatest: row.is_latest === 1,
    isDeleteMarker: row.is_delete_marker === 1,
    modifiedMs: Number(row.modified_ms),
    sizeBytes: Number(row.size_bytes),
    etag: String(row.etag),
    storageClass: String(row.storage_class),
    blobs: JSON.parse(String(row.blobs)) as Blob[],
    attributes: JSON.parse(String(row.attributes)) as ObjectAttributes,
    tags: JSON.parse(String(row.tags)) as Record<string, string>,
    ...(lockMode === null
      ? {}
      : { retention: { mode: lockMode as RetentionMode, untilMs: Number(row.lock_until_ms) } }),
    legalHold: row.legal_hold === 1,
  };
}
