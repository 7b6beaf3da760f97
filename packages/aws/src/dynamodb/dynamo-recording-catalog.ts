import { type Recording, recordingIdSchema, recordingSchema, timestampSchema } from '@afterimage/contracts';
import type { Page, QuietRecordings, RecordingCatalog, TrackedRecording } from '@afterimage/core';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, getAll, itemKeySchema, queryPage, queryPages } from './dynamo-table.ts';
import { activityShards, byMonthKey, joinRecording, monthOf, recordingKeys } from './recording-row.ts';

export const firstMonthKey = { pk: 'SITE', sk: 'FIRST_MONTH' };

const cursorSchema = z.object({
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  after: z.object({ startedAt: timestampSchema, recordingId: recordingIdSchema }).optional(),
});
type MonthCursor = z.infer<typeof cursorSchema>;
const entrySchema = itemKeySchema.extend({ monthKey: z.string() });
type MonthEntry = z.infer<typeof itemKeySchema> & { place: MonthCursor };

function positionOf({ monthKey }: z.infer<typeof entrySchema>): MonthCursor['after'] {
  const [startedAt, recordingId] = monthKey.split('#');
  return cursorSchema.shape.after.parse({ startedAt, recordingId });
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
    const entries: MonthEntry[] = [];
    let place: MonthCursor = decodeCursor(cursor, cursorSchema) ?? {
      month: monthOf(new Date(this.#now() + 86_400_000).toISOString()),
    };
    const isListed = ({ month }: MonthCursor) => firstMonth !== undefined && month >= firstMonth;
    // One more than asked for is looked for: a page has a cursor only where something follows it.
    for (let queries = 0; entries.length <= limit && isListed(place) && queries < maxQueriesPerPage; queries++) {
      const found = await this.#queryMonth(place, limit + 1, state);
      entries.push(...found.entries);
      place = found.next;
    }
    const shown = entries.slice(0, limit);
    const items = (await this.#readAll(shown)).map(publicPartOf);
    const next = entries.length > limit ? shown.at(-1)?.place : place;
    return next !== undefined && isListed(next) ? { items, cursor: encodeCursor(next) } : { items };
  }

  /** Query of every shard of `byActivity` up to a time; then the rows in batches. The index may be five minutes behind. */
  async *listQuietSince(before: string): AsyncGenerator<TrackedRecording> {
    for (let shard = 0; shard < activityShards; shard++) {
      const query = {
        IndexName: 'byActivity',
        KeyConditionExpression: 'activity = :activity AND lastHeardAt < :before',
        ExpressionAttributeValues: { ':activity': `LIVE#${shard}`, ':before': before },
        Limit: activityPageSize,
      };
      for await (const entries of queryPages(this.#table, query, maxQuietPagesPerShard)) {
        const recordings = await this.#readAll(entries);
        yield* recordings.filter((recording) => recording.lastHeardAt < before);
      }
    }
  }

  async #listLiveOf(shard: number): Promise<Recording[]> {
    const live: TrackedRecording[] = [];
    const query = {
      IndexName: 'byActivity',
      KeyConditionExpression: 'activity = :activity',
      FilterExpression: '#state = :live',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':activity': `LIVE#${shard}`, ':live': 'live' },
      Limit: activityPageSize,
    };
    for await (const entries of queryPages(this.#table, query, maxLivePagesPerShard)) {
      live.push(...(await this.#readAll(entries)).filter((recording) => recording.state === 'live'));
    }
    return live.map(publicPartOf);
  }

  async #queryMonth(
    { month, after }: MonthCursor,
    limit: number,
    state?: Recording['state'],
  ): Promise<{ entries: MonthEntry[]; next: MonthCursor }> {
    const query = {
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
    };
    const page = await queryPage(this.#table, query, after && byMonthKey(month, after));
    const last = entrySchema.optional().parse(page.last);
    return {
      entries: z
        .array(entrySchema)
        .parse(page.items)
        .map((entry) => ({ ...entry, place: { month, after: positionOf(entry) } })),
      next: last === undefined ? { month: previousMonth(month) } : { month, after: positionOf(last) },
    };
  }

  /** The recordings of index entries, in the index's order; what they sealed last may be missing for a moment. */
  async #readAll(entries: readonly unknown[]): Promise<TrackedRecording[]> {
    const keys = z.array(itemKeySchema).parse(entries);
    const rows = Map.groupBy(await getAll(this.#table, keys.flatMap(recordingKeys)), ({ pk }) => pk);
    return keys.flatMap(({ pk }) => this.#readable(rows.get(pk) ?? [], pk) ?? []);
  }

  #readable(rows: readonly Record<string, unknown>[], rowKey: string): TrackedRecording | undefined {
    try {
      return joinRecording(rows)?.recording;
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      this.#onUnreadable(rowKey);
      return undefined;
    }
  }

  async #firstMonth(): Promise<string | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: firstMonthKey }));
    return z.object({ data: z.string() }).optional().parse(Item)?.data;
  }
}

function publicPartOf(recording: TrackedRecording): Recording {
  return recordingSchema.parse(recording);
}

function previousMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number > 1 ? `${year}-${String(number - 1).padStart(2, '0')}` : `${year - 1}-12`;
}
