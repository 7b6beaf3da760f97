import { type NoticeMessages, noticeMessagesSchema } from '@afterimage/contracts';
import type { NoticeMessagesStore } from '@afterimage/core';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoDocuments, documentRefSchema } from './dynamo-documents.ts';
import { cancellationCodes, type DynamoTable, findRow, isTransactionConflict, padSequence } from './dynamo-table.ts';
import { noticeMessagesKey } from './policy-rows.ts';

const partition = 'NOTICE_MESSAGES';
const versionKey = (version: number) => ({ pk: partition, sk: `VERSION#${padSequence(version)}` });
const currentRowSchema = z.object({ version: z.int().min(1) });
const versionRowSchema = z.object({ data: documentRefSchema });

/** In the configuration table. Versions stay: reports of what users were told name them. */
export class DynamoNoticeMessagesStore implements NoticeMessagesStore {
  readonly #table: DynamoTable;
  readonly #documents: DynamoDocuments;

  constructor(table: DynamoTable, documents: DynamoDocuments) {
    this.#table = table;
    this.#documents = documents;
  }

  /** Get of the current version's number, consistent, and of its content. */
  async find(): Promise<NoticeMessages> {
    const row = await findRow(this.#table, noticeMessagesKey, currentRowSchema);
    const messages = await this.findVersion(row?.version ?? 0);
    if (messages === undefined) throw new Error('the notice messages have no content');
    return messages;
  }

  /** Get of the version's row, and its content. */
  async findVersion(version: number): Promise<NoticeMessages | undefined> {
    if (version === 0) return noticeMessagesSchema.parse({ version: 0 });
    const row = await findRow(this.#table, versionKey(version), versionRowSchema);
    return row === undefined ? undefined : this.#documents.get(partition, row.data, noticeMessagesSchema);
  }

  /**
   * The content, then the version's row and the current one's number in a transaction; the content again away where
   * another was the first.
   */
  async change(messages: NoticeMessages): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const { version } = messages;
    const isFirst = version === 1;
    const data = await this.#documents.put(partition, messages);
    const current = {
      TableName,
      Item: { ...noticeMessagesKey, version },
      ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'version = :expected',
      ...(isFirst ? {} : { ExpressionAttributeValues: { ':expected': version - 1 } }),
    };
    const row = { TableName, Item: { ...versionKey(version), data }, ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [{ Put: row }, { Put: current }] }));
      return true;
    } catch (error) {
      // Who is in a conflict with another change of the same version has lost against it.
      const isLost = isTransactionConflict(error) || cancellationCodes(error)?.includes('ConditionalCheckFailed');
      if (!isLost) throw error;
      await this.#documents.delete(partition, data);
      return false;
    }
  }
}
