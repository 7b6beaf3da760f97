import { type Session, type SessionId, sessionSchema } from '@afterimage/contracts';
import type { SessionStore } from '@afterimage/core';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, isConditionFailure } from './dynamo-table.ts';

const rowSchema = z.object({ data: sessionSchema });
const sessionKey = (sessionId: SessionId) => ({ pk: `SES#${sessionId}`, sk: 'SESSION' });

export class DynamoSessionStore implements SessionStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get by id, consistent. */
  async find(sessionId: SessionId): Promise<Session | undefined> {
    const { client, tableName } = this.#table;
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: sessionKey(sessionId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : rowSchema.parse(Item).data;
  }

  /** Conditional put; the loser reads the winner. */
  async putOnce(session: Session): Promise<Session> {
    const { client, tableName } = this.#table;
    const Item = { ...sessionKey(session.sessionId), data: session };
    try {
      await client.send(
        new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      return session;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const winner = await this.find(session.sessionId);
      if (winner === undefined) throw error;
      return winner;
    }
  }
}
