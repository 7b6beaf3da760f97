import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Raise it when a table changes in a way that an older data directory cannot be read with. */
const schemaVersion = 1;

/** SQLite's result code for a database that somebody else has locked. */
const sqliteBusy = 5;

export const databaseFileName = 'localcloud.sqlite';

/**
 * Opens `DATA/localcloud.sqlite` and holds an exclusive lock on it for as long as it is open; the system frees the lock
 * when the process dies. Every commit reaches the disk before it returns (WAL, `synchronous=FULL`).
 * Errors: another process has the directory open; the directory was written by another schema version.
 */
export function openDatabase(dataDirectory: string): DatabaseSync {
  mkdirSync(dataDirectory, { recursive: true });
  const database = new DatabaseSync(join(dataDirectory, databaseFileName));
  try {
    lock(database, dataDirectory);
    database.exec('CREATE TABLE IF NOT EXISTS kernel_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    checkSchemaVersion(database, dataDirectory);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Errors: another process has the directory open. */
export function assertNotInUse(dataDirectory: string): void {
  const database = new DatabaseSync(join(dataDirectory, databaseFileName));
  try {
    lock(database, dataDirectory);
  } finally {
    database.close();
  }
}

function lock(database: DatabaseSync, dataDirectory: string): void {
  try {
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
    database.exec('BEGIN IMMEDIATE; COMMIT');
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw new Error(`The data directory ${dataDirectory} is in use by another localcloud.`, { cause: error });
  }
}

export function readMeta(database: DatabaseSync, name: string): string | undefined {
  const row = database.prepare('SELECT value FROM kernel_meta WHERE name = ?').get(name);
  return typeof row?.value === 'string' ? row.value : undefined;
}

export function writeMeta(database: DatabaseSync, name: string, value: string): void {
  database
    .prepare(
      'INSERT INTO kernel_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    .run(name, value);
}

function checkSchemaVersion(database: DatabaseSync, dataDirectory: string): void {
  const found = readMeta(database, 'schema-version');
  if (found === undefined) writeMeta(database, 'schema-version', String(schemaVersion));
  else if (found !== String(schemaVersion)) {
    throw new Error(
      `The data directory ${dataDirectory} has schema version ${found}, this localcloud needs ${schemaVersion}. Start with --reset to clear it.`,
    );
  }
}

function isLocked(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === sqliteBusy;
}
