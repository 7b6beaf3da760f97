import { type AgentId, agentIdSchema, recordingIdSchema, watchIdSchema } from '@afterimage/contracts';
import type { ChannelHolder, ChannelTicketStore, ConnectionStore } from '@afterimage/core';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, findRow, unlessRefused } from './dynamo-table.ts';

const holderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent'), agentId: agentIdSchema }),
  z.object({ kind: z.literal('viewer'), recordingId: recordingIdSchema, watchId: watchIdSchema }),
]);
const holderRowSchema = z.object({ data: holderSchema });
const ofAgentRowSchema = z.object({ data: z.object({ connectionId: z.string() }) });

const ticketKey = (hash: string) => ({ pk: `TICKET#${hash}`, sk: 'TICKET' });
const connectionKey = (connectionId: string) => ({ pk: `CONNECTION#${connectionId}`, sk: 'CONNECTION' });
const ofAgentKey = (agentId: AgentId) => ({ pk: `AGENT#${agentId}`, sk: 'CONNECTION' });

const timeToLive = (endsAtMs: number) => Math.ceil(endsAtMs / 1000);

/**
 * Tickets and connections of the channel, in the connections table:
 *
 *   TICKET#sha256             TICKET       whose it is
 *   CONNECTION#connectionId   CONNECTION   whose it is
 *   AGENT#agentId             CONNECTION   the newest connection of an agent
 */
export class DynamoConnectionStore implements ChannelTicketStore, ConnectionStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Put of a new hash. */
  async put(ticketHash: string, holder: ChannelHolder, expiresAtMs: number): Promise<void> {
    await this.#put(ticketKey(ticketHash), holder, expiresAtMs, { expiresAtMs });
  }

  /** Conditional delete: of two who bring the same ticket, one gets in. */
  async take(ticketHash: string, nowMs: number): Promise<ChannelHolder | undefined> {
    return this.#remove(ticketKey(ticketHash), 'expiresAtMs > :now', { ':now': nowMs });
  }

  /** Put of a new id, and of an agent's newest connection. */
  async open(connectionId: string, holder: ChannelHolder, expiresAtMs: number): Promise<void> {
    await this.#put(connectionKey(connectionId), holder, expiresAtMs);
    if (holder.kind === 'agent') await this.#put(ofAgentKey(holder.agentId), { connectionId }, expiresAtMs);
  }

  /** Delete by id, and of the agent's row where it still names this connection. */
  async close(connectionId: string): Promise<ChannelHolder | undefined> {
    const holder = await this.#remove(connectionKey(connectionId), 'attribute_exists(pk)');
    if (holder?.kind === 'agent') await this.#forgetOfAgent(holder.agentId, connectionId);
    return holder;
  }

  /** Get by agent, consistent. */
  async findOfAgent(agentId: AgentId): Promise<string | undefined> {
    return (await findRow(this.#table, ofAgentKey(agentId), ofAgentRowSchema))?.data.connectionId;
  }

  async #put(key: { pk: string; sk: string }, data: object, expiresAtMs: number, also: object = {}): Promise<void> {
    const { client, tableName } = this.#table;
    const Item = { ...key, data, ...also, expiresAt: timeToLive(expiresAtMs) };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  }

  async #remove(
    Key: { pk: string; sk: string },
    condition: string,
    values?: Record<string, number>,
  ): Promise<ChannelHolder | undefined> {
    const { client, tableName } = this.#table;
    const removal = new DeleteCommand({
      TableName: tableName,
      Key,
      ConditionExpression: condition,
      ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      ReturnValues: 'ALL_OLD',
    });
    const removed = await unlessRefused(client.send(removal));
    return removed && holderRowSchema.parse(removed.Attributes).data;
  }

  async #forgetOfAgent(agentId: AgentId, connectionId: string): Promise<void> {
    const { client, tableName } = this.#table;
    await unlessRefused(
      client.send(
        new DeleteCommand({
          TableName: tableName,
          Key: ofAgentKey(agentId),
          ConditionExpression: '#data.connectionId = :connection',
          ExpressionAttributeNames: { '#data': 'data' },
          ExpressionAttributeValues: { ':connection': connectionId },
        }),
      ),
    );
  }
}
