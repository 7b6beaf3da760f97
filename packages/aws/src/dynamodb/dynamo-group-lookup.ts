import type { DirectoryStore } from '@afterimage/core';
import * as z from 'zod';
import { groupKey, readGroupRow, readUserRow, userKey } from './directory-rows.ts';
import { type DynamoTable, findRow, getAll } from './dynamo-table.ts';

/** What every call of a person asks of the directory, without what writes it. */
export class DynamoGroupLookup implements Pick<DirectoryStore, 'findGroupsOf'> {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get of the person, batch get of the groups, both consistent. */
  async findGroupsOf(userName: string): Promise<string[]> {
    const found = await findRow(this.#table, userKey(userName), z.unknown());
    if (found === undefined) return [];
    const { user, groupIds } = readUserRow(found);
    if (!user.isActive || groupIds.length === 0) return [];
    const rows = await getAll(this.#table, [...new Set(groupIds)].map(groupKey), { isConsistent: true });
    return rows.map((row) => readGroupRow(row).group.name);
  }
}
