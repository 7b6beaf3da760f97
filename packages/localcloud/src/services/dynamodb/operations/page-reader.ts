import type { Statements } from '../../statements.ts';
import type { Item } from '../attribute-value.ts';
import { itemSizeBytes } from '../attribute-value.ts';
import type { SortKeyCondition } from '../expressions/key-condition.ts';
import { indexId, projectThrough } from '../index-entries.ts';
import { type EncodedKey, encodeKeyValue } from '../key-codec.ts';
import type { IndexDefinition, Table } from '../table-definition.ts';

type Bytes = Uint8Array;

/** Which rows, in which order, from where. */
export interface PageRequest {
  table: Table;
  index: IndexDefinition | undefined;
  /** Absent for a scan. */
  partition?: Bytes;
  sortKey?: SortKeyCondition | undefined;
  forward: boolean;
  /** Exclusive: the place of the last item of the page before. */
  after: { key: EncodedKey; itemKey: EncodedKey } | undefined;
  limit: number | undefined;
  /** Rows that another segment of a parallel scan reads are skipped without cost. */
  includes?: (partition: Bytes) => boolean;
}

export interface Page {
  /** As the table or index shows them, before filter and projection. */
  items: Item[];
  sizeBytes: number;
  /** Whether reading stopped at the limit or at 1 MB. */
  stopped: boolean;
}

const largestPageBytes = 1024 * 1024;

export function readPage(statements: Statements, request: PageRequest): Page {
  const { sql, values } = select(request);
  const { table, index } = request;
  const page: Page = { items: [], sizeBytes: 0, stopped: false };
  for (const row of statements.get(sql).iterate(...values)) {
    if (request.includes?.(row.pk as Bytes) === false) continue;
    const whole: Item = JSON.parse(String(row.item));
    const item = index === undefined ? whole : projectThrough(table, index, whole);
    page.items.push(item);
    page.sizeBytes += item === whole ? Number(row.size) : itemSizeBytes(item);
    page.stopped = page.items.length === request.limit || page.sizeBytes >= largestPageBytes;
    if (page.stopped) break;
  }
  return page;
}

function select(request: PageRequest): { sql: string; values: (number | Bytes)[] } {
  const { table, index } = request;
  const place = index === undefined ? ['pk', 'sk'] : ['pk', 'sk', 'item_pk', 'item_sk'];
  const source =
    index === undefined
      ? 'SELECT pk, item, size FROM ddb_items WHERE table_id = ?'
      : 'SELECT e.pk, i.item, i.size FROM ddb_index_entries e JOIN ddb_items i ON i.id = e.item_id WHERE e.index_id = ?';
  const prefix = index === undefined ? '' : 'e.';
  const clauses: string[] = [];
  const values: (number | Bytes)[] = [index === undefined ? table.id : indexId(table, index)];
  const add = (clause: string, ...bound: Bytes[]) => {
    clauses.push(` AND ${clause}`);
    values.push(...bound);
  };
  if (request.partition !== undefined) add(`${prefix}pk = ?`, request.partition);
  for (const { comparator, bound } of sortBounds(request.sortKey)) add(`${prefix}sk ${comparator} ?`, bound);
  const { after } = request;
  if (after !== undefined) {
    const key =
      index === undefined
        ? [after.key.partition, after.key.sort]
        : [after.key.partition, after.key.sort, after.itemKey.partition, after.itemKey.sort];
    const columns = place.map((column) => prefix + column).join(', ');
    add(`(${columns}) ${request.forward ? '>' : '<'} (${place.map(() => '?').join(', ')})`, ...key);
  }
  const order = place.map((column) => `${prefix}${column} ${request.forward ? 'ASC' : 'DESC'}`).join(', ');
  return { sql: `${source}${clauses.join('')} ORDER BY ${order}`, values };
}

function sortBounds(condition: SortKeyCondition | undefined): { comparator: string; bound: Bytes }[] {
  if (condition === undefined) return [];
  if (condition.kind === 'between') {
    return [
      { comparator: '>=', bound: encodeKeyValue(condition.lower) },
      { comparator: '<=', bound: encodeKeyValue(condition.upper) },
    ];
  }
  if (condition.kind !== 'begins_with') {
    return [{ comparator: condition.kind, bound: encodeKeyValue(condition.value) }];
  }
  const prefix = encodeKeyValue(condition.prefix);
  const beyond = firstBeyondPrefix(prefix);
  const from = { comparator: '>=', bound: prefix };
  return beyond === undefined ? [from] : [from, { comparator: '<', bound: beyond }];
}

/** The least byte string that is greater than all that begin with the prefix; undefined when none is. */
function firstBeyondPrefix(prefix: Bytes): Bytes | undefined {
  const end = prefix.findLastIndex((byte) => byte < 0xff);
  if (end === -1) return undefined;
  // A copy: slicing a Buffer would share the memory of the lower bound.
  const beyond = Uint8Array.from(prefix.subarray(0, end + 1));
  beyond[end] = (beyond[end] ?? 0) + 1;
  return beyond;
}
