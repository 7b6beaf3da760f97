import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

/** A table by the name that its stack gave it. Every item is `{ pk, sk, data, … }`; `data` is the domain's object. */
export interface DynamoTable {
  client: DynamoDBDocumentClient;
  tableName: string;
}

export interface ItemKey {
  pk: string;
  sk: string;
}

export const itemKeySchema = z.object({ pk: z.string(), sk: z.string() });

const batchSize = 25;
const readBatchSize = 100;
const maxBatchAttempts = 6;

export function createDynamoClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
}

/** What a conditional write answers; undefined where its condition does not hold. */
export async function unlessRefused<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** The row of a key, consistent. @throws ZodError */
export async function findRow<T>(
  { client, tableName }: DynamoTable,
  { pk, sk }: ItemKey,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }));
  return Item === undefined ? undefined : schema.parse(Item);
}

export type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>;
type LastKey = Record<string, unknown> | undefined;

/** One page, and the key after which the next begins, where there may be one. */
export async function queryPage(
  { client, tableName }: DynamoTable,
  query: Query,
  after?: LastKey,
): Promise<{ items: Record<string, unknown>[]; last: LastKey }> {
  const start = after === undefined ? {} : { ExclusiveStartKey: after };
  const { Items, LastEvaluatedKey } = await client.send(new QueryCommand({ TableName: tableName, ...query, ...start }));
  return { items: Items ?? [], last: LastEvaluatedKey };
}

/** The items of each page, at most so many pages. */
export async function* queryPages(
  table: DynamoTable,
  query: Query,
  maxPages = Number.POSITIVE_INFINITY,
): AsyncGenerator<Record<string, unknown>[]> {
  let after: LastKey;
  for (let pages = 0; pages < maxPages; pages++) {
    const { items, last } = await queryPage(table, query, after);
    yield items;
    if (last === undefined) return;
    after = last;
  }
}

/** The code of each item's reason when a transaction was cancelled; undefined for any other error. */
export function cancellationCodes(error: unknown): string[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
}

/** Another transaction was at one of the items: it is over when it is tried again. */
export function isTransactionConflict(error: unknown): boolean {
  return (
    error instanceof TransactionConflictException || cancellationCodes(error)?.includes('TransactionConflict') === true
  );
}

type WriteRequests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];

export function putAll(table: DynamoTable, items: readonly ItemKey[]): Promise<void> {
  return writeAll(
    table,
    items.map((item) => ({ PutRequest: { Item: { ...item } } })),
  );
}

export function deleteAll(table: DynamoTable, keys: readonly ItemKey[]): Promise<void> {
  return writeAll(
    table,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  );
}

/** Writes all or throws; DynamoDB may hand some back, those go again. */
async function writeAll({ client, tableName }: DynamoTable, all: WriteRequests): Promise<void> {
  for (let first = 0; first < all.length; first += batchSize) {
    let requests = all.slice(first, first + batchSize);
    for (let attempt = 0; requests.length > 0; attempt++) {
      if (attempt === maxBatchAttempts) throw new Error('the table accepts no more writes now');
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: requests } }),
      );
      requests = UnprocessedItems?.[tableName] ?? [];
    }
  }
}

/** The items of these keys, in their order, those that are gone left out; eventually consistent where not asked otherwise. */
export async function getAll(
  { client, tableName }: DynamoTable,
  keys: readonly ItemKey[],
  { isConsistent = false } = {},
): Promise<Record<string, unknown>[]> {
  const found = new Map<string, Record<string, unknown>>();
  for (let first = 0; first < keys.length; first += readBatchSize) {
    let wanted: Record<string, unknown>[] = keys.slice(first, first + readBatchSize).map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt === maxBatchAttempts) throw new Error('the table answers no more reads now');
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: isConsistent } } }),
      );
      for (const item of Responses?.[tableName] ?? []) found.set(`${item.pk} ${item.sk}`, item);
      wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return keys.map(({ pk, sk }) => found.get(`${pk} ${sk}`)).filter((item) => item !== undefined);
}

/** Digits that sort as numbers do, up to ten of them (300 years in milliseconds need thirteen: see `padMs`). */
export function padSequence(sequence: number): string {
  return String(sequence).padStart(10, '0');
}

export function padMs(timeMs: number): string {
  return String(Math.floor(timeMs)).padStart(13, '0');
}
