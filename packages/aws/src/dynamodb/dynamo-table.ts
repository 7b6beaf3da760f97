import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
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

export function isConditionFailure(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException;
}

/** The code of each item's reason when a transaction was cancelled; undefined for any other error. */
export function cancellationCodes(error: unknown): string[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
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
