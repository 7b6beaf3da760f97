import type { DatabaseSync } from 'node:sqlite';

/**
 * `owner` is `STACK/LOGICAL-ID` of the key's resource. `material` is 32 random bytes for a symmetric key and PKCS #8
 * DER for an asymmetric one; it never leaves the database but through cryptographic operations.
 */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS kms_key (
      key_id TEXT PRIMARY KEY,
      owner TEXT NOT NULL UNIQUE,
      created_ms INTEGER NOT NULL,
      spec TEXT NOT NULL,
      usage TEXT NOT NULL,
      is_enabled INTEGER NOT NULL,
      description TEXT NOT NULL,
      policy TEXT NOT NULL,
      material BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS kms_alias (
      name TEXT PRIMARY KEY,
      key_id TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT;
  `);
}
