import { type Agent, type AgentId, agentIdSchema, agentSchema, timestampSchema } from '@afterimage/contracts';
import type { AgentStore, Page } from '@afterimage/core';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type DynamoTable, findRow, queryPage, unlessRefused } from './dynamo-table.ts';

const rowSchema = z.object({ data: agentSchema });
const positionSchema = z.object({ enrolledAt: timestampSchema, agentId: agentIdSchema });

export const agentKey = (agentId: AgentId) => ({ pk: `AGENT#${agentId}`, sk: 'AGENT' });

const byKindKey = ({ agentId, enrolledAt }: Pick<Agent, 'agentId' | 'enrolledAt'>) => ({
  ...agentKey(agentId),
  kind: 'AGENT',
  sortKey: `${enrolledAt}#${agentId}`,
});

/** The row of a new agent, with what the index `byKind` needs. */
export const agentItem = (agent: Agent) => ({ ...byKindKey(agent), data: agent });

export class DynamoAgentStore implements AgentStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get by id, consistent: a revocation counts from the moment it is stored. */
  async find(agentId: AgentId): Promise<Agent | undefined> {
    return (await findRow(this.#table, agentKey(agentId), rowSchema))?.data;
  }

  /** Query of `byKind`, newest enrolment first. */
  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<Page<Agent>> {
    const position = decodeCursor(cursor, positionSchema);
    const query = {
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': 'AGENT' },
      ScanIndexForward: false,
      // One more than asked for: a page has a cursor only where something follows it.
      Limit: limit + 1,
    };
    const page = await queryPage(this.#table, query, position && byKindKey(position));
    const found = page.items.map((item) => rowSchema.parse(item).data);
    const items = found.slice(0, limit);
    const last = found.length > limit || page.last !== undefined ? items.at(-1) : undefined;
    if (last === undefined) return { items };
    return { items, cursor: encodeCursor({ enrolledAt: last.enrolledAt, agentId: last.agentId }) };
  }

  /** Update by id of an agent that is not revoked. */
  async reinstate(agentId: AgentId): Promise<Agent | undefined> {
    return this.#set(agentId, 'state', 'enrolled', '#data.#state <> :revoked');
  }

  /** Update by id of an agent that exists. */
  async revoke(agentId: AgentId): Promise<Agent | undefined> {
    return this.#set(agentId, 'state', 'revoked');
  }

  /** Update by id of an agent that is not revoked. */
  async quarantine(agentId: AgentId): Promise<boolean> {
    return (await this.#set(agentId, 'state', 'quarantined', '#data.#state <> :revoked')) !== undefined;
  }

  /** Update by id of an agent that exists; a deleted one stays away. */
  async noteHeard(agentId: AgentId, at: string): Promise<void> {
    await this.#set(agentId, 'lastHeardAt', at);
  }

  /** Conditional put of a row that its time to live removes. */
  async useTokenId(agentId: AgentId, tokenId: string, expiresAtMs: number): Promise<boolean> {
    const { client, tableName } = this.#table;
    const Item = { pk: `JTI#${agentId}#${tokenId}`, sk: 'JTI', expiresAt: Math.ceil(expiresAtMs / 1000) };
    const put = new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' });
    return (await unlessRefused(client.send(put))) !== undefined;
  }

  async #set(
    agentId: AgentId,
    field: 'state' | 'lastHeardAt',
    value: string,
    condition?: '#data.#state <> :revoked',
  ): Promise<Agent | undefined> {
    const { client, tableName } = this.#table;
    const guard = condition === undefined ? {} : { names: { '#state': 'state' }, values: { ':revoked': 'revoked' } };
    const update = new UpdateCommand({
      TableName: tableName,
      Key: agentKey(agentId),
      UpdateExpression: 'SET #data.#field = :value',
      ConditionExpression: ['attribute_exists(pk)', ...(condition === undefined ? [] : [condition])].join(' AND '),
      ExpressionAttributeNames: { '#data': 'data', '#field': field, ...guard.names },
      ExpressionAttributeValues: { ':value': value, ...guard.values },
      ReturnValues: 'ALL_NEW',
    });
    const updated = await unlessRefused(client.send(update));
    return updated && rowSchema.parse(updated.Attributes).data;
  }
}
