import { type RecordingId, segmentSchema } from '@afterimage/contracts';
import type { SegmentStore, SequenceRange, StoredSegment } from '@afterimage/core';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, isConditionFailure, padSequence } from './dynamo-table.ts';

/** A row as the table and its stream have it. */
export const segmentRowSchema = z.object({
  data: segmentSchema.extend({ fileNumber: z.int().min(1), objectKey: z.string() }),
});

const iterationPageSize = 1000;

export const segmentKey = (recordingId: RecordingId, sequence: number) => ({
  pk: `REC#${recordingId}`,
  sk: `SEG#${padSequence(sequence)}`,
});

export class DynamoSegmentStore implements SegmentStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Conditional put: the first bytes that were stored under a sequence stay. */
  async put(recordingId: RecordingId, segment: StoredSegment): Promise<'stored' | 'same' | 'conflict'> {
    const { client, tableName } = this.#table;
    const { hasEvents } = segment;
    const Item = { ...segmentKey(recordingId, segment.sequence), hasEvents, data: segment };
    try {
      await client.send(
        new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      return 'stored';
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const known = await this.find(recordingId, segment.sequence);
      return known?.hash === segment.hash ? 'same' : 'conflict';
    }
  }

  /** Get by sequence, consistent. */
  async find(recordingId: RecordingId, sequence: number): Promise<StoredSegment | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: segmentKey(recordingId, sequence), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : segmentRowSchema.parse(Item).data;
  }

  /** Query of a recording's segments from a sequence on. */
  async list(
    recordingId: RecordingId,
    { afterSequence, limit }: { afterSequence: number; limit: number },
  ): Promise<StoredSegment[]> {
    const { client, tableName } = this.#table;
    const segments: StoredSegment[] = [];
    let from = afterSequence + 1;
    while (segments.length < limit) {
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': `REC#${recordingId}`,
            ':from': `SEG#${padSequence(from)}`,
            ':to': 'SEG#9999999999',
          },
          ConsistentRead: true,
          Limit: limit - segments.length,
        }),
      );
      segments.push(
        ...z
          .array(segmentRowSchema)
          .parse(Items ?? [])
          .map((row) => row.data),
      );
      if (LastEvaluatedKey === undefined) break;
      from = (segments.at(-1)?.sequence ?? from) + 1;
    }
    return segments;
  }

  /** Queries of a recording's segments between two sequences. */
  async *iterate(
    recordingId: RecordingId,
    { firstSequence, lastSequence }: SequenceRange,
  ): AsyncGenerator<StoredSegment> {
    let afterSequence = firstSequence - 1;
    while (afterSequence < lastSequence) {
      const limit = Math.min(iterationPageSize, lastSequence - afterSequence);
      const page = await this.list(recordingId, { afterSequence, limit });
      yield* page.filter(({ sequence }) => sequence <= lastSequence);
      const last = page.at(-1);
      if (last === undefined || page.length < limit) return;
      afterSequence = last.sequence;
    }
  }
}
