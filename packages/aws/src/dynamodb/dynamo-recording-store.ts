import type { RecordingId } from '@afterimage/contracts';
import type { BeginOutcome, RecordingStore, TrackedRecording, WrappedDataKey } from '@afterimage/core';
import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { agentKey } from './dynamo-agent-store.ts';
import { dataKeyItem } from './dynamo-data-key-store.ts';
import { firstMonthKey } from './dynamo-recording-catalog.ts';
import { cancellationCodes, type DynamoTable, isConditionFailure } from './dynamo-table.ts';
import { fromRecordingItem, monthOf, recordingKey, toRecordingItem } from './recording-row.ts';

/** Writers of one recording are few: ingest of its chunks, the indexer, the sweeper. */
const maxChangeAttempts = 20;

/** Tables that only the announcement of a recording writes to. */
export interface AnnouncementTables {
  agentsTableName: string;
  keysTableName: string;
}

export class DynamoRecordingStore implements RecordingStore {
  readonly #table: DynamoTable;
  readonly #announcement: AnnouncementTables | undefined;
  #earliestMonthNoted: string | undefined;

  constructor(table: DynamoTable, announcement?: AnnouncementTables) {
    this.#table = table;
    this.#announcement = announcement;
  }

  /** Get by id, consistent. */
  async find(recordingId: RecordingId): Promise<TrackedRecording | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: recordingKey(recordingId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : fromRecordingItem(Item);
  }

  /**
   * One transaction over three tables: the recording, the wrapped key, the device's counter, and that the device is
   * enrolled. Counters may come in any order, so each has a row. An update afterwards raises the highest.
   */
  async begin(recording: TrackedRecording, key: WrappedDataKey): Promise<BeginOutcome> {
    const { client, tableName } = this.#table;
    if (this.#announcement === undefined) throw new Error('this function announces no recordings');
    await this.#noteMonth(monthOf(recording.startedAt));
    const isNew = 'attribute_not_exists(pk)';
    const { agentsTableName, keysTableName } = this.#announcement;
    const items = [
      { Put: { TableName: tableName, Item: toRecordingItem(recording), ConditionExpression: isNew } },
      { Put: { TableName: keysTableName, Item: dataKeyItem(recording.recordingId, key), ConditionExpression: isNew } },
      { Put: { TableName: agentsTableName, Item: counterItem(recording), ConditionExpression: isNew } },
      { ConditionCheck: isEnrolled(agentsTableName, recording) },
    ];
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
    } catch (error) {
      const codes = cancellationCodes(error);
      if (codes?.[0] === 'ConditionalCheckFailed' || codes?.[1] === 'ConditionalCheckFailed') return 'exists';
      if (codes?.[2] === 'ConditionalCheckFailed') return 'counter-reused';
      if (codes?.[3] === 'ConditionalCheckFailed') return 'not-enrolled';
      throw error;
    }
    await this.#raiseCounter(agentsTableName, recording);
    return 'begun';
  }

  /** Get, then put where the revision is still the same. */
  async change(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => TrackedRecording,
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined> {
    for (let attempt = 0; attempt < maxChangeAttempts; attempt++) {
      const before = attempt === 0 && seen !== undefined ? seen : await this.find(recordingId);
      if (before === undefined) return undefined;
      const after = change(before);
      if (after === before) return before;
      const stored = await this.#replace({ ...after, revision: before.revision + 1 }, before.revision);
      if (stored !== undefined) return stored;
    }
    throw new Error('the recording changes faster than it can be written');
  }

  async #replace(recording: TrackedRecording, seenRevision: number): Promise<TrackedRecording | undefined> {
    const { client, tableName } = this.#table;
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: toRecordingItem(recording),
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: { ':seen': seenRevision },
        }),
      );
      return recording;
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  }

  /** For people to read; what counts are the rows of the counters. */
  async #raiseCounter(agentsTableName: string, { agentId, deviceCounter }: TrackedRecording): Promise<void> {
    try {
      await this.#table.client.send(
        new UpdateCommand({
          TableName: agentsTableName,
          Key: agentKey(agentId),
          UpdateExpression: 'SET #data.recordingCounter = :counter',
          ConditionExpression: '#data.recordingCounter < :counter',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':counter': deviceCounter },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }

  /** Lowers the month at which the list of recordings ends; written once for each earlier month. */
  async #noteMonth(month: string): Promise<void> {
    if (this.#earliestMonthNoted !== undefined && this.#earliestMonthNoted <= month) return;
    const { client, tableName } = this.#table;
    try {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: firstMonthKey,
          UpdateExpression: 'SET #data = :month',
          ConditionExpression: 'attribute_not_exists(pk) OR #data > :month',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':month': month },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    this.#earliestMonthNoted = month;
  }
}

/** A counter that is taken, and by which recording. Ten digits, so that they sort. */
function counterItem({ agentId, recordingId, deviceCounter }: TrackedRecording) {
  const { pk } = agentKey(agentId);
  return { pk, sk: `COUNTER#${String(deviceCounter).padStart(10, '0')}`, recordingId };
}

function isEnrolled(agentsTableName: string, { agentId }: TrackedRecording) {
  return {
    TableName: agentsTableName,
    Key: agentKey(agentId),
    ConditionExpression: '#data.#state = :enrolled',
    ExpressionAttributeNames: { '#data': 'data', '#state': 'state' },
    ExpressionAttributeValues: { ':enrolled': 'enrolled' },
  };
}
