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
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import {
  cancellationCodes,
  type DynamoTable,
  deleteAll,
  itemKeySchema,
  padMs,
  putAll,
  queryPage,
  queryPages,
  unlessRefused,
} from './dynamo-table.ts';
import { recordingKey } from './recording-row.ts';
import { segmentRowKey } from './segment-row.ts';

const eventRowSchema = z.object({ sk: z.string(), data: z.array(recordedEventSchema) });
/** Time and id of a row's last event, as its sort key has them, and how many of the row's events were given. */
const cursorSchema = z.object({ row: z.string().regex(/^\d{13}#\d+-\d+$/), given: z.int().min(0) });
/** Texts are at most 2,000 characters long, and rows 400 KB. */
const maxEventsPerRow = 50;
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
   * transaction that marks the segments' row.
   */
  async putNotices(recordingId: RecordingId, source: NoticeSource, notices: SegmentNotices): Promise<void> {
    const pk = `REC#${recordingId}`;
    const events = toEventItems(pk, notices.events);
    const marks = new Map(
      notices.marks.map((mark) => [`MARK#${padMs(mark.atMs)}#${mark.kind}#${mark.edge}`, mark] as const),
    );
    await putAll(this.#table, [...events, ...[...marks].map(([sk, data]) => ({ pk, sk, data }))]);
    if (notices.gaps.length > 0) await this.#countWithGaps(recordingId, source.lastSequence, notices);
    else if (events.length > 0) await this.#countEvents(recordingId, source.position, notices.events.length);
  }

  /** Query of a recording's rows of events, from the one on that was not given to its end. */
  async list(
    recordingId: RecordingId,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<RecordedEvent>> {
    const place = decodeCursor(cursor, cursorSchema);
    const page = await queryPage(this.#table, {
      ...rowsOf(recordingId, 'EVT#', place && `EVT#${place.row}`),
      // A row that was given to its end may be the first; one more than asked for tells whether something follows.
      Limit: limit + 2,
    });
    const found = page.items.flatMap((item) => {
      const { sk, data } = eventRowSchema.parse(item);
      const row = sk.slice('EVT#'.length);
      return data
        .map((event, index) => ({ event, row, given: index + 1 }))
        .filter(({ given }) => row !== place?.row || given > place.given);
    });
    const given = found.slice(0, limit);
    const items = given.map(({ event }) => event);
    const last = given.length < found.length || page.last !== undefined ? given.at(-1) : undefined;
    return last === undefined ? { items } : { items, cursor: encodeCursor({ row: last.row, given: last.given }) };
  }

  /** Query of all marks of a recording. */
  async listMarks(recordingId: RecordingId): Promise<PeriodMark[]> {
    const marks: PeriodMark[] = [];
    for await (const items of queryPages(this.#table, rowsOf(recordingId, 'MARK#'))) {
      marks.push(...items.map((item) => markRowSchema.parse(item).data));
      if (marks.length >= maxMarks) break;
    }
    return marks;
  }

  /** Queries of all events and all marks, keys only, and batch deletes of them. */
  async eraseAll(recordingId: RecordingId): Promise<void> {
    for (const prefix of ['EVT#', 'MARK#']) {
      const query = { ...rowsOf(recordingId, prefix), ProjectionExpression: 'pk, sk', ConsistentRead: true };
      for await (const items of queryPages(this.#table, query)) {
        await deleteAll(this.#table, z.array(itemKeySchema).parse(items));
      }
    }
  }

  async #countEvents(recordingId: RecordingId, position: string, count: number): Promise<void> {
    const { client, tableName } = this.#table;
    await unlessRefused(
      client.send(
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
      ),
    );
  }

  /** Gaps beyond what a recording's row may hold are not added to it; their events are there all the same. */
  async #countWithGaps(
    recordingId: RecordingId,
    lastSequence: number,
    { events, gaps }: SegmentNotices,
  ): Promise<void> {
    let declared = gaps.slice(0, maxReportedGaps);
    for (let attempt = 0; attempt < maxCountAttempts; attempt++) {
      try {
        const add = this.#addition(recordingId, events.length, declared);
        const TransactItems = [{ Update: this.#onceOnly(recordingId, lastSequence) }, { Update: add }];
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

  #onceOnly(recordingId: RecordingId, lastSequence: number) {
    return {
      TableName: this.#table.tableName,
      Key: segmentRowKey(recordingId, lastSequence),
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

/**
 * Events of segments that were stored together are a row or a few, by the time of the last: segments follow each other in time,
 * and so do rows. Only a gap that is declared after its time may stand some events too early or too late.
 */
function toEventItems(pk: string, events: readonly RecordedEvent[]) {
  const positionOf = ({ atMs, eventId }: RecordedEvent) => `${padMs(atMs)}#${eventId}`;
  const sorted = events.toSorted((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
  const rowCount = Math.ceil(sorted.length / maxEventsPerRow);
  return Array.from({ length: rowCount }, (_, index) => {
    const data = sorted.slice(index * maxEventsPerRow, (index + 1) * maxEventsPerRow);
    const last = data.at(-1);
    return { pk, sk: `EVT#${last === undefined ? '' : positionOf(last)}`, data };
  });
}

/** What follows a prefix begins with a digit, and all digits sort before `~`. */
function rowsOf(recordingId: RecordingId, prefix: string, from = prefix) {
  return {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': `REC#${recordingId}`, ':from': from, ':to': `${prefix}~` },
  };
}
