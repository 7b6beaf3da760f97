import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** A table by the name that its stack gave it. Every item is `{ pk, sk, data, … }`; `data` is the domain's object. */
export interface DynamoTable {
  client: DynamoDBDocumentClient;
  tableName: string;
}

export interface ItemKey {
  pk: string;
  sk: string;
}

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

/** Puts all items or throws; DynamoDB may hand some back, those go again. */
export async function putAll({ client, tableName }: DynamoTable, items: readonly ItemKey[]): Promise<void> {
  for (let first = 0; first < items.length; first += batchSize) {
    let requests = items.slice(first, first + batchSize).map((item) => ({ PutRequest: { Item: { ...item } } }));
    for (let attempt = 0; requests.length > 0; attempt++) {
      if (attempt === maxBatchAttempts) throw new Error('the table accepts no more writes now');
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: requests } }),
      );
      requests = (UnprocessedItems?.[tableName] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item === undefined ? [] : [{ PutRequest: { Item: PutRequest.Item as unknown as ItemKey } }],
      );
    }
  }
}

/** The items of these keys, in their order, those that are gone left out; eventually consistent. */
export async function getAll(
  { client, tableName }: DynamoTable,
  keys: readonly ItemKey[],
): Promise<Record<string, unknown>[]> {
  const found = new Map<string, Record<string, unknown>>();
  for (let first = 0; first < keys.length; first += readBatchSize) {
    let wanted: Record<string, unknown>[] = keys.slice(first, first + readBatchSize).map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt === maxBatchAttempts) throw new Error('the table answers no more reads now');
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: wanted } } }),
      );
      for (const item of Responses?.[tableName] ?? []) found.set(`${item.pk} ${item.sk}`, item);
      wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return keys.flatMap(({ pk, sk }) => found.get(`${pk} ${sk}`) ?? []);
}

/** Digits that sort as numbers do, up to ten of them (300 years in milliseconds need thirteen: see `padMs`). */
export function padSequence(sequence: number): string {
  return String(sequence).padStart(10, '0');
}

export function padMs(timeMs: number): string {
  return String(Math.floor(timeMs)).padStart(13, '0');
}
