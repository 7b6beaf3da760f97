import { type SessionId, sessionIdSchema } from '@afterimage/contracts';
import {
  type ActiveSessions,
  activeForMs,
  isActive,
  type Page,
  type SessionHistory,
  type SessionPage,
  type TrackedSession,
} from '@afterimage/core';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, getAll, type ItemKey, itemKeySchema, queryPages } from './dynamo-table.ts';
import {
  activeSessions,
  fromSessionItem,
  hourOf,
  monthOfSessions,
  ownedByUser,
  pulseSortKey,
  sessionKey,
  sessionShards,
} from './session-row.ts';
import { listByTime, monthsBack } from './time-pages.ts';

/** Two years, and the month under way. */
const listedMonths = 25;
/** Of active sessions in one shard: 8 shards of 10 pages of 1 MB of keys hold more than any deployment has. */
const maxPagesPerShard = 10;

const cursorSchema = z.object({ after: sessionIdSchema });
const entriesSchema = z.array(z.object({ pk: z.string().transform((pk) => sessionIdSchema.parse(pk.slice(4))) }));
const keyOf = (id: string) => sessionKey(sessionIdSchema.parse(id));
const rowsSchema = z.array(itemKeySchema.loose());

export class DynamoSessionHistory implements SessionHistory, ActiveSessions {
  readonly #table: DynamoTable;
  readonly #now: () => number;

  constructor(table: DynamoTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  get #reading() {
    return { keyOf, read: (keys: readonly ItemKey[]) => this.#read(keys) };
  }

  /** Query of `byMonth`, one day of it. */
  listByDay(day: string, page: SessionPage): Promise<Page<TrackedSession>> {
    const partitions = [monthOfSessions(day.slice(0, 7))];
    const index = { name: 'byMonth', partitionKey: 'month' } as const;
    return listByTime(this.#table, { index, partitions, timePrefix: day, ...this.#reading }, page);
  }

  /** Query of `byMonth`, month after month backwards. */
  list(page: SessionPage): Promise<Page<TrackedSession>> {
    const partitions = monthsBack(this.#now(), listedMonths).map(monthOfSessions);
    const index = { name: 'byMonth', partitionKey: 'month' } as const;
    return listByTime(this.#table, { index, partitions, ...this.#reading }, page);
  }

  /** Query of `byOwner`. */
  listOfUser(userName: string, page: SessionPage): Promise<Page<TrackedSession>> {
    const index = { name: 'byOwner', partitionKey: 'owner' } as const;
    return listByTime(this.#table, { index, partitions: [ownedByUser(userName)], ...this.#reading }, page);
  }

  /** Query of every shard of `byActivity` for keys, which are small; then the rows of one page in batches. */
  async listActive({ limit, cursor, userName }: SessionPage & { userName?: string | undefined }) {
    const nowMs = this.#now();
    const since = hourOf(new Date(nowMs - activeForMs).toISOString());
    const shards = Array.from({ length: sessionShards }, (_, shard) => this.#idsOf(shard, since, userName));
    const ids = (await Promise.all(shards)).flat().sort().reverse();
    const position = decodeCursor(cursor, cursorSchema)?.after;
    const items: TrackedSession[] = [];
    let next = position === undefined ? 0 : ids.findIndex((id) => id < position);
    while (next >= 0 && next < ids.length && items.length < limit) {
      const some = ids.slice(next, next + limit - items.length);
      const found = await this.#read(some.map(sessionKey));
      items.push(...found.filter((session) => isActive(session, nowMs)));
      next += some.length;
    }
    const last = ids[next - 1];
    return last === undefined || next >= ids.length ? { items } : { items, cursor: encodeCursor({ after: last }) };
  }

  /** Both rows of each session, in batches. */
  async #read(keys: readonly ItemKey[]): Promise<TrackedSession[]> {
    const both = keys.flatMap(({ pk, sk }) => [
      { pk, sk },
      { pk, sk: pulseSortKey },
    ]);
    const rows = rowsSchema.parse(await getAll(this.#table, both));
    const pulses = new Map(rows.filter(({ sk }) => sk === pulseSortKey).map((row) => [row.pk, row]));
    return rows.filter(({ sk }) => sk !== pulseSortKey).map((row) => fromSessionItem(row, pulses.get(row.pk)));
  }

  async #idsOf(shard: number, since: string, userName: string | undefined): Promise<SessionId[]> {
    const ids: SessionId[] = [];
    const pages = queryPages(
      this.#table,
      {
        IndexName: 'byActivity',
        KeyConditionExpression: 'activity = :activity AND activeAt >= :since',
        ExpressionAttributeValues: {
          ':activity': activeSessions(shard),
          ':since': since,
          ...(userName === undefined ? {} : { ':owner': ownedByUser(userName) }),
        },
        ...(userName === undefined
          ? {}
          : { FilterExpression: '#owner = :owner', ExpressionAttributeNames: { '#owner': 'owner' } }),
      },
      maxPagesPerShard,
    );
    for await (const items of pages) ids.push(...entriesSchema.parse(items).map(({ pk }) => pk));
    return ids;
  }
}
