import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../src/kernel/testing.ts';
import { createDynamoDb } from '../src/services/dynamodb/index.ts';

let testKernel: TestKernel;
let server: TestServer;
let client: DynamoDBClient;

beforeAll(async () => {
  testKernel = createTestKernel();
  const dynamoDb = createDynamoDb(testKernel.kernel);
  const provider = dynamoDb.providers.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  await provider?.provision({
    stackName: 'Data',
    logicalId: 'Table',
    type: 'AWS::DynamoDB::GlobalTable',
    assemblyDirectory: '',
    properties: {
      TableName: 'Used',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'place', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byPlace',
          KeySchema: [{ AttributeName: 'place', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      Replicas: [{ Region: 'us-east-1' }],
    },
  });
  server = await testKernel.serve([dynamoDb.service]);
  const { endpoint, credentials } = server;
  client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  testKernel.cleanup();
});

/** Units of `work` by table or index: reads and writes. */
async function unitsOf(work: () => Promise<unknown>): Promise<Record<string, [number, number]>> {
  const before = totals();
  await work();
  const after = totals();
  const used = Object.entries(after).map(([resource, [reads, writes]]) => {
    const [readsBefore, writesBefore] = before[resource] ?? [0, 0];
    return [resource, [reads - readsBefore, writes - writesBefore]] as const;
  });
  return Object.fromEntries(used.filter(([, [reads, writes]]) => reads + writes > 0)) as Record<
    string,
    [number, number]
  >;
}

function totals(): Record<string, [number, number]> {
  const sums: Record<string, [number, number]> = {};
  for (const { service, operation, resource, amounts } of testKernel.kernel.usage.report()) {
    if (service !== 'dynamodb' || !operation.endsWith(' units')) continue;
    const [reads, writes] = sums[resource] ?? [0, 0];
    sums[resource] = [reads + (amounts.readUnits ?? 0), writes + (amounts.writeUnits ?? 0)];
  }
  return sums;
}

const item = (place: string, text = '') => ({ pk: { S: 'a' }, place: { S: place }, text: { S: text } });
const put = (place: string, text?: string) => () =>
  client.send(new PutItemCommand({ TableName: 'Used', Item: item(place, text) }));

describe('the usage ledger', () => {
  test('counts what a write costs the table and each index that it touches', async () => {
    expect(await unitsOf(put('here'))).toEqual({ Used: [0, 1], 'Used/byPlace': [0, 1] });
    expect(await unitsOf(put('here', 'x'.repeat(2_000)))).toEqual({ Used: [0, 2] });
    expect(await unitsOf(put('there', 'x'.repeat(2_000)))).toEqual({ Used: [0, 2], 'Used/byPlace': [0, 2] });
  });

  test('counts a transaction twice and a consistent read in full', async () => {
    const Put = { TableName: 'Used', Item: item('there') };
    const transact = () => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
    expect(await unitsOf(transact)).toEqual({ Used: [0, 4] });
    const read = (ConsistentRead: boolean) => () =>
      client.send(new GetItemCommand({ TableName: 'Used', Key: { pk: { S: 'a' } }, ConsistentRead }));
    expect(await unitsOf(read(true))).toEqual({ Used: [1, 0] });
    expect(await unitsOf(read(false))).toEqual({ Used: [0.5, 0] });
  });

  test('tells capacity only to whom asked for it', async () => {
    const answer = await put('there')();
    expect(answer.ConsumedCapacity).toBeUndefined();
    const asked = await client.send(
      new PutItemCommand({ TableName: 'Used', Item: item('there'), ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(asked.ConsumedCapacity).toEqual({ TableName: 'Used', CapacityUnits: 1 });
  });

  test('counts requests by operation and caller', () => {
    const requests = testKernel.kernel.usage.report().find(({ operation }) => operation === 'GetItem');
    expect(requests).toMatchObject({ service: 'dynamodb', caller: 'root', amounts: { requests: 2 } });
  });
});
