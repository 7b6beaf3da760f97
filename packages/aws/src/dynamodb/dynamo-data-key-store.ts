import type { RecordingId } from '@afterimage/contracts';
import type { DataKeyEraser, WrappedDataKey } from '@afterimage/core';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, findRow } from './dynamo-table.ts';

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
    return (await findRow(this.#table, dataKeyKey(recordingId), rowSchema))?.data;
  }

  /** Delete by recording. */
  async erase(recordingId: RecordingId): Promise<void> {
    const { client, tableName } = this.#table;
    await client.send(new DeleteCommand({ TableName: tableName, Key: dataKeyKey(recordingId) }));
  }
}
