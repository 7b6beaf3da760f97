import type { RecordingId } from '@afterimage/contracts';
import type { DataKeyEraser, WrappedDataKey } from '@afterimage/core';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DynamoTable } from './dynamo-table.ts';

const rowSchema = z.object({ data: z.object({ wrappedKey: z.string(), wrappingKeyId: z.string() }) });
const dataKeyKey = (recordingId: RecordingId) => ({ pk: `REC#${recordingId}`, sk: 'KEY' });

/** The only place where a recording's wrapped key lies: without this row the recording is noise. */
export const dataKeyItem = (recordingId: RecordingId, key: WrappedDataKey) => ({
  ...dataKeyKey(recordingId),
  data: key,
});

export class DynamoDataKeyStore implements DataKeyEraser {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get by recording, consistent: an erased key is gone at once. */
  async find(recordingId: RecordingId): Promise<WrappedDataKey | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: dataKeyKey(recordingId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : rowSchema.parse(Item).data;
  }
  /** Delete by recording. */
  async erase(recordingId: RecordingId): Promise<void> {
    const { client, tableName } = this.#table;
    await client.send(new DeleteCommand({ TableName: tableName, Key: dataKeyKey(recordingId) }));
  }
}
