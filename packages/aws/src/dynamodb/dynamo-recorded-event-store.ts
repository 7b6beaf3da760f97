import { type RecordedEvent, type RecordingId, recordedEventSchema } from '@afterimage/contracts';
import {
  maxReportedGaps,
  type NoticeSource,
  type Page,
  type PeriodMark,
  type RecordedEventEraser,
  type RecordedEventStore,
  type SegmentNotices,
} from '@afterimage/core';
import { QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { segmentKey } from './dynamo-segment-store.ts';
import {
  cancellationCodes,
  type DynamoTable,
  deleteAll,
  isConditionFailure,
  itemKeySchema,
  padMs,
  putAll,
} from './dynamo-table.ts';
import { recordingKey } from './recording-row.ts';

const eventRowSchema = z.object({ sk: z.string(), data: recordedEventSchema });
/** Time and id of an event, as its sort key has them. */
const positionSchema = z.string().regex(/^\d{13}#\d+-\d+$/);
const markRowSchema = z.object({
  data: z.object({ atMs: z.number(), kind: z.enum(['idle', 'blocked']), edge: z.enum(['begin', 'end']) }),
});

/** A mark a minute for a fortnight. */
const maxMarks = 20_000;
const maxCountAttempts = 10;
/** A stream's sequence numbers have at most 40 digits. */
const positionDigits = 40;

export class DynamoRecordedEventStore implements RecordedEventStore, RecordedEventEraser {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /**
   * Batch puts whose keys follow from the content, then they are counted if nobody has: events alone by one update that
   * notes how far it came, for a busy session has many; declared gaps, which are rare and part of the proof, by a
   * transaction that marks the segment.
   */
  async putNotices(recordingId: RecordingId, source: NoticeSource, notices: SegmentNotices): Promise<void> {
    const pk = `REC#${recordingId}`;
    const events = notices.events.map((event) => ({
      pk,
      sk: `EVT#${padMs(event.atMs)}#${event.eventId}`,
      data: event,
    }));
    const marks = new Map(
      notices.marks.map((mark) => [`MARK#${padMs(mark.atMs)}#${mark.kind}#${mark.edge}`, mark] as const),
    );
    await putAll(this.#table, [...events, ...[...marks].map(([sk, data]) => ({ pk, sk, data }))]);
    if (notices.gaps.length > 0) await this.#countWithGaps(recordingId, source.sequence, notices);
    else if (events.length > 0) await this.#countEvents(recordingId, source.position, events.length);
  }

  /** Query of a recording's events in time order. */
  async list(
    recordingId: RecordingId,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<RecordedEvent>> {
    const { client, tableName } = this.#table;
    const position = decodeCursor(cursor, positionSchema);
    const after = position === undefined ? undefined : { pk: `REC#${recordingId}`, sk: `EVT#${position}` };
    const { Items, LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ...rowsOf(recordingId, 'EVT#'),
        Limit: limit,
        ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      }),
    );
    const rows = z.array(eventRowSchema).parse(Items ?? []);
    const items = rows.map((row) => row.data);
    const last = LastEvaluatedKey === undefined ? undefined : rows.at(-1);
    return last === undefined ? { items } : { items, cursor: encodeCursor(last.sk.slice('EVT#'.length)) };
  }

  /** Query of all marks of a recording. */
  async listMarks(recordingId: RecordingId): Promise<PeriodMark[]> {
    const { client, tableName } = this.#table;
    const marks: PeriodMark[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...rowsOf(recordingId, 'MARK#'),
          ...(after === undefined ? {} : { ExclusiveStartKey: after }),
        }),
      );
      marks.push(
        ...z
          .array(markRowSchema)
          .parse(Items ?? [])
          .map((row) => row.data),
      );
      after = LastEvaluatedKey;
    } while (after !== undefined && marks.length < maxMarks);
    return marks;
  }

  /** Queries of all events and all marks, keys only, and batch deletes of them. */
  async eraseAll(recordingId: RecordingId): Promise<void> {
    const { client, tableName } = this.#table;
    for (const prefix of ['EVT#', 'MARK#']) {
      let after: Record<string, unknown> | undefined;
      do {
        const { Items, LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: tableName,
            ...rowsOf(recordingId, prefix),
            ProjectionExpression: 'pk, sk',
            ConsistentRead: true,
            ...(after === undefined ? {} : { ExclusiveStartKey: after }),
          }),
        );
        await deleteAll(this.#table, z.array(itemKeySchema).parse(Items ?? []));
        after = LastEvaluatedKey;
      } while (after !== undefined);
    }
  }

  async #countEvents(recordingId: RecordingId, position: string, count: number): Promise<void> {
    const { client, tableName } = this.#table;
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: recordingKey(recordingId),
          UpdateExpression:
            'SET revision = revision + :one, #data.eventCount = #data.eventCount + :count, #data.eventsCountedTo = :position',
          ConditionExpression:
            'attribute_exists(pk) AND (attribute_not_exists(#data.eventsCountedTo) OR #data.eventsCountedTo < :position)',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: {
            ':one': 1,
            ':count': count,
            ':position': position.padStart(positionDigits, '0'),
          },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }

  /** Gaps beyond what a recording's row may hold are not added to it; their events are there all the same. */
  async #countWithGaps(recordingId: RecordingId, sequence: number, { events, gaps }: SegmentNotices): Promise<void> {
    let declared = gaps.slice(0, maxReportedGaps);
    for (let attempt = 0; attempt < maxCountAttempts; attempt++) {
      try {
        const add = this.#addition(recordingId, events.length, declared);
        const TransactItems = [{ Update: this.#onceOnly(recordingId, sequence) }, { Update: add }];
        await this.#table.client.send(new TransactWriteCommand({ TransactItems }));
        return;
      } catch (error) {
        const codes = cancellationCodes(error);
        if (codes?.[0] === 'ConditionalCheckFailed') return;
        if (codes?.[1] === 'ConditionalCheckFailed' && declared.length > 0) declared = [];
        else if (!codes?.includes('TransactionConflict')) throw error;
      }
    }
    throw new Error('the recording changes faster than its events can be counted');
  }

  #onceOnly(recordingId: RecordingId, sequence: number) {
    return {
      TableName: this.#table.tableName,
      Key: segmentKey(recordingId, sequence),
      UpdateExpression: 'SET isIndexed = :true',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(isIndexed)',
      ExpressionAttributeValues: { ':true': true },
    };
  }

  #addition(recordingId: RecordingId, count: number, gaps: SegmentNotices['gaps']) {
    return {
      TableName: this.#table.tableName,
      Key: recordingKey(recordingId),
      UpdateExpression:
        'SET revision = revision + :one, #data.eventCount = #data.eventCount + :count, #data.gaps = list_append(#data.gaps, :gaps), #data.reportedGaps = list_append(#data.reportedGaps, :gaps)',
      ConditionExpression: 'attribute_exists(pk) AND size(#data.reportedGaps) <= :room',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: {
        ':one': 1,
        ':count': count,
        ':gaps': gaps,
        ':room': maxReportedGaps - gaps.length,
      },
    };
  }
}

/** What follows a prefix begins with a digit, and all digits sort before `~`. */
function rowsOf(recordingId: RecordingId, prefix: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': `REC#${recordingId}`, ':from': prefix, ':to': `${prefix}~` },
  };
}
