import type { Session, SessionId } from '@afterimage/contracts';
import {
  type SessionChange,
  type SessionStore,
  type StoredCommand,
  type TrackedSession,
  trackSession,
} from '@afterimage/core';
import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  cancellationCodes,
  type DynamoTable,
  isTransactionConflict,
  queryPage,
  unlessRefused,
} from './dynamo-table.ts';
import { fromSessionItem, isPulse, pulseKey, sessionKey, toCommandItem, toSessionItem } from './session-row.ts';

/** Writers of one session are few: its host, and an administrator now and then. */
const maxChangeAttempts = 10;

export class DynamoSessionStore implements SessionStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Query of its two rows, consistent. */
  async find(sessionId: SessionId): Promise<TrackedSession | undefined> {
    const { pk, sk } = sessionKey(sessionId);
    const { items } = await queryPage(this.#table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    const item = items.find((row) => row.sk === sk);
    const pulse = items.find((row) => row.sk === pulseKey(sessionId).sk);
    return item === undefined ? undefined : fromSessionItem(item, pulse);
  }

  /** Conditional put; the loser reads the winner. */
  async putOnce(session: Session): Promise<TrackedSession> {
    const tracked = trackSession(session);
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
    const put = new PutCommand({ TableName: this.#table.tableName, Item: toSessionItem(tracked), ...condition });
    if ((await unlessRefused(this.#table.client.send(put))) !== undefined) return tracked;
    const winner = await this.find(session.sessionId);
    if (winner === undefined) throw new Error('a session that was there before is gone');
    return winner;
  }

  change(sessionId: SessionId, change: (session: TrackedSession) => TrackedSession) {
    return this.changeWithCommands(sessionId, (session) => ({ session: change(session), commands: [] }));
  }

  /**
   * Query, then put where the revision is still the same; in a transaction with the commands, if there are any. Where no
   * more was heard than that the session is there, only the small row is put.
   */
  async changeWithCommands(
    sessionId: SessionId,
    change: (session: TrackedSession) => SessionChange,
  ): Promise<TrackedSession | undefined> {
    for (let attempt = 0; attempt < maxChangeAttempts; attempt++) {
      const before = await this.find(sessionId);
      if (before === undefined) return undefined;
      const { session, commands } = change(before);
      if (session === before && commands.length === 0) return before;
      if (commands.length === 0 && isPulse(before, session)) return this.#notePulse(session);
      const after = { ...session, revision: before.revision + 1 };
      if (await this.#replace(after, before.revision, commands)) return after;
    }
    throw new Error('the session changes faster than it can be written');
  }

  async #notePulse(session: TrackedSession): Promise<TrackedSession> {
    const { client, tableName: TableName } = this.#table;
    const { sessionId, lastSeenAt } = session;
    await client.send(new PutCommand({ TableName, Item: { ...pulseKey(sessionId), data: { lastSeenAt } } }));
    return session;
  }

  async #replace(session: TrackedSession, seen: number, commands: readonly StoredCommand[]): Promise<boolean> {
    const { client, tableName: TableName } = this.#table;
    const put = {
      TableName,
      Item: toSessionItem(session),
      ConditionExpression: 'revision = :seen',
      ExpressionAttributeValues: { ':seen': seen },
    };
    if (commands.length === 0) return (await unlessRefused(client.send(new PutCommand(put)))) !== undefined;
    const puts = commands.map((command) => ({ Put: { TableName, Item: toCommandItem(command) } }));
    try {
      await client.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, ...puts] }));
      return true;
    } catch (error) {
      if (cancellationCodes(error)?.[0] === 'ConditionalCheckFailed' || isTransactionConflict(error)) return false;
      throw error;
    }
  }
}
