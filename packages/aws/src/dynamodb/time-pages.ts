import type { Page } from '@afterimage/core';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, type ItemKey, itemKeySchema, queryPage } from './dynamo-table.ts';

/** Bounds the work of one page; a page that ends early has a cursor. */
const maxQueriesPerPage = 12;

const timeKeySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z#[a-z0-9_]+$/);
const cursorSchema = z.object({ partition: z.int().min(0), after: timeKeySchema.optional() });

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

/** One page, newest first: query of the index, partition after partition; then the rows in batches. */
export async function listByTime<T>(
  table: DynamoTable,
  pages: TimePages<T>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<T>> {
  const items: T[] = [];
  let place: z.infer<typeof cursorSchema> = decodeCursor(cursor, cursorSchema) ?? { partition: 0 };
  for (let queries = 0; items.length < limit && queries < maxQueriesPerPage; queries++) {
    const partition = pages.partitions[place.partition];
    if (partition === undefined) return { items };
    const { keys, after } = await queryKeys(table, pages, partition, place.after, limit - items.length);
    items.push(...(await pages.read(keys)));
    place = after === undefined ? { partition: place.partition + 1 } : { partition: place.partition, after };
  }
  return place.partition < pages.partitions.length ? { items, cursor: encodeCursor(place) } : { items };
}

async function queryKeys<T>(
  table: DynamoTable,
  { index, timePrefix, keyOf }: TimePages<T>,
  partition: string,
  after: string | undefined,
  limit: number,
): Promise<{ keys: ItemKey[]; after: string | undefined }> {
  const start =
    after === undefined ? undefined : { ...keyOf(idOf(after)), [index.partitionKey]: partition, timeKey: after };
  const { items, last } = await queryPage(
    table,
    {
      IndexName: index.name,
      KeyConditionExpression: `#partition = :partition${timePrefix === undefined ? '' : ' AND begins_with(timeKey, :prefix)'}`,
      ExpressionAttributeNames: { '#partition': index.partitionKey },
      ExpressionAttributeValues: {
        ':partition': partition,
        ...(timePrefix === undefined ? {} : { ':prefix': timePrefix }),
      },
      ScanIndexForward: false,
      Limit: limit,
    },
    start,
  );
  return {
    keys: z.array(itemKeySchema).parse(items),
    after: z.object({ timeKey: timeKeySchema }).optional().parse(last)?.timeKey,
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
