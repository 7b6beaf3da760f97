import { type Recording, recordingIdSchema, recordingSchema, timestampSchema } from '@afterimage/contracts';
import type { Page, QuietRecordings, RecordingCatalog, TrackedRecording } from '@afterimage/core';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, getAll } from './dynamo-table.ts';
import { activityShards, byMonthKey, fromRecordingItem, monthOf } from './recording-row.ts';

export const firstMonthKey = { pk: 'SITE', sk: 'FIRST_MONTH' };

const rowSchema = z.object({ data: recordingSchema });
const cursorSchema = z.object({
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  after: z.object({ startedAt: timestampSchema, recordingId: recordingIdSchema }).optional(),
});
type MonthCursor = z.infer<typeof cursorSchema>;
const indexEntriesSchema = z.array(z.object({ pk: z.string(), sk: z.string() }));
const lastKeySchema = z.object({ monthKey: z.string() }).optional();

function positionOf(lastKey: unknown): MonthCursor['after'] {
  const [startedAt, recordingId] = lastKeySchema.parse(lastKey)?.monthKey.split('#') ?? [];
  return startedAt === undefined ? undefined : cursorSchema.shape.after.parse({ startedAt, recordingId });
}

/** Without a state asked for: all but live ones, which are listed first, and those that nobody can look into. */
const listedStates = {
  expression: 'NOT #state IN (:live, :erasing, :erased)',
  values: { ':live': 'live', ':erasing': 'erasing', ':erased': 'erased' },
};

/** Bounds the work of one page; a page that ends early has a cursor. */
const maxQueriesPerPage = 12;
const maxLivePagesPerShard = 5;
/** Index entries of live or quiet recordings in one page. */
const activityPageSize = 500;
/** Pages of quiet recordings per shard and minute; the next minute goes on. */
const maxQuietPagesPerShard = 20;

export class DynamoRecordingCatalog implements RecordingCatalog, QuietRecordings {
  readonly #table: DynamoTable;
  readonly #now: () => number;
  readonly #onUnreadable: (rowKey: unknown) => void;

  /** @param onUnreadable told the key of a row that does not parse: one such row must not hide all others */
  constructor(table: DynamoTable, now: () => number, onUnreadable: (rowKey: unknown) => void) {
    this.#table = table;
    this.#now = now;
    this.#onUnreadable = onUnreadable;
  }

  /** Query of every shard of `byActivity`, live ones only; then the rows in batches. */
  async listLive(): Promise<Recording[]> {
    const shards = Array.from({ length: activityShards }, (_, shard) => this.#listLiveOf(shard));
    const live = (await Promise.all(shards)).flat();
    return live.sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.recordingId.localeCompare(a.recordingId));
  }

  /** Query of `byMonth`, month after month backwards to the first that has recordings; then the rows in batches. */
  async listByTime({
    limit,
    cursor,
    state,
  }: {
    limit: number;
    cursor?: string;
    state?: Recording['state'];
  }): Promise<Page<Recording>> {
    const firstMonth = await this.#firstMonth();
    const items: Recording[] = [];
    let place: MonthCursor | undefined = decodeCursor(cursor, cursorSchema) ?? {
      month: monthOf(new Date(this.#now() + 86_400_000).toISOString()),
    };
    for (let queries = 0; place !== undefined && items.length < limit && queries < maxQueriesPerPage; queries++) {
      if (firstMonth === undefined || place.month < firstMonth) return { items };
      const page = await this.#listMonth(place, limit - items.length, state);
      items.push(...page.items);
      place =
        page.after === undefined ? { month: previousMonth(place.month) } : { month: place.month, after: page.after };
    }
    return place === undefined || firstMonth === undefined || place.month < firstMonth
      ? { items }
      : { items, cursor: encodeCursor(place) };
  }

  /** Query of every shard of `byActivity` up to a time; then the rows in batches. The index may be five minutes behind. */
  async *listQuietSince(before: string): AsyncGenerator<TrackedRecording> {
    const { client, tableName } = this.#table;
    for (let shard = 0; shard < activityShards; shard++) {
      let after: Record<string, unknown> | undefined;
      for (let pages = 0; pages < maxQuietPagesPerShard; pages++) {
        const { Items, LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'byActivity',
            KeyConditionExpression: 'activity = :activity AND lastHeardAt < :before',
            ExpressionAttributeValues: { ':activity': `LIVE#${shard}`, ':before': before },
            Limit: activityPageSize,
            ...(after === undefined ? {} : { ExclusiveStartKey: after }),
          }),
        );
        for (const item of await this.#rowsOf(Items)) {
          const recording = this.#readable(() => fromRecordingItem(item), item);
          if (recording !== undefined && recording.lastHeardAt < before) yield recording;
        }
        after = LastEvaluatedKey;
        if (after === undefined) break;
      }
    }
  }

  async #listLiveOf(shard: number): Promise<Recording[]> {
    const { client, tableName } = this.#table;
    const live: Recording[] = [];
    let after: Record<string, unknown> | undefined;
    for (let pages = 0; pages < maxLivePagesPerShard; pages++) {
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'byActivity',
          KeyConditionExpression: 'activity = :activity',
          FilterExpression: '#state = :live',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':activity': `LIVE#${shard}`, ':live': 'live' },
          Limit: activityPageSize,
          ...(after === undefined ? {} : { ExclusiveStartKey: after }),
        }),
      );
      const rows = this.#readAll(await this.#rowsOf(Items));
      live.push(...rows.filter((recording) => recording.state === 'live'));
      after = LastEvaluatedKey;
      if (after === undefined) break;
    }
    return live;
  }

  async #listMonth({ month, after }: MonthCursor, limit: number, state?: Recording['state']) {
    const { client, tableName } = this.#table;
    const { Items, LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'byMonth',
        KeyConditionExpression: '#month = :month',
        FilterExpression: state === undefined ? listedStates.expression : '#state = :state',
        ExpressionAttributeNames: { '#month': 'month', '#state': 'state' },
        ExpressionAttributeValues: {
          ':month': `REC#${month}`,
          ...(state === undefined ? listedStates.values : { ':state': state }),
        },
        ScanIndexForward: false,
        Limit: limit,
        ...(after === undefined ? {} : { ExclusiveStartKey: byMonthKey(month, after) }),
      }),
    );
    const last = positionOf(LastEvaluatedKey);
    return { items: this.#readAll(await this.#rowsOf(Items)), after: last };
  }

  /** The rows of index entries, in the index's order. */
  #rowsOf(entries: unknown): Promise<Record<string, unknown>[]> {
    return getAll(this.#table, indexEntriesSchema.parse(entries ?? []));
  }

  #readAll(items: readonly Record<string, unknown>[] = []): Recording[] {
    return items.flatMap((item) => this.#readable(() => rowSchema.parse(item).data, item) ?? []);
  }

  #readable<T>(read: () => T, item: Record<string, unknown>): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      this.#onUnreadable(item.pk);
      return undefined;
    }
  }

  async #firstMonth(): Promise<string | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: firstMonthKey }));
    return z.object({ data: z.string() }).optional().parse(Item)?.data;
  }
}

function previousMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number > 1 ? `${year}-${String(number - 1).padStart(2, '0')}` : `${year - 1}-12`;
}
