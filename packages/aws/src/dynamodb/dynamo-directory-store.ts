import type { DirectoryGroupId, DirectoryUserId } from '@afterimage/contracts';
import {
  type Change,
  type DirectoryEntry,
  type DirectoryPage,
  type DirectoryStore,
  foldName,
  type Page,
  type StoredGroup,
  type StoredUser,
  type WriteOutcome,
} from '@afterimage/core';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { listAll, listPage } from './directory-listing.ts';
import {
  emailKey,
  emailRowSchema,
  externalIdKey,
  groupIdRowSchema,
  groupKey,
  groupNameKey,
  memberKey,
  memberPrefix,
  memberRowSchema,
  readGroupRow,
  readUserRow,
  userIdKey,
  userIdRowSchema,
  userKey,
  userNameRowSchema,
} from './directory-rows.ts';
import { stepsOf, writeChanges } from './directory-transactions.ts';
import { groupWrites, userWrites } from './directory-writes.ts';
import { DynamoGroupLookup } from './dynamo-group-lookup.ts';
import { type DynamoTable, findRow, getAll, queryPage, queryPages } from './dynamo-table.ts';

const consistently = { isConsistent: true } as const;
/** Of more than this the store’s own pages are as good. */
const boundedPage = 1000;
const memberCursorSchema = z.object({ sk: z.string() });

export class DynamoDirectoryStore implements DirectoryStore {
  readonly #table: DynamoTable;
  readonly #groups: DynamoGroupLookup;

  constructor(table: DynamoTable) {
    this.#table = table;
    this.#groups = new DynamoGroupLookup(table);
  }

  findEntry(userName: string): Promise<DirectoryEntry | undefined> {
    return this.#groups.findEntry(userName);
  }

  findGroupsOf(userName: string): Promise<string[]> {
    return this.#groups.findGroupsOf(userName);
  }

  /** Batch get of the ids, batch get of the people, both consistent. */
  async findUsers(userIds: readonly DirectoryUserId[]): Promise<StoredUser[]> {
    const rows = await getAll(this.#table, unique(userIds).map(userIdKey), consistently);
    const found = await this.findUsersByName(rows.map((row) => userNameRowSchema.parse(row).userName));
    const wanted = new Set(userIds);
    return found.filter(({ user }) => wanted.has(user.userId));
  }

  /** Batch get, consistent. */
  async findUsersByName(userNames: readonly string[]): Promise<StoredUser[]> {
    const rows = await getAll(this.#table, unique(userNames.map(foldName)).map(userKey), consistently);
    return rows.map(readUserRow);
  }

  /** Get of the external id, then as by id. */
  async findUserByExternalId(externalId: string): Promise<StoredUser | undefined> {
    const row = await findRow(this.#table, externalIdKey('USER', externalId), userIdRowSchema);
    return row === undefined ? undefined : (await this.findUsers([row.userId]))[0];
  }

  /** Query of the address, then as by id. At most a page: more people with one address are no match. */
  async findUsersByEmail(email: string): Promise<StoredUser[]> {
    const { pk } = emailKey(email, '' as DirectoryUserId);
    const { items } = await queryPage(this.#table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
      Limit: 200,
    });
    return this.findUsers(items.map((item) => emailRowSchema.parse(item).sk));
  }

  /** Queries of the index `byName`, batch get. */
  async listUsers(page: DirectoryPage): Promise<Page<StoredUser>> {
    const { rows, cursor } = await listPage(this.#table, 'USER', page);
    const users = await getAll(this.#table, rows.map(keyOf), consistently);
    return { items: users.map(readUserRow), ...(cursor === undefined ? {} : { cursor }) };
  }

  /** Queries of the index `byName`, all pages. */
  async listUserNames(): Promise<string[]> {
    return (await listAll(this.#table, 'USER')).map(({ listingKey }) => listingKey);
  }

  /** Transactions of up to a hundred rows. */
  async writeUsers(changes: readonly Change<StoredUser>[]): Promise<WriteOutcome[]> {
    const { tableName } = this.#table;
    const steps = changes.map(stepsOf);
    const writesOf = (change: Change<StoredUser>) => userWrites(tableName, change);
    const outcomes = await writeChanges(
      this.#table,
      steps.map(([first = {}]) => writesOf(first)),
    );
    for (const [index, [, ...later]] of steps.entries()) {
      for (const step of later) {
        if (outcomes[index] === 'written')
          [outcomes[index] = 'written'] = await writeChanges(this.#table, [writesOf(step)]);
      }
    }
    return outcomes;
  }

  /** Batch get, consistent. */
  async findGroups(groupIds: readonly DirectoryGroupId[]): Promise<StoredGroup[]> {
    const rows = await getAll(this.#table, unique(groupIds).map(groupKey), consistently);
    return rows.map(readGroupRow);
  }

  /** Batch get of the names, then as by id. */
  async findGroupsByName(names: readonly string[]): Promise<StoredGroup[]> {
    const rows = await getAll(this.#table, unique(names.map(foldName)).map(groupNameKey), consistently);
    return this.findGroups(rows.map((row) => groupIdRowSchema.parse(row).groupId));
  }

  /** Get of the external id, then as by id. */
  async findGroupByExternalId(externalId: string): Promise<StoredGroup | undefined> {
    const row = await findRow(this.#table, externalIdKey('GROUP', externalId), groupIdRowSchema);
    return row === undefined ? undefined : (await this.findGroups([row.groupId]))[0];
  }

  /** Queries of the index `byName`, batch get. */
  async listGroups(page: DirectoryPage): Promise<Page<StoredGroup>> {
    const { rows, cursor } = await listPage(this.#table, 'GROUP', page);
    const groups = await getAll(this.#table, rows.map(keyOf), consistently);
    return { items: groups.map(readGroupRow), ...(cursor === undefined ? {} : { cursor }) };
  }

  /** Queries of the index `byName`, all pages; the key of a group is its id. */
  async listGroupIds(): Promise<DirectoryGroupId[]> {
    const rows = await listAll(this.#table, 'GROUP');
    return rows.map(({ pk }) => groupIdRowSchema.parse({ groupId: pk.slice('GROUP#'.length) }).groupId);
  }

  /** Transactions of up to a hundred rows. */
  async writeGroups(changes: readonly Change<StoredGroup>[]): Promise<WriteOutcome[]> {
    return writeChanges(
      this.#table,
      changes.map((change) => groupWrites(this.#table.tableName, change)),
    );
  }

  /** Query that only counts; a megabyte of it has about ten thousand members. */
  async countMembers(groupId: DirectoryGroupId): Promise<number> {
    const { client, tableName } = this.#table;
    let count = 0;
    let after: Record<string, unknown> | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...membersOf(groupId),
          Select: 'COUNT',
          ...(after === undefined ? {} : { ExclusiveStartKey: after }),
        }),
      );
      count += Count;
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return count;
  }

  /** Query, consistent. */
  async listMemberIds(
    groupId: DirectoryGroupId,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<DirectoryUserId>> {
    const after = decodeCursor(cursor, memberCursorSchema)?.sk;
    const userIds: DirectoryUserId[] = [];
    const query = {
      ...membersOf(groupId, after),
      ConsistentRead: true,
      ...(limit < boundedPage ? { Limit: limit + 1 } : {}),
    };
    for await (const items of queryPages(this.#table, query)) {
      userIds.push(...items.map((item) => memberRowSchema.parse(item).sk));
      if (userIds.length > limit) break;
    }
    const last = userIds[limit - 1];
    if (userIds.length <= limit || last === undefined) return { items: userIds };
    return { items: userIds.slice(0, limit), cursor: encodeCursor({ sk: memberKey(groupId, last).sk }) };
  }
}

/** Members by id, from the first or after one of them. */
const membersOf = (groupId: DirectoryGroupId, after?: string) => ({
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
  ExpressionAttributeValues: {
    ':pk': groupKey(groupId).pk,
    ':from': after === undefined ? memberPrefix : `${after}\u0000`,
    ':until': `${memberPrefix}~`,
  },
});

const keyOf = ({ pk, sk }: { pk: string; sk: string }) => ({ pk, sk });

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
