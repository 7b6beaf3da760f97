import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { Statements } from '../statements.ts';
import type { Item } from './attribute-value.ts';
import { tableNotFound } from './errors.ts';
import { IndexEntries } from './index-entries.ts';
import { expirySeconds } from './item-store.ts';
import { indexKeyOfItem } from './key-codec.ts';
import { createSchema } from './schema.ts';
import type { StreamLog } from './stream-log.ts';
import { type IndexDefinition, type Table, type TableDefinition, tableArn } from './table-definition.ts';

/** The tables that the template declares. Items outlive restarts; a table that left the template is not served. */
export class TableCatalog {
  private readonly statements: Statements;
  private readonly streams: StreamLog;
  private readonly now: () => number;
  private readonly tables = new Map<string, Table>();

  constructor(database: DatabaseSync, streams: StreamLog, now: () => number) {
    createSchema(database);
    this.statements = new Statements(database);
    this.streams = streams;
    this.now = now;
  }

  find(name: string): Table | undefined {
    return this.tables.get(name);
  }

  /** Accepts a name or an ARN, as every operation's TableName does. */
  require(nameOrArn: string): Table {
    const table = this.tables.get(
      nameOrArn.startsWith(tableArn('')) ? nameOrArn.slice(tableArn('').length) : nameOrArn,
    );
    if (table === undefined) throw tableNotFound();
    return table;
  }

  all(): Table[] {
    return [...this.tables.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Creates the table, or brings the one that is there to the definition. Must run inside a transaction. */
  define(definition: TableDefinition): Table {
    const stored = this.statements
      .get('SELECT id, created_ms, definition FROM ddb_tables WHERE name = ?')
      .get(definition.name);
    const json = JSON.stringify(definition);
    if (stored === undefined) return this.create(definition, json);
    const previous = JSON.parse(String(stored.definition)) as TableDefinition;
    if (!isDeepStrictEqual(previous.keys, definition.keys)) {
      throw new Error(
        `Table ${definition.name} is stored with another key schema; CloudFormation cannot replace a named table either. Start with --reset to clear it.`,
      );
    }
    this.statements.get('UPDATE ddb_tables SET definition = ? WHERE id = ?').run(json, Number(stored.id));
    const table = this.open(definition, Number(stored.id), Number(stored.created_ms));
    if (previous.timeToLiveAttribute !== definition.timeToLiveAttribute) this.recomputeExpiry(table);
    return table;
  }

  private create(definition: TableDefinition, json: string): Table {
    const createdMs = this.now();
    const { lastInsertRowid } = this.statements
      .get('INSERT INTO ddb_tables (name, created_ms, definition) VALUES (?, ?, ?)')
      .run(definition.name, createdMs, json);
    return this.open(definition, Number(lastInsertRowid), createdMs);
  }

  private open(definition: TableDefinition, id: number, createdMs: number): Table {
    const indexIds = new Map<string, number>();
    const table: Table = { ...definition, id, createdMs, indexIds };
    for (const index of definition.indexes) indexIds.set(index.name, this.openIndex(table, index));
    this.dropOtherIndexes(table);
    this.tables.set(table.name, table);
    if (table.streamViewType !== undefined) this.streams.open(table);
    return table;
  }

  private openIndex(table: Table, index: IndexDefinition): number {
    const stored = this.statements
      .get('SELECT id, definition FROM ddb_indexes WHERE table_id = ? AND name = ?')
      .get(table.id, index.name);
    const json = JSON.stringify(index.keys);
    if (stored !== undefined && stored.definition === json) return Number(stored.id);
    if (stored !== undefined) this.dropIndex(Number(stored.id));
    const { lastInsertRowid } = this.statements
      .get('INSERT INTO ddb_indexes (table_id, name, definition) VALUES (?, ?, ?)')
      .run(table.id, index.name, json);
    this.backfill(table, index, Number(lastInsertRowid));
    return Number(lastInsertRowid);
  }

  /** Items whose attributes do not fit the new index's keys stay out of it, as in AWS. */
  private backfill(table: Table, index: IndexDefinition, indexId: number): void {
    const entries = new IndexEntries(this.statements);
    for (const row of this.itemsOf(table)) {
      const key = keyIfFitting(index, row.item);
      if (key !== undefined) entries.insert(indexId, key, { partition: row.pk, sort: row.sk }, row.id);
    }
  }

  private dropOtherIndexes(table: Table): void {
    const rows = this.statements.get('SELECT id, name FROM ddb_indexes WHERE table_id = ?').all(table.id);
    for (const row of rows) if (!table.indexIds.has(String(row.name))) this.dropIndex(Number(row.id));
  }

  private dropIndex(id: number): void {
    this.statements.get('DELETE FROM ddb_index_entries WHERE index_id = ?').run(id);
    this.statements.get('DELETE FROM ddb_indexes WHERE id = ?').run(id);
  }

  private recomputeExpiry(table: Table): void {
    const update = this.statements.get('UPDATE ddb_items SET expires_s = ? WHERE id = ?');
    for (const { id, item } of this.itemsOf(table)) update.run(expirySeconds(table, item), id);
  }

  private itemsOf(table: Table): { id: number; pk: Uint8Array; sk: Uint8Array; item: Item }[] {
    return this.statements
      .get('SELECT id, pk, sk, item FROM ddb_items WHERE table_id = ?')
      .all(table.id)
      .map((row) => ({
        id: Number(row.id),
        pk: row.pk as Uint8Array,
        sk: row.sk as Uint8Array,
        item: JSON.parse(String(row.item)),
      }));
  }
}

function keyIfFitting(index: IndexDefinition, item: Item) {
  try {
    return indexKeyOfItem(index, item);
  } catch {
    return undefined;
  }
}
