import type { Item } from '../attribute-value.ts';
import { parseItem } from '../attribute-value.ts';
import { CapacityMeter } from '../capacity-meter.ts';
import { validationError } from '../errors.ts';
import { keyOfParameter } from '../key-codec.ts';
import { RequestFields } from '../request-fields.ts';
import type { Table } from '../table-definition.ts';
import { executeWrite, type ItemWrite, parseDelete, parsePut } from './item-writes.ts';
import { authorize, commitWrites, leadingKeyOf, type Operation, type OperationContext } from './operation.ts';
import { parseShow } from './single-item.ts';

const mostReads = 100;
const mostWrites = 25;
/** A BatchGetItem answer stops here; the rest comes back as UnprocessedKeys. */
const largestResponseBytes = 16 * 1024 * 1024;

interface BatchRead {
  table: Table;
  keys: Item[];
  consistent: boolean;
  show: (item: Item) => Item;
  /** The request's own words, to be repeated in UnprocessedKeys. */
  request: unknown;
}

export const batchGetItem: Operation = (context, fields) => {
  const reads = fields.entries('RequestItems').map(([name, request]) => parseRead(context, name, request));
  const count = reads.reduce((sum, { keys }) => sum + keys.length, 0);
  if (count === 0 || count > mostReads) {
    throw validationError(
      `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length between 1 and ${mostReads}`,
    );
  }
  for (const { table, keys } of reads) {
    authorize(context, {
      action: 'BatchGetItem',
      table,
      leadingKeys: keys.flatMap((key) => leadingKeyOf(table, key)),
    });
  }
  const meter = new CapacityMeter();
  let bytesLeft = largestResponseBytes;
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, unknown> = {};
  for (const read of reads) {
    const { found, rest, sizeBytes } = readKeys(context, read, meter, bytesLeft);
    bytesLeft -= sizeBytes;
    responses[read.table.name] = found;
    if (rest.length > 0) unprocessed[read.table.name] = { ...(read.request as object), Keys: rest };
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ConsumedCapacity: meter.report(fields.capacityDetail()),
  };
};

function parseRead(context: OperationContext, name: string, request: unknown): BatchRead {
  const table = context.catalog.require(name);
  const fields = new RequestFields(request);
  const rawKeys = fields.raw('Keys');
  if (!Array.isArray(rawKeys)) throw validationError('1 validation error detected: Keys must not be null');
  const keys = rawKeys.map((key) => parseItem(key));
  refuseDuplicates(keys.map((key) => ({ table, key: keyOfParameter(table.keys, key) })));
  return { table, keys, consistent: fields.boolean('ConsistentRead', false), show: parseShow(fields), request };
}

function readKeys(context: OperationContext, read: BatchRead, meter: CapacityMeter, bytesLeft: number) {
  const found: Item[] = [];
  let sizeBytes = 0;
  for (const [index, key] of read.keys.entries()) {
    if (sizeBytes >= bytesLeft) return { found, rest: read.keys.slice(index), sizeBytes };
    const stored = context.items.get(read.table, keyOfParameter(read.table.keys, key));
    meter.read(read.table, stored?.sizeBytes ?? 0, read.consistent);
    sizeBytes += stored?.sizeBytes ?? 0;
    if (stored !== undefined) found.push(read.show(stored.item));
  }
  return { found, rest: [], sizeBytes };
}

export const batchWriteItem: Operation = async (context, fields) => {
  const writes = fields.entries('RequestItems').flatMap(([name, requests]) => parseWrites(context, name, requests));
  if (writes.length === 0 || writes.length > mostWrites) {
    throw validationError(
      `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Member must have length between 1 and ${mostWrites}`,
    );
  }
  refuseDuplicates(writes);
  for (const table of new Set(writes.map((write) => write.table))) {
    const own = writes.filter((write) => write.table === table);
    authorize(context, {
      action: 'BatchWriteItem',
      table,
      leadingKeys: own.flatMap(({ item }) => leadingKeyOf(table, item)),
    });
  }
  const outcomes = await commitWrites(context, () => writes.map((write) => executeWrite(context.items, write)));
  const meter = new CapacityMeter();
  for (const [index, { effect }] of outcomes.entries()) {
    const table = writes[index]?.table;
    if (table !== undefined) meter.write(table, effect.sizeBytes, effect.indexUnits);
  }
  return { UnprocessedItems: {}, ConsumedCapacity: meter.report(fields.capacityDetail()) };
};

function parseWrites(context: OperationContext, name: string, requests: unknown): ItemWrite[] {
  if (!Array.isArray(requests)) throw validationError('1 validation error detected: Write requests must be a list');
  return requests.map((request) => {
    const fields = new RequestFields(request);
    const put = fields.raw('PutRequest');
    const remove = fields.raw('DeleteRequest');
    if ((put === undefined) === (remove === undefined)) {
      throw validationError(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    return put === undefined
      ? parseDelete(new RequestFields({ ...(remove as object), TableName: name }), context.catalog)
      : parsePut(new RequestFields({ ...(put as object), TableName: name }), context.catalog);
  });
}

/** Identity of an item across tables. */
export function itemIdentity({ table, key }: Pick<ItemWrite, 'table' | 'key'>): string {
  return `${table.id}/${Buffer.from(key.partition).toString('base64')}/${Buffer.from(key.sort).toString('base64')}`;
}

function refuseDuplicates(targets: readonly Pick<ItemWrite, 'table' | 'key'>[]): void {
  if (new Set(targets.map(itemIdentity)).size < targets.length) {
    throw validationError('Provided list of item keys contains duplicates');
  }
}
