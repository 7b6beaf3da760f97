import { type DirectoryPage, foldName } from '@afterimage/core';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type ListingRow, listingRowSchema, listingShards } from './directory-rows.ts';
import { type DynamoTable, type Query, queryPage, queryPages } from './dynamo-table.ts';

const positionSchema = z.object({ after: z.string() });

/** Keys of one page in the order of names, and the cursor of the next. */
export async function listPage(
  table: DynamoTable,
  kind: 'USER' | 'GROUP',
  { limit, cursor, startsWith }: DirectoryPage,
): Promise<{ rows: ListingRow[]; cursor?: string }> {
  const after = decodeCursor(cursor, positionSchema)?.after;
  const shards = await Promise.all(
    shardQueries(kind, startsWith, after).map((query) => queryPage(table, { ...query, Limit: limit + 1 })),
  );
  const found = shards.flatMap(({ items }) => z.array(listingRowSchema).parse(items)).sort(byName);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, ...(found.length > limit && last ? { cursor: encodeCursor({ after: last.listingKey }) } : {}) };
}

/** All keys in the order of names. */
export async function listAll(table: DynamoTable, kind: 'USER' | 'GROUP'): Promise<ListingRow[]> {
  const shards = await Promise.all(
    shardQueries(kind, undefined, undefined).map(async (query) => {
      const rows: ListingRow[] = [];
      for await (const items of queryPages(table, query)) rows.push(...z.array(listingRowSchema).parse(items));
      return rows;
    }),
  );
  return shards.flat().sort(byName);
}

/** One query of the index for each part of it. */
function shardQueries(kind: string, startsWith: string | undefined, after: string | undefined): Query[] {
  const begin = startsWith === undefined ? undefined : foldName(startsWith);
  // A key has one condition in a query: what stands before the begin is passed over by it, what comes after by the end.
  const from = after ?? begin;
  const until = begin === undefined ? undefined : `${begin}\u{10ffff}`;
  const range =
    from === undefined
      ? { text: '', values: {} }
      : until === undefined
        ? { text: ' AND listingKey > :from', values: { ':from': from } }
        : { text: ' AND listingKey BETWEEN :from AND :until', values: { ':from': from, ':until': until } };
  const isAfter = after !== undefined && until !== undefined;
  return Array.from({ length: listingShards }, (_, shard) => ({
    IndexName: 'byName',
    KeyConditionExpression: `listing = :listing${range.text}`,
    ExpressionAttributeValues: {
      ':listing': `${kind}#${shard}`,
      ...range.values,
      ...(isAfter ? { ':from': `${from}\u0000` } : {}),
    },
  }));
}

function byName(one: ListingRow, other: ListingRow): number {
  return Buffer.compare(Buffer.from(one.listingKey), Buffer.from(other.listingKey));
}
