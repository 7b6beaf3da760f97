import { type AwsRequest, type AwsResponse, type AwsService, notImplemented } from '../../kernel/types.ts';
import { jsonError, jsonResponse } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import { askForCapacity, countCapacity, withoutCapacity } from './capacity-usage.ts';
import { serializationError } from './errors.ts';
import { batchGetItem, batchWriteItem } from './operations/batch.ts';
import { describeContinuousBackups, describeTable, describeTimeToLive, listTables } from './operations/descriptions.ts';
import type { DynamoDbParts, Operation } from './operations/operation.ts';
import { query, scan } from './operations/page-operations.ts';
import { deleteItem, getItem, putItem, updateItem } from './operations/single-item.ts';
import { transactGetItems, transactWriteItems } from './operations/transactions.ts';
import { RequestFields } from './request-fields.ts';
import { sweepExpired } from './time-to-live.ts';

const operations: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  DeleteItem: deleteItem,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
};

const largestRequestBytes = 16 * 1024 * 1024;
const sweepIntervalMs = 15_000;

/** The DynamoDB wire protocol (JSON 1.0). */
export class DynamoDbService implements AwsService {
  readonly signingNames = ['dynamodb'];
  readonly renderError = jsonError;
  private readonly parts: DynamoDbParts;
  private readonly timer: NodeJS.Timeout;
  private sweeping: Promise<unknown> = Promise.resolve();

  constructor(parts: DynamoDbParts) {
    this.parts = parts;
    this.timer = setInterval(() => {
      this.sweeping = this.sweep();
    }, sweepIntervalMs);
    this.timer.unref();
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const operation = Object.hasOwn(operations, request.action) ? operations[request.action] : undefined;
    if (operation === undefined) throw notImplemented(`dynamodb:${request.action}`);
    const body = await readPayload(request, largestRequestBytes);
    const { action, principal } = request;
    const { input, isAsked } = askForCapacity(parseJson(body.toString()));
    const answer = await operation({ ...this.parts, principal }, new RequestFields(input));
    countCapacity(this.parts.kernel.usage, action, principal, answer);
    return jsonResponse(isAsked ? answer : withoutCapacity(answer), true);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      await sweepExpired(this.parts);
    } catch (error) {
      this.parts.kernel.log('error', 'time-to-live sweep failed', { error: String(error) });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(serializationError('Unable to parse the request body as JSON'), { cause });
  }
}
