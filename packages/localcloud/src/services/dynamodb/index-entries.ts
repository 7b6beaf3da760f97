import type { Statements } from '../statements.ts';
import { areEqual, attributeOf, type Item, itemSizeBytes } from './attribute-value.ts';
import type { StoredItem } from './item-store.ts';
import { type EncodedKey, indexKeyOfItem } from './key-codec.ts';
import { type IndexDefinition, projectedNames, type Table } from './table-definition.ts';

const writeUnitBytes = 1024;

interface Entry {
  key: EncodedKey;
  projected: Item;
}

/** Entries of the global secondary indexes. An entry points to its item; what an index shows of it is cut out on reading. */
export class IndexEntries {
  private readonly statements: Statements;

  constructor(statements: Statements) {
    this.statements = statements;
  }

  /** Moves the item's entries in all indexes of the table. Answers the write units that each index charges. */
  change(
    table: Table,
    itemKey: EncodedKey,
    before: StoredItem | undefined,
    after: StoredItem | undefined,
  ): ReadonlyMap<string, number> {
    const units = new Map<string, number>();
    for (const index of table.indexes) {
      const old = before && entryOf(table, index, before.item);
      const fresh = after && entryOf(table, index, after.item);
      const itemId = after?.id ?? before?.id;
      if (itemId === undefined) continue;
      const moved = !isSamePlace(old, fresh);
      if (moved && old !== undefined) this.remove(indexId(table, index), old.key, itemKey);
      if (moved && fresh !== undefined) this.insert(indexId(table, index), fresh.key, itemKey, itemId);
      const charged = unitsOf(old, fresh, moved);
      if (charged > 0) units.set(index.name, charged);
    }
    return units;
  }

  insert(id: number, key: EncodedKey, itemKey: EncodedKey, itemId: number): void {
    this.statements
      .get('INSERT INTO ddb_index_entries (index_id, pk, sk, item_pk, item_sk, item_id) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, key.partition, key.sort, itemKey.partition, itemKey.sort, itemId);
  }

  private remove(id: number, key: EncodedKey, itemKey: EncodedKey): void {
    this.statements
      .get('DELETE FROM ddb_index_entries WHERE index_id = ? AND pk = ? AND sk = ? AND item_pk = ? AND item_sk = ?')
      .run(id, key.partition, key.sort, itemKey.partition, itemKey.sort);
  }
}

export function indexId(table: Table, index: IndexDefinition): number {
  const id = table.indexIds.get(index.name);
  if (id === undefined) throw new Error(`index ${index.name} of ${table.name} has no id`);
  return id;
}

/** The item as the index shows it. */
export function projectThrough(table: Table, index: IndexDefinition, item: Item): Item {
  const names = projectedNames(table, index);
  if (names === undefined) return item;
  const projected: Item = Object.create(null);
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value !== undefined) projected[name] = value;
  }
  return projected;
}

function entryOf(table: Table, index: IndexDefinition, item: Item): Entry | undefined {
  const key = indexKeyOfItem(index, item);
  return key && { key, projected: projectThrough(table, index, item) };
}

function isSamePlace(old: Entry | undefined, fresh: Entry | undefined): boolean {
  if (old === undefined || fresh === undefined) return old === fresh;
  return (
    Buffer.compare(old.key.partition, fresh.key.partition) === 0 && Buffer.compare(old.key.sort, fresh.key.sort) === 0
  );
}

/** A moved entry costs its deletion and its insertion, a changed one the larger size, an unchanged one nothing. */
function unitsOf(old: Entry | undefined, fresh: Entry | undefined, moved: boolean): number {
  const oldUnits = old === undefined ? 0 : sizeUnits(old.projected);
  const freshUnits = fresh === undefined ? 0 : sizeUnits(fresh.projected);
  if (moved || old === undefined || fresh === undefined) return oldUnits + freshUnits;
  return areEqual({ M: old.projected }, { M: fresh.projected }) ? 0 : Math.max(oldUnits, freshUnits);
}

function sizeUnits(item: Item): number {
  return Math.max(1, Math.ceil(itemSizeBytes(item) / writeUnitBytes));
}
