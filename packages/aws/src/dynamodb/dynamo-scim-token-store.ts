import { type ScimToken, type ScimTokenId, scimTokenSchema } from '@afterimage/contracts';
import type { ScimTokenStore } from '@afterimage/core';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, findRow, queryPages, unlessRefused } from './dynamo-table.ts';

const rowSchema = z.object({ data: scimTokenSchema, secretHash: z.string() });
const partition = 'SCIMTOKENS';
const tokenKey = (id: ScimTokenId) => ({ pk: partition, sk: id });
/** Tokens outlive their expiry by a month, for whoever asks why a provider is refused. */
const keptAfterExpirySeconds = 30 * 86_400;

export class DynamoScimTokenStore implements ScimTokenStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Put of a new id. */
  async create(token: ScimToken, secretHash: string): Promise<void> {
    const { client, tableName } = this.#table;
    const expiresAt = Math.ceil(Date.parse(token.expiresAt) / 1000) + keptAfterExpirySeconds;
    const Item = { ...tokenKey(token.scimTokenId), data: token, secretHash, expiresAt };
    await client.send(new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  }

  /** Get by id, consistent: a token that was revoked is gone. */
  async find(id: ScimTokenId): Promise<{ token: ScimToken; secretHash: string } | undefined> {
    const row = await findRow(this.#table, tokenKey(id), rowSchema);
    return row && { token: row.data, secretHash: row.secretHash };
  }

  /** Query of the one partition; ids sort by time. */
  async list(): Promise<ScimToken[]> {
    const tokens: ScimToken[] = [];
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition },
      ConsistentRead: true,
    };
    for await (const items of queryPages(this.#table, query)) {
      tokens.push(...items.map((item) => rowSchema.parse(item).data));
    }
    return tokens;
  }

  /** Delete of what is there. */
  async revoke(id: ScimTokenId): Promise<boolean> {
    const { client, tableName } = this.#table;
    const command = new DeleteCommand({
      TableName: tableName,
      Key: tokenKey(id),
      ConditionExpression: 'attribute_exists(pk)',
    });
    return (await unlessRefused(client.send(command))) !== undefined;
  }

  /** Update of what is there: a revoked token does not come back by being used. */
  async noteUsed(id: ScimTokenId, at: string): Promise<void> {
    const { client, tableName } = this.#table;
    const command = new UpdateCommand({
      TableName: tableName,
      Key: tokenKey(id),
      UpdateExpression: 'SET #data.lastUsedAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':at': at },
    });
    await unlessRefused(client.send(command));
  }
}
