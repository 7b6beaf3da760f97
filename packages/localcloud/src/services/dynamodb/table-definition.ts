import { accountId, region } from '../../kernel/types.ts';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  name: string;
  type: KeyType;
}

export interface KeySchema {
  partition: KeyAttribute;
  sort?: KeyAttribute;
}

export type Projection = { kind: 'ALL' } | { kind: 'KEYS_ONLY' } | { kind: 'INCLUDE'; attributes: string[] };

export interface IndexDefinition {
  name: string;
  keys: KeySchema;
  projection: Projection;
}

export type StreamViewType = 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY';

/** A table as the template declares it. */
export interface TableDefinition {
  name: string;
  keys: KeySchema;
  indexes: IndexDefinition[];
  streamViewType?: StreamViewType;
  timeToLiveAttribute?: string;
  pointInTimeRecoveryDays?: number;
  deletionProtected: boolean;
}

/** A table with its identity in the database. */
export interface Table extends TableDefinition {
  id: number;
  createdMs: number;
  /** Index ids by index name. */
  indexIds: ReadonlyMap<string, number>;
}

export function tableArn(name: string): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
}

/** The stream's label is the table's creation time, so it is the same after a restart. */
export function streamLabel(table: Table): string {
  return new Date(table.createdMs).toISOString().replace('Z', '');
}

export function streamArn(table: Table): string {
  return `${tableArn(table.name)}/stream/${streamLabel(table)}`;
}

export function keyNames(keys: KeySchema): string[] {
  return keys.sort === undefined ? [keys.partition.name] : [keys.partition.name, keys.sort.name];
}

/** What an index shows of an item; undefined: all of it. */
export function projectedNames(table: TableDefinition, index: IndexDefinition): ReadonlySet<string> | undefined {
  if (index.projection.kind === 'ALL') return undefined;
  const included = index.projection.kind === 'INCLUDE' ? index.projection.attributes : [];
  return new Set([...keyNames(table.keys), ...keyNames(index.keys), ...included]);
}
