import type { DatabaseSync } from 'node:sqlite';

/** `pk` and `sk` are ordered bytes (see key-codec.ts), `item` is wire-form JSON, `expires_s` is the time-to-live in epoch seconds. */
const schema = `
CREATE TABLE IF NOT EXISTS ddb_tables (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL, definition TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS ddb_indexes (
  id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
  UNIQUE (table_id, name)
) STRICT;
CREATE TABLE IF NOT EXISTS ddb_items (
  id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL,
  item TEXT NOT NULL, size INTEGER NOT NULL, expires_s INTEGER
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS ddb_items_key ON ddb_items (table_id, pk, sk);
CREATE INDEX IF NOT EXISTS ddb_items_expiry ON ddb_items (expires_s) WHERE expires_s IS NOT NULL;
CREATE TABLE IF NOT EXISTS ddb_index_entries (
  index_id INTEGER NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL, item_pk BLOB NOT NULL, item_sk BLOB NOT NULL,
  item_id INTEGER NOT NULL, PRIMARY KEY (index_id, pk, sk, item_pk, item_sk)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ddb_stream_records (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, table_id INTEGER NOT NULL, created_ms INTEGER NOT NULL,
  partition_key TEXT NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ddb_stream_records_table ON ddb_stream_records (table_id, sequence);
CREATE INDEX IF NOT EXISTS ddb_stream_records_age ON ddb_stream_records (created_ms);
CREATE TABLE IF NOT EXISTS ddb_transaction_tokens (
  token TEXT PRIMARY KEY, digest TEXT NOT NULL, expires_ms INTEGER NOT NULL
) STRICT;
`;

export function createSchema(database: DatabaseSync): void {
  database.exec(schema);
}
