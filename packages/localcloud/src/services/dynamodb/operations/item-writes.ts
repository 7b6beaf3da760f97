import { attributeOf, type Item } from '../attribute-value.ts';
import { conditionFailed, validationError } from '../errors.ts';
import { meets } from '../expressions/condition-evaluation.ts';
import { parseCondition } from '../expressions/condition-parser.ts';
import { Placeholders } from '../expressions/placeholders.ts';
import type { Condition, UpdateAction } from '../expressions/syntax.ts';
import { applyUpdate } from '../expressions/update-application.ts';
import { parseUpdate } from '../expressions/update-parser.ts';
import type { ItemStore, WriteEffect } from '../item-store.ts';
import { type EncodedKey, indexKeyOfItem, keyOfItem, keyOfParameter } from '../key-codec.ts';
import type { RequestFields } from '../request-fields.ts';
import type { TableCatalog } from '../table-catalog.ts';
import { keyNames, type Table } from '../table-definition.ts';

/** One change of one item, fully parsed, so that nothing but its condition can refuse it later. */
export interface ItemWrite {
  action: 'PutItem' | 'DeleteItem' | 'UpdateItem' | 'ConditionCheckItem';
  table: Table;
  key: EncodedKey;
  /** The whole new item of a put; the key attributes of all others. */
  item: Item;
  updates: UpdateAction[];
  condition: Condition | undefined;
  returnsItemOnFailure: boolean;
}

export interface WriteOutcome {
  before: Item | undefined;
  after: Item | undefined;
  effect: WriteEffect;
}

export function parsePut(fields: RequestFields, catalog: TableCatalog): ItemWrite {
  const table = catalog.require(fields.string('TableName'));
  const item = fields.item('Item');
  const key = keyOfItem(table.keys, item);
  for (const index of table.indexes) indexKeyOfItem(index, item);
  return { action: 'PutItem', table, key, item, ...parseExpressions(fields, table) };
}

export function parseDelete(fields: RequestFields, catalog: TableCatalog): ItemWrite {
  return parseKeyed('DeleteItem', fields, catalog);
}

export function parseUpdateItem(fields: RequestFields, catalog: TableCatalog): ItemWrite {
  return parseKeyed('UpdateItem', fields, catalog);
}

export function parseConditionCheck(fields: RequestFields, catalog: TableCatalog): ItemWrite {
  fields.string('ConditionExpression');
  return parseKeyed('ConditionCheckItem', fields, catalog);
}

function parseKeyed(action: ItemWrite['action'], fields: RequestFields, catalog: TableCatalog): ItemWrite {
  const table = catalog.require(fields.string('TableName'));
  const item = fields.item('Key');
  return { action, table, key: keyOfParameter(table.keys, item), item, ...parseExpressions(fields, table) };
}

function parseExpressions(fields: RequestFields, table: Table) {
  const placeholders = new Placeholders(
    fields.raw('ExpressionAttributeNames'),
    fields.raw('ExpressionAttributeValues'),
  );
  const updateSource = fields.optionalString('UpdateExpression');
  const conditionSource = fields.optionalString('ConditionExpression');
  const updates = updateSource === undefined ? [] : parseUpdate(updateSource, placeholders);
  const condition =
    conditionSource === undefined ? undefined : parseCondition(conditionSource, 'ConditionExpression', placeholders);
  placeholders.refuseUnused(updateSource !== undefined || conditionSource !== undefined);
  for (const { path } of updates) refuseKeyUpdate(table, path[0]);
  const onFailure = fields.choice('ReturnValuesOnConditionCheckFailure', ['ALL_OLD', 'NONE'] as const);
  return { updates, condition, returnsItemOnFailure: onFailure === 'ALL_OLD' };
}

function refuseKeyUpdate(table: Table, name: string): void {
  if (!keyNames(table.keys).includes(name)) return;
  throw validationError(
    `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
  );
}

/** Makes the change inside the caller's transaction. Throws ConditionalCheckFailedException when its condition is not met. */
export function executeWrite(store: ItemStore, write: ItemWrite): WriteOutcome {
  const { table, key, condition } = write;
  const before = store.get(table, key);
  if (condition !== undefined && !meets(condition, before?.item)) {
    throw conditionFailed(write.returnsItemOnFailure ? before?.item : undefined);
  }
  if (write.action === 'ConditionCheckItem') {
    const effect = { sizeBytes: before?.sizeBytes ?? 0, indexUnits: new Map<string, number>() };
    return { before: before?.item, after: before?.item, effect };
  }
  if (write.action === 'DeleteItem') {
    return { before: before?.item, after: undefined, effect: store.delete(table, key, before) };
  }
  const after = write.action === 'PutItem' ? write.item : applyUpdate(write.updates, before?.item ?? write.item);
  refuseDeepNesting(write, after);
  return { before: before?.item, after, effect: store.put(table, key, before, after) };
}

const deepestNesting = 32;

/** A put is checked when parsed; an update can nest what it stores into what is there. */
function refuseDeepNesting(write: ItemWrite, after: Item): void {
  for (const { path } of write.updates) {
    const value = attributeOf(after, path[0]);
    if (path.length > 1 && value !== undefined && depthOf(value) > deepestNesting) {
      throw validationError('Nesting Levels have exceeded supported limits');
    }
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type !== 'M' && type !== 'L') return 0;
  return 1 + Math.max(0, ...Object.values(content as object).map(depthOf));
}
