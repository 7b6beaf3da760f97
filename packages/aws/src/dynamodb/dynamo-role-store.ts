import type { Role } from '@afterimage/contracts';
import { roleSchema } from '@afterimage/contracts';
import { foldName, type Identity, type Member, type RoleStore } from '@afterimage/core';
import { BatchGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type DynamoTable, type ItemKey, queryPages } from './dynamo-table.ts';

const memberRowSchema = z.object({ data: z.object({ kind: z.enum(['user', 'group']), name: z.string() }) });
const heldRowSchema = z.object({
  pk: z
    .string()
    .transform((pk) => pk.slice('ROLE#'.length))
    .pipe(roleSchema),
});

const maxKeysPerBatch = 100;
const maxWritesPerTransaction = 100;
const maxBatchAttempts = 5;

const memberKey = (role: Role, { kind, name }: Member): ItemKey => ({
  pk: `ROLE#${role}`,
  sk: `${kind === 'user' ? 'USER' : 'GROUP'}#${foldName(name)}`,
});

export class DynamoRoleStore implements RoleStore {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Batch get: the key of an assignment says all, so a person's roles need no index and no cache. */
  async findHeld({ userName, groups }: Identity, among: readonly Role[]): Promise<Set<Role>> {
    const members: Member[] = [
      { kind: 'user', name: userName },
      ...[...new Set(groups.map(foldName))].map((name) => ({ kind: 'group' as const, name })),
    ];
    const keys = among.flatMap((role) => members.map((member) => memberKey(role, member)));
    const held = new Set<Role>();
    for (let first = 0; first < keys.length; first += maxKeysPerBatch) {
      for (const role of await this.#findAssigned(keys.slice(first, first + maxKeysPerBatch))) held.add(role);
    }
    return held;
  }

  /** Query of one role. */
  async listMembers(role: Role): Promise<Member[]> {
    const members: Member[] = [];
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `ROLE#${role}` },
      ConsistentRead: true,
    };
    for await (const items of queryPages(this.#table, query)) {
      members.push(...items.map((item) => memberRowSchema.parse(item).data));
    }
    return members;
  }

  /** Puts and deletes of what differs, removals first, so that an interrupted change never grants too much. */
  async setMembers(role: Role, members: readonly Member[]): Promise<void> {
    const TableName = this.#table.tableName;
    const wanted = new Map(members.map((member) => [memberKey(role, member).sk, member]));
    const present = new Map((await this.listMembers(role)).map((member) => [memberKey(role, member).sk, member]));
    const removals = [...present].filter(([sk]) => !wanted.has(sk));
    const additions = [...wanted].filter(([sk]) => !present.has(sk));
    const writes = [
      ...removals.map(([, member]) => ({ Delete: { TableName, Key: memberKey(role, member) } })),
      ...additions.map(([, member]) => ({ Put: { TableName, Item: { ...memberKey(role, member), data: member } } })),
    ];
    for (let first = 0; first < writes.length; first += maxWritesPerTransaction) {
      const TransactItems = writes.slice(first, first + maxWritesPerTransaction);
      await this.#table.client.send(new TransactWriteCommand({ TransactItems }));
    }
  }

  async #findAssigned(keys: readonly ItemKey[]): Promise<Role[]> {
    const { client, tableName } = this.#table;
    const roles: Role[] = [];
    let rest: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
    for (let attempt = 0; rest.length > 0; attempt++) {
      if (attempt === maxBatchAttempts) throw new Error('the table answers no more reads now');
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: rest, ConsistentRead: true } } }),
      );
      roles.push(
        ...z
          .array(heldRowSchema)
          .parse(Responses?.[tableName] ?? [])
          .map((row) => row.pk),
      );
      rest = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return roles;
  }
}
