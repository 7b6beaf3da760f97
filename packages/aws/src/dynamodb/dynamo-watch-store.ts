import {
  agentIdSchema,
  playbackIdSchema,
  type RecordingId,
  recordingIdSchema,
  watchIdSchema,
} from '@afterimage/contracts';
import type { Watch, WatchedMarkStore, WatchKey, WatchStore } from '@afterimage/core';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, findRow, queryPage, unlessRefused } from './dynamo-table.ts';

const watchRowSchema = z.object({
  data: z.object({
    watchId: watchIdSchema,
    recordingId: recordingIdSchema,
    agentId: agentIdSchema,
    playbackId: playbackIdSchema,
    userName: z.string(),
    leaseEndsAtMs: z.number(),
    connectionId: z.string().optional(),
  }),
});
const markRowSchema = z.object({ data: z.object({ watchedUntilMs: z.number() }) });

const watchKey = ({ recordingId, watchId }: WatchKey) => ({ pk: `REC#${recordingId}`, sk: `WATCH#${watchId}` });
const markKey = (recordingId: RecordingId) => ({ pk: `REC#${recordingId}`, sk: 'MARK' });

/** DynamoDB removes what has expired in its own time; nobody is in a hurry for these. */
const timeToLive = (endsAtMs: number) => Math.ceil(endsAtMs / 1000) + 3600;

/**
 * Who watches what, in the connections table. One recording is one partition:
 *
 *   REC#recordingId  WATCH#watchId   one lease
 *                    MARK            until when the host was told that somebody watches
 */
export class DynamoWatchStore implements WatchStore, WatchedMarkStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Put of a new id. */
  async open(watch: Watch): Promise<void> {
    const { client, tableName } = this.#table;
    const Item = { ...watchKey(watch), data: watch, expiresAt: timeToLive(watch.leaseEndsAtMs) };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  }

  /** Get by id, consistent. */
  async find(key: WatchKey): Promise<Watch | undefined> {
    return (await findRow(this.#table, watchKey(key), watchRowSchema))?.data;
  }

  /** Update by id of a watch that exists. */
  renew(key: WatchKey, leaseEndsAtMs: number): Promise<boolean> {
    return this.#update(watchKey(key), {
      UpdateExpression: 'SET #data.leaseEndsAtMs = :end, expiresAt = :ttl',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':end': leaseEndsAtMs, ':ttl': timeToLive(leaseEndsAtMs) },
    });
  }

  /** Conditional delete by id: one's own only. */
  async end(key: WatchKey, userName: string): Promise<Watch | undefined> {
    const { client, tableName } = this.#table;
    const removal = new DeleteCommand({
      TableName: tableName,
      Key: watchKey(key),
      ConditionExpression: '#data.userName = :user',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':user': userName },
      ReturnValues: 'ALL_OLD',
    });
    const ended = await unlessRefused(client.send(removal));
    return ended && watchRowSchema.parse(ended.Attributes).data;
  }

  /** Query of one partition, consistent; viewers of one recording are few, so one page holds them. */
  async list(recordingId: RecordingId): Promise<Watch[]> {
    const { items } = await queryPage(this.#table, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :watch)',
      ExpressionAttributeValues: { ':pk': `REC#${recordingId}`, ':watch': 'WATCH#' },
      ConsistentRead: true,
    });
    return items.map((item) => watchRowSchema.parse(item).data);
  }

  /** Update by id of a watch that exists. */
  attach(key: WatchKey, connectionId: string): Promise<boolean> {
    return this.#update(watchKey(key), {
      UpdateExpression: 'SET #data.connectionId = :connection',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':connection': connectionId },
    });
  }

  /** Update by id where the connection is still this one. */
  async detach(key: WatchKey, connectionId: string): Promise<void> {
    await this.#update(watchKey(key), {
      UpdateExpression: 'REMOVE #data.connectionId',
      ConditionExpression: '#data.connectionId = :connection',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':connection': connectionId },
    });
  }

  /** Get by recording, eventually consistent: asked with every upload, and the next one is soon enough. */
  async findWatchedUntilMs(recordingId: RecordingId): Promise<number | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: markKey(recordingId) }));
    return markRowSchema.optional().parse(Item)?.data.watchedUntilMs;
  }

  /** Update by recording where the mark is far enough behind, or missing. */
  moveAhead(recordingId: RecordingId, watchedUntilMs: number, stepMs: number): Promise<boolean> {
    return this.#mark(recordingId, watchedUntilMs, 'attribute_not_exists(pk) OR #data.watchedUntilMs <= :limit', {
      ':limit': watchedUntilMs - stepMs,
    });
  }

  /** Update by recording where the mark lies ahead. */
  drawBack(recordingId: RecordingId, nowMs: number): Promise<boolean> {
    return this.#mark(recordingId, nowMs, '#data.watchedUntilMs > :limit', { ':limit': nowMs });
  }

  #mark(recordingId: RecordingId, watchedUntilMs: number, condition: string, limit: { ':limit': number }) {
    return this.#update(markKey(recordingId), {
      UpdateExpression: 'SET #data = :data, expiresAt = :ttl',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':data': { watchedUntilMs }, ':ttl': timeToLive(watchedUntilMs), ...limit },
    });
  }

  async #update(
    Key: { pk: string; sk: string },
    update: Pick<
      ConstructorParameters<typeof UpdateCommand>[0],
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> {
    const { client, tableName } = this.#table;
    const command = new UpdateCommand({ TableName: tableName, Key, ...update });
    return (await unlessRefused(client.send(command))) !== undefined;
  }
}
