import type { DirectoryEntry, DirectoryStore } from '@afterimage/core';
import * as z from 'zod';
import { groupKey, readGroupRow, readUserRow, userKey } from './directory-rows.ts';
import { type DynamoTable, findRow, getAll } from './dynamo-table.ts';

/** What every call of a person asks of the directory, without what writes it. */
export class DynamoGroupLookup implements Pick<DirectoryStore, 'findEntry' | 'findGroupsOf'> {
  readonly #table: DynamoTable;

  constructor(table: DynamoTable) {
    this.#table = table;
  }

  /** Get of the person, batch get of the groups, both consistent. */
  async findEntry(userName: string): Promise<DirectoryEntry | undefined> {
    const found = await findRow(this.#table, userKey(userName), z.unknown());
    if (found === undefined) return undefined;
    const { user, groupIds } = readUserRow(found);
    if (!user.isActive || groupIds.length === 0) return { isActive: user.isActive, groups: [] };
    const rows = await getAll(this.#table, [...new Set(groupIds)].map(groupKey), { isConsistent: true });
    return { isActive: true, groups: rows.map((row) => readGroupRow(row).group.name) };
  }

  /** As `findEntry`. */
  async findGroupsOf(userName: string): Promise<string[]> {
    return (await this.findEntry(userName))?.groups ?? [];
  }
}
