import { type Agent, type EnrolmentToken, type EnrolmentTokenId, enrolmentTokenSchema } from '@afterimage/contracts';
import type { EnrolmentTokenStore } from '@afterimage/core';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { agentItem } from './dynamo-agent-store.ts';
import { cancellationCodes, type DynamoTable } from './dynamo-table.ts';

const rowSchema = z.object({ data: enrolmentTokenSchema, secretHash: z.string() });
const tokenKey = (id: EnrolmentTokenId) => ({ pk: `TOKEN#${id}`, sk: 'TOKEN' });

/** Tokens outlive their expiry by a week, for whoever asks why a host could not enrol. */
const keptAfterExpirySeconds = 7 * 86_400;

export class DynamoEnrolmentTokenStore implements EnrolmentTokenStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Put of a new id. */
  async create(token: EnrolmentToken, secretHash: string): Promise<void> {
    const { client, tableName } = this.#table;
    const expiresAt = Math.ceil(Date.parse(token.expiresAt) / 1000) + keptAfterExpirySeconds;
    const Item = { ...tokenKey(token.enrolmentTokenId), data: token, secretHash, expiresAt };
    await client.send(new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  }

  /** Get by id, consistent. */
  async find(id: EnrolmentTokenId): Promise<{ token: EnrolmentToken; secretHash: string } | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: tokenKey(id), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { data, secretHash } = rowSchema.parse(Item);
    return { token: data, secretHash };
  }

  /** One transaction: spends a use of the token and puts the agent. */
  async enrol(agent: Agent): Promise<boolean> {
    const { client, tableName } = this.#table;
    const spend = {
      TableName: tableName,
      Key: tokenKey(agent.enrolledWith),
      UpdateExpression: 'SET #data.usesLeft = #data.usesLeft - :one',
      ConditionExpression: '#data.usesLeft >= :one',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':one': 1 },
    };
    const put = { TableName: tableName, Item: agentItem(agent), ConditionExpression: 'attribute_not_exists(pk)' };
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [{ Update: spend }, { Put: put }] }));
      return true;
    } catch (error) {
      if (cancellationCodes(error)?.[0] === 'ConditionalCheckFailed') return false;
      throw error;
    }
  }
}
