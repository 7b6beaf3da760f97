import type { DatabaseSync } from 'node:sqlite';
import { Statements } from '../statements.ts';
import { attributeOf, type Item, itemSizeBytes, itemsAreEqual } from './attribute-value.ts';
import { validationError } from './errors.ts';
import { IndexEntries } from './index-entries.ts';
import type { EncodedKey } from './key-codec.ts';
import type { ItemChange, StreamLog } from './stream-log.ts';
import type { Table } from './table-definition.ts';

export interface StoredItem {
  id: number;
  item: Item;
  sizeBytes: number;
}

/** What a write moved, for the capacity it costs. */
export interface WriteEffect {
  /** The larger of the item's sizes before and after; 0 when there was and is none. */
  sizeBytes: number;
  /** Write units by index name, only where an index changed. */
  indexUnits: ReadonlyMap<string, number>;
}

const largestItemBytes = 400 * 1024;

/** Items of all tables. Writes keep the indexes and the stream in step and must run inside a transaction. */
export class ItemStore {
  private readonly statements: Statements;
  private readonly indexEntries: IndexEntries;
  private readonly streams: StreamLog;

  constructor(database: DatabaseSync, streams: StreamLog) {
    this.statements = new Statements(database);
    this.indexEntries = new IndexEntries(this.statements);
    this.streams = streams;
  }

  get(table: Table, key: EncodedKey): StoredItem | undefined {
    const row = this.statements
      .get('SELECT id, item, size FROM ddb_items WHERE table_id = ? AND pk = ? AND sk = ?')
      .get(table.id, key.partition, key.sort);
    return row && { id: Number(row.id), item: JSON.parse(String(row.item)), sizeBytes: Number(row.size) };
  }

  put(table: Table, key: EncodedKey, before: StoredItem | undefined, after: Item): WriteEffect {
    const sizeBytes = itemSizeBytes(after);
    if (sizeBytes > largestItemBytes) throw validationError('Item size has exceeded the maximum allowed size');
    const id = this.store(table, key, before, after, sizeBytes);
    const stored = { id, item: after, sizeBytes };
    const indexUnits = this.indexEntries.change(table, key, before, stored);
    if (before === undefined || !itemsAreEqual(before.item, after)) {
      this.streams.append(table, { before: before?.item, after, cause: 'request' });
    }
    return { sizeBytes: Math.max(sizeBytes, before?.sizeBytes ?? 0), indexUnits };
  }

  delete(
    table: Table,
    key: EncodedKey,
    before: StoredItem | undefined,
    cause: ItemChange['cause'] = 'request',
  ): WriteEffect {
    if (before === undefined) return { sizeBytes: 0, indexUnits: new Map() };
    this.statements.get('DELETE FROM ddb_items WHERE id = ?').run(before.id);
    const indexUnits = this.indexEntries.change(table, key, before, undefined);
    this.streams.append(table, { before: before.item, after: undefined, cause });
    return { sizeBytes: before.sizeBytes, indexUnits };
  }

  private store(table: Table, key: EncodedKey, before: StoredItem | undefined, after: Item, sizeBytes: number): number {
    const expiresS = expirySeconds(table, after);
    const json = JSON.stringify(after);
    if (before !== undefined) {
      this.statements
        .get('UPDATE ddb_items SET item = ?, size = ?, expires_s = ? WHERE id = ?')
        .run(json, sizeBytes, expiresS, before.id);
      return before.id;
    }
    const { lastInsertRowid } = this.statements
      .get('INSERT INTO ddb_items (table_id, pk, sk, item, size, expires_s) VALUES (?, ?, ?, ?, ?, ?)')
      .run(table.id, key.partition, key.sort, json, sizeBytes, expiresS);
    return Number(lastInsertRowid);
  }
}

/** The time-to-live in epoch seconds; null for items without one, or with one that is no number. */
export function expirySeconds(table: Table, item: Item): number | null {
  const value = table.timeToLiveAttribute === undefined ? undefined : attributeOf(item, table.timeToLiveAttribute);
  if (value === undefined || !('N' in value)) return null;
  const seconds = Math.floor(Number(value.N));
  return Number.isSafeInteger(seconds) ? seconds : null;
}
