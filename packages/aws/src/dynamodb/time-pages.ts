import type { Page } from '@afterimage/core';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, type ItemKey, itemKeySchema, queryPage } from './dynamo-table.ts';

const timeKeySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z#[a-z0-9_]+$/);
const cursorSchema = z.object({ partition: z.int().min(0), after: timeKeySchema.optional() });
type Place = z.infer<typeof cursorSchema>;
const entrySchema = itemKeySchema.extend({ timeKey: timeKeySchema });
type Entry = z.infer<typeof entrySchema> & { partition: number };

/** Rows of the sessions table by time. */
export interface TimePages<T> {
  index: { name: 'byMonth'; partitionKey: 'month' } | { name: 'byOwner'; partitionKey: 'owner' };
  /** Partitions of the index, newest first. */
  partitions: readonly string[];
  /** Only what is of this day or hour: what its time begins with. */
  timePrefix?: string;
  /** Key of the row with this id. */
  keyOf: (id: string) => ItemKey;
  /** In the order of the keys; those that are gone are left out. */
  read: (keys: readonly ItemKey[]) => Promise<T[]>;
}

/**
 * One page, newest first: query of the index, partition after partition; then the rows in batches. One entry more than
 * asked for is looked for: a page has a cursor only where something follows it.
 */
export async function listByTime<T>(
  table: DynamoTable,
  pages: TimePages<T>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<T>> {
  const entries: Entry[] = [];
  let place: Place = decodeCursor(cursor, cursorSchema) ?? { partition: 0 };
  while (entries.length <= limit && place.partition < pages.partitions.length) {
    const found = await queryEntries(table, pages, place, limit + 1 - entries.length);
    entries.push(...found.entries);
    place = found.next;
  }
  const shown = entries.slice(0, limit);
  const items = await pages.read(shown.map(({ pk, sk }) => ({ pk, sk })));
  const last = entries.length > limit ? shown.at(-1) : undefined;
  return last === undefined
    ? { items }
    : { items, cursor: encodeCursor({ partition: last.partition, after: last.timeKey }) };
}

async function queryEntries<T>(
  table: DynamoTable,
  { index, partitions, timePrefix, keyOf }: TimePages<T>,
  { partition, after }: Place,
  limit: number,
): Promise<{ entries: Entry[]; next: Place }> {
  const value = partitions[partition];
  const start =
    after === undefined ? undefined : { ...keyOf(idOf(after)), [index.partitionKey]: value, timeKey: after };
  const { items, last } = await queryPage(
    table,
    {
      IndexName: index.name,
      KeyConditionExpression: `#partition = :partition${timePrefix === undefined ? '' : ' AND begins_with(timeKey, :prefix)'}`,
      ExpressionAttributeNames: { '#partition': index.partitionKey },
      ExpressionAttributeValues: {
        ':partition': value,
        ...(timePrefix === undefined ? {} : { ':prefix': timePrefix }),
      },
      ScanIndexForward: false,
      Limit: limit,
    },
    start,
  );
  const entries = z.array(entrySchema).parse(items);
  const lastKey = entrySchema.optional().parse(last);
  return {
    entries: entries.map((entry) => ({ ...entry, partition })),
    next: lastKey === undefined ? { partition: partition + 1 } : { partition, after: lastKey.timeKey },
  };
}

const idOf = (timeKey: string): string => timeKey.slice(timeKey.indexOf('#') + 1);

/** `2026-11`, and so many months before it, newest first. */
export function monthsBack(nowMs: number, count: number): string[] {
  const now = new Date(nowMs);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}
