import type { RecordingId } from '@afterimage/contracts';
import type { BeginOutcome, RecordingStore, TrackedRecording, WrappedDataKey } from '@afterimage/core';
import { PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { agentKey } from './dynamo-agent-store.ts';
import { dataKeyItem } from './dynamo-data-key-store.ts';
import { firstMonthKey } from './dynamo-recording-catalog.ts';
import {
  cancellationCodes,
  type DynamoTable,
  type ItemKey,
  isTransactionConflict,
  queryPage,
  unlessRefused,
} from './dynamo-table.ts';
import { joinRecording, monthOf, recordingKey, toAnnouncedItem, toSealedItem, toStateItem } from './recording-row.ts';

/** Writers of one recording are few: ingest of its chunks, the indexer, the sweeper. */
const maxChangeAttempts = 20;
/** A file is sealed a few times an hour: a read that falls between is of one moment the next time. */
const maxReadAttempts = 5;
const maxWritesPerTransaction = 100;

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

  /** Query of a recording's rows, consistent. */
  async find(recordingId: RecordingId): Promise<TrackedRecording | undefined> {
    const { pk, sk } = recordingKey(recordingId);
    for (let attempt = 0; attempt < maxReadAttempts; attempt++) {
      const { items } = await queryPage(this.#table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ConsistentRead: true,
      });
      const joined = joinRecording(items);
      if (joined === undefined || joined.isOfOneMoment) return joined?.recording;
    }
    throw new Error('the recording changes faster than it can be read');
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
      { Put: { TableName: tableName, Item: toStateItem(recording), ConditionExpression: isNew } },
      { Put: { TableName: keysTableName, Item: dataKeyItem(recording.recordingId, key), ConditionExpression: isNew } },
      { Put: { TableName: agentsTableName, Item: counterItem(recording), ConditionExpression: isNew } },
      { ConditionCheck: isEnrolled(agentsTableName, recording) },
      { Put: { TableName: tableName, Item: toAnnouncedItem(recording) } },
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

  /** Query, then put where the revision is still the same; a file that is sealed is another row, in one transaction. */
  change(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => TrackedRecording,
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined> {
    return this.changeWithRows(recordingId, (before) => ({ recording: change(before), rows: [] }), seen);
  }

  /** As `change`, with other rows in one transaction. */
  protected async changeWithRows(
    recordingId: RecordingId,
    change: (recording: TrackedRecording) => { recording: TrackedRecording; rows: readonly ItemKey[] },
    seen?: TrackedRecording,
  ): Promise<TrackedRecording | undefined> {
    for (let attempt = 0; attempt < maxChangeAttempts; attempt++) {
      const before = attempt === 0 && seen !== undefined ? seen : await this.find(recordingId);
      if (before === undefined) return undefined;
      const { recording, rows } = change(before);
      if (recording === before) return before;
      const after = { ...recording, revision: before.revision + 1 };
      if (await this.#replace(before, after, rows)) return after;
    }
    throw new Error('the recording changes faster than it can be written');
  }

  /** Whether nobody wrote since. */
  async #replace(before: TrackedRecording, after: TrackedRecording, rows: readonly ItemKey[]): Promise<boolean> {
    const { client, tableName } = this.#table;
    const isSealedAlike = after.manifestVersion === before.manifestVersion;
    const besides = isSealedAlike ? rows : [toSealedItem(after), ...rows];
    if (besides.length >= maxWritesPerTransaction) throw new RangeError('more rows than one transaction can write');
    const state = {
      TableName: tableName,
      Item: toStateItem(after),
      ConditionExpression: 'revision = :seen',
      ExpressionAttributeValues: { ':seen': before.revision },
    };
    const others = besides.map((Item) => ({ Put: { TableName: tableName, Item } }));
    try {
      if (others.length === 0) return (await unlessRefused(client.send(new PutCommand(state)))) !== undefined;
      await client.send(new TransactWriteCommand({ TransactItems: [{ Put: state }, ...others] }));
      return true;
    } catch (error) {
      if (isTransactionConflict(error) || cancellationCodes(error)?.[0] === 'ConditionalCheckFailed') return false;
      throw error;
    }
  }

  /** For people to read; what counts are the rows of the counters. */
  async #raiseCounter(agentsTableName: string, { agentId, deviceCounter }: TrackedRecording): Promise<void> {
    await unlessRefused(
      this.#table.client.send(
        new UpdateCommand({
          TableName: agentsTableName,
          Key: agentKey(agentId),
          UpdateExpression: 'SET #data.recordingCounter = :counter',
          ConditionExpression: '#data.recordingCounter < :counter',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':counter': deviceCounter },
        }),
      ),
    );
  }

  /** Lowers the month at which the list of recordings ends; written once for each earlier month. */
  async #noteMonth(month: string): Promise<void> {
    if (this.#earliestMonthNoted !== undefined && this.#earliestMonthNoted <= month) return;
    const { client, tableName } = this.#table;
    await unlessRefused(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: firstMonthKey,
          UpdateExpression: 'SET #data = :month',
          ConditionExpression: 'attribute_not_exists(pk) OR #data > :month',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':month': month },
        }),
      ),
    );
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
