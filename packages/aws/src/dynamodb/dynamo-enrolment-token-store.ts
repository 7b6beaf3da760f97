import {
  type Agent,
  agentIdSchema,
  agentSchema,
  type EnrolmentToken,
  type EnrolmentTokenId,
  enrolmentTokenSchema,
} from '@afterimage/contracts';
import type { EnrolmentTokenStore } from '@afterimage/core';
import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { agentItem, agentKey } from './dynamo-agent-store.ts';
import { cancellationCodes, type DynamoTable, findRow } from './dynamo-table.ts';

const rowSchema = z.object({ data: enrolmentTokenSchema, secretHash: z.string() });
const deviceRowSchema = z.object({ agentId: agentIdSchema });
const agentRowSchema = z.object({ data: agentSchema });
const tokenKey = (id: EnrolmentTokenId) => ({ pk: `TOKEN#${id}`, sk: 'TOKEN' });
/** Says which agent a device became with a token, for a device that did not hear the answer. */
const deviceKey = ({ enrolledWith, publicKey }: Pick<Agent, 'enrolledWith' | 'publicKey'>) => ({
  pk: `TOKEN#${enrolledWith}`,
  sk: `DEVICE#${publicKey}`,
});

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
    const row = await findRow(this.#table, tokenKey(id), rowSchema);
    return row && { token: row.data, secretHash: row.secretHash };
  }

  /** One transaction: spends a use of the token, puts the agent and which device it is. Two gets where that fails. */
  async enrol(agent: Agent): Promise<Agent | undefined> {
    const { client, tableName } = this.#table;
    const spend = {
      TableName: tableName,
      Key: tokenKey(agent.enrolledWith),
      UpdateExpression: 'SET #data.usesLeft = #data.usesLeft - :one',
      ConditionExpression: '#data.usesLeft >= :one',
      ExpressionAttributeNames: { '#data': 'data' },
      ExpressionAttributeValues: { ':one': 1 },
    };
    const isNew = { TableName: tableName, ConditionExpression: 'attribute_not_exists(pk)' };
    const device = { ...deviceKey(agent), agentId: agent.agentId };
    const items = [
      { Update: spend },
      { Put: { ...isNew, Item: agentItem(agent) } },
      { Put: { ...isNew, Item: device } },
    ];
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }));
      return agent;
    } catch (error) {
      const [spent, , enrolled] = cancellationCodes(error) ?? [];
      if (spent !== 'ConditionalCheckFailed' && enrolled !== 'ConditionalCheckFailed') throw error;
      return this.#enrolledBefore(agent);
    }
  }

  async #enrolledBefore(agent: Agent): Promise<Agent | undefined> {
    const device = await findRow(this.#table, deviceKey(agent), deviceRowSchema);
    if (device === undefined) return undefined;
    return (await findRow(this.#table, agentKey(device.agentId), agentRowSchema))?.data;
  }
}
