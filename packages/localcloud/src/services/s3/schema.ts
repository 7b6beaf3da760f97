import type { DatabaseSync } from 'node:sqlite';

/**
 * Tables of S3. A version's `sequence` is its place in time: the highest sequence of a key is its latest version, and
 * notifications carry it as their sequencer. `blobs` is a JSON list of `{file, sizeBytes}`: one entry for a plain
 * PUT, one for each part after a multipart upload, so completing an upload copies nothing.
 * Keys compare as UTF-8 bytes (SQLite's BINARY collation), which is the order that S3 lists in.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS s3_bucket (
    name TEXT PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    settings TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS s3_version (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version_id TEXT NOT NULL,
    is_latest INTEGER NOT NULL,
    is_delete_marker INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    blobs TEXT NOT NULL,
    attributes TEXT NOT NULL,
    tags TEXT NOT NULL,
    lock_mode TEXT,
    lock_until_ms INTEGER,
    legal_hold INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS s3_version_by_id ON s3_version (bucket, key, version_id);
  CREATE INDEX IF NOT EXISTS s3_version_by_age ON s3_version (bucket, key, sequence DESC);
  CREATE INDEX IF NOT EXISTS s3_version_latest ON s3_version (bucket, key) WHERE is_latest = 1;
  CREATE TABLE IF NOT EXISTS s3_upload (
    upload_id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    initiated_ms INTEGER NOT NULL,
    draft TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS s3_upload_by_key ON s3_upload (bucket, key, upload_id);
  CREATE TABLE IF NOT EXISTS s3_part (
    upload_id TEXT NOT NULL,
    part_number INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    checksum TEXT NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (upload_id, part_number)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS s3_outbox (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    created_ms INTEGER NOT NULL,
    bucket TEXT NOT NULL,
    target TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
`;

export function createTables(database: DatabaseSync): void {
  database.exec(tables);
}
