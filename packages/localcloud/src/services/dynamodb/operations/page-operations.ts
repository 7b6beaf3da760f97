import { createHash } from 'node:crypto';
import { attributeOf, type Item } from '../attribute-value.ts';
import { CapacityMeter } from '../capacity-meter.ts';
import { validationError } from '../errors.ts';
import { meets } from '../expressions/condition-evaluation.ts';
import { parseCondition } from '../expressions/condition-parser.ts';
import { type KeyCondition, parseKeyCondition } from '../expressions/key-condition.ts';
import { Placeholders } from '../expressions/placeholders.ts';
import { parseProjection, project } from '../expressions/projection.ts';
import type { Condition, DocumentPath } from '../expressions/syntax.ts';
import { encodeKeyValue, indexKeyOfItem, keyOfItem } from '../key-codec.ts';
import type { RequestFields } from '../request-fields.ts';
import { type IndexDefinition, keyNames, type Table } from '../table-definition.ts';
import { authorize, type Operation, type OperationContext } from './operation.ts';
import { type Page, type PageRequest, readPage } from './page-reader.ts';

const selections = ['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'] as const;

/** What Query and Scan have in common. */
interface PageCall {
  table: Table;
  index: IndexDefinition | undefined;
  consistent: boolean;
  limit: number | undefined;
  countOnly: boolean;
  placeholders: Placeholders;
  filter: Condition | undefined;
  projection: DocumentPath[] | undefined;
  after: PageRequest['after'];
}

export const query: Operation = (context, fields) => {
  const call = parsePageCall(context, fields);
  const { table, index } = call;
  const keys = index?.keys ?? table.keys;
  const source = fields.optionalString('KeyConditionExpression');
  if (source === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const condition = parseKeyCondition(source, call.placeholders, keys.partition, keys.sort);
  call.placeholders.refuseUnused(true);
  refuseKeyFilter(call, keyNames(keys));
  refuseForeignStart(call, condition);
  authorizeRead(context, 'Query', call, [condition.partitionKey]);
  const page = readPage(context.statements, {
    table,
    index,
    partition: encodeKeyValue(condition.partitionKey),
    sortKey: condition.sortKey,
    forward: fields.boolean('ScanIndexForward', true),
    after: call.after,
    limit: call.limit,
  });
  return respond(fields, call, page);
};

export const scan: Operation = (context, fields) => {
  const call = parsePageCall(context, fields);
  const { table, index } = call;
  call.placeholders.refuseUnused(call.filter !== undefined || call.projection !== undefined);
  const includes = parseSegment(fields);
  authorizeRead(context, 'Scan', call);
  const page = readPage(context.statements, {
    table,
    index,
    forward: true,
    after: call.after,
    limit: call.limit,
    ...(includes === undefined ? {} : { includes }),
  });
  return respond(fields, call, page);
};

function authorizeRead(
  context: OperationContext,
  action: string,
  { table, index }: PageCall,
  leadingKeys?: KeyCondition['partitionKey'][],
): void {
  authorize(context, {
    action,
    table,
    ...(index === undefined ? {} : { indexName: index.name }),
    ...(leadingKeys === undefined ? {} : { leadingKeys }),
  });
}

function parsePageCall(context: OperationContext, fields: RequestFields): PageCall {
  const table = context.catalog.require(fields.string('TableName'));
  const index = parseIndex(fields, table);
  const consistent = fields.boolean('ConsistentRead', false);
  if (index !== undefined && consistent) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  const placeholders = new Placeholders(
    fields.raw('ExpressionAttributeNames'),
    fields.raw('ExpressionAttributeValues'),
  );
  const filter = fields.optionalString('FilterExpression');
  const projection = fields.optionalString('ProjectionExpression');
  const selection = fields.choice('Select', selections);
  refuseSelection(selection, projection, index);
  return {
    table,
    index,
    consistent,
    limit: fields.integer('Limit', 1, Number.MAX_SAFE_INTEGER),
    countOnly: selection === 'COUNT',
    placeholders,
    filter: filter === undefined ? undefined : parseCondition(filter, 'FilterExpression', placeholders),
    projection: projection === undefined ? undefined : parseProjection(projection, placeholders),
    after: parseStart(fields, table, index),
  };
}

function parseIndex(fields: RequestFields, table: Table): IndexDefinition | undefined {
  const name = fields.optionalString('IndexName');
  if (name === undefined) return undefined;
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw validationError(`The table does not have the specified index: ${name}`);
  return index;
}

function refuseSelection(
  selection: (typeof selections)[number] | undefined,
  projection: string | undefined,
  index: IndexDefinition | undefined,
): void {
  if (projection !== undefined && selection !== undefined && selection !== 'SPECIFIC_ATTRIBUTES') {
    throw validationError(`Cannot specify the ProjectionExpression when choosing to get ${selection}`);
  }
  if (projection === undefined && selection === 'SPECIFIC_ATTRIBUTES') {
    throw validationError(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (selection === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw validationError('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (selection === 'ALL_ATTRIBUTES' && index !== undefined && index.projection.kind !== 'ALL') {
    throw validationError(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
}

function parseStart(fields: RequestFields, table: Table, index: IndexDefinition | undefined): PageRequest['after'] {
  const start = fields.optionalItem('ExclusiveStartKey');
  if (start === undefined) return undefined;
  const expected = new Set([...keyNames(table.keys), ...(index === undefined ? [] : keyNames(index.keys))]);
  const names = Object.keys(start);
  if (names.length !== expected.size || !names.every((name) => expected.has(name))) throw invalidStart();
  try {
    const itemKey = keyOfItem(table.keys, start);
    const key = index === undefined ? itemKey : indexKeyOfItem(index, start);
    if (key === undefined) throw invalidStart();
    return { key, itemKey };
  } catch (cause) {
    throw Object.assign(invalidStart(), { cause });
  }
}

function invalidStart() {
  return validationError('The provided starting key is invalid');
}

function refuseForeignStart({ after }: PageCall, { partitionKey }: KeyCondition): void {
  if (after !== undefined && Buffer.compare(after.key.partition, encodeKeyValue(partitionKey)) !== 0) {
    throw validationError('The provided starting key is outside query boundaries based on provided conditions');
  }
}

function refuseKeyFilter({ filter }: PageCall, keys: readonly string[]): void {
  const filtered = filter && [...attributesOf(filter)].find((name) => keys.includes(name));
  if (filtered !== undefined) {
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered}`,
    );
  }
}

/** Names of the top-level attributes that a condition reads. */
function* attributesOf(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [member, child] of Object.entries(node)) {
    if (member === 'path' && Array.isArray(child)) yield String(child[0]);
    else if (member !== 'value') yield* attributesOf(child);
  }
}

/** Parallel scans split the table by a hash of the partition key. */
function parseSegment(fields: RequestFields): ((partition: Uint8Array) => boolean) | undefined {
  const total = fields.integer('TotalSegments', 1, 1_000_000);
  const segment = fields.integer('Segment', 0, 999_999);
  if (total === undefined && segment === undefined) return undefined;
  if (total === undefined || segment === undefined) {
    const [lacking, given] = total === undefined ? ['TotalSegments', 'Segment'] : ['Segment', 'TotalSegments'];
    throw validationError(
      `The ${lacking} parameter is required but was not present in the request when ${given} parameter is present`,
    );
  }
  if (segment >= total) {
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  return (partition) => createHash('md5').update(partition).digest().readUInt32BE(0) % total === segment;
}

function respond(fields: RequestFields, call: PageCall, page: Page): unknown {
  const { table, index, filter, projection } = call;
  const matching = filter === undefined ? page.items : page.items.filter((item) => meets(filter, item));
  const meter = new CapacityMeter();
  meter.read(table, page.sizeBytes, call.consistent, index?.name);
  const last = page.items.at(-1);
  const shown = projection === undefined ? matching : matching.map((item) => project(item, projection));
  return {
    ...(call.countOnly ? {} : { Items: shown }),
    Count: matching.length,
    ScannedCount: page.items.length,
    LastEvaluatedKey: page.stopped && last !== undefined ? placeOf(table, index, last) : undefined,
    ConsumedCapacity: meter.report(fields.capacityDetail())?.[0],
  };
}

function placeOf(table: Table, index: IndexDefinition | undefined, item: Item): Item {
  const place: Item = Object.create(null);
  for (const name of [...keyNames(table.keys), ...(index === undefined ? [] : keyNames(index.keys))]) {
    const value = attributeOf(item, name);
    if (value !== undefined) place[name] = value;
  }
  return place;
}
