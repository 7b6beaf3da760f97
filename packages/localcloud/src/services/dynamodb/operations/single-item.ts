import type { Item } from '../attribute-value.ts';
import { CapacityMeter } from '../capacity-meter.ts';
import { validationError } from '../errors.ts';
import { Placeholders } from '../expressions/placeholders.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import type { DocumentPath } from '../expressions/syntax.ts';
import { keyOfParameter } from '../key-codec.ts';
import type { RequestFields } from '../request-fields.ts';
import type { Table } from '../table-definition.ts';
import {
  executeWrite,
  type ItemWrite,
  parseDelete,
  parsePut,
  parseUpdateItem,
  type WriteOutcome,
} from './item-writes.ts';
import { authorize, commitWrites, leadingKeyOf, type Operation, type OperationContext } from './operation.ts';

const returnValueKinds = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] as const;
type ReturnValues = (typeof returnValueKinds)[number];

export const putItem: Operation = (context, fields) => writeItem(context, fields, parsePut(fields, context.catalog));

export const deleteItem: Operation = (context, fields) =>
  writeItem(context, fields, parseDelete(fields, context.catalog));

export const updateItem: Operation = (context, fields) =>
  writeItem(context, fields, parseUpdateItem(fields, context.catalog));

async function writeItem(context: OperationContext, fields: RequestFields, write: ItemWrite): Promise<unknown> {
  const { table, action } = write;
  const wanted = fields.choice('ReturnValues', returnValueKinds) ?? 'NONE';
  if (action !== 'UpdateItem' && wanted !== 'NONE' && wanted !== 'ALL_OLD') {
    throw validationError('Return values set to invalid value');
  }
  authorize(context, { action, table, leadingKeys: leadingKeyOf(table, write.item) });
  const outcome = await commitWrites(context, () => executeWrite(context.items, write));
  const meter = new CapacityMeter();
  meter.write(table, outcome.effect.sizeBytes, outcome.effect.indexUnits);
  return {
    Attributes: returnedAttributes(wanted, write, outcome),
    ConsumedCapacity: meter.report(fields.capacityDetail())?.[0],
  };
}

function returnedAttributes(wanted: ReturnValues, write: ItemWrite, { before, after }: WriteOutcome): Item | undefined {
  if (wanted === 'NONE') return undefined;
  if (wanted === 'ALL_OLD') return before;
  if (wanted === 'ALL_NEW') return after;
  const item = wanted === 'UPDATED_OLD' ? before : after;
  const paths = write.updates.map(({ path }) => path);
  const updated = item === undefined ? {} : project(item, paths);
  return Object.keys(updated).length === 0 ? undefined : updated;
}

export const getItem: Operation = (context, fields) => {
  const get = parseGet(fields, context.catalog.require(fields.string('TableName')));
  const { table } = get;
  authorize(context, { action: 'GetItem', table, leadingKeys: leadingKeyOf(table, get.keyItem) });
  const found = context.items.get(table, get.key);
  const meter = new CapacityMeter();
  meter.read(table, found?.sizeBytes ?? 0, get.consistent);
  return {
    Item: found && get.show(found.item),
    ConsumedCapacity: meter.report(fields.capacityDetail())?.[0],
  };
};

/** The read of one item, as GetItem, BatchGetItem and TransactGetItems word it. */
export function parseGet(fields: RequestFields, table: Table) {
  const keyItem = fields.item('Key');
  return {
    table,
    keyItem,
    key: keyOfParameter(table.keys, keyItem),
    consistent: fields.boolean('ConsistentRead', false),
    show: parseShow(fields),
  };
}

/** Cuts an item to the ProjectionExpression. */
export function parseShow(fields: RequestFields): (item: Item) => Item {
  const placeholders = new Placeholders(fields.raw('ExpressionAttributeNames'), undefined);
  const source = fields.optionalString('ProjectionExpression');
  const paths: DocumentPath[] | undefined = source === undefined ? undefined : parseProjection(source, placeholders);
  placeholders.refuseUnused(source !== undefined);
  return (item) => (paths === undefined ? item : project(item, paths));
}
