import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../../kernel/testing.ts';
import { createDynamoDb, type DynamoDb } from './index.ts';

let testKernel: TestKernel;
let server: TestServer;
let client: DynamoDBClient;
let dynamoDb: DynamoDb;
let streamArn: string;

const table = 'Streamed';

async function provision(): Promise<string> {
  const provider = dynamoDb.providers.find(({ type }) => type === 'AWS::DynamoDB::Table');
  const provisioned = await provider?.provision({
    stackName: 'Data',
    logicalId: 'Table',
    type: 'AWS::DynamoDB::Table',
    assemblyDirectory: '',
    properties: {
      TableName: table,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    },
  });
  return String(provisioned?.attributes.StreamArn);
}

beforeEach(async () => {
  testKernel = createTestKernel();
  dynamoDb = createDynamoDb(testKernel.kernel);
  streamArn = await provision();
  server = await testKernel.serve([dynamoDb.service]);
  client = new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: server.credentials });
});

afterEach(async () => {
  client.destroy();
  await server.close();
  testKernel.cleanup();
});

function put(pk: string, more: Record<string, { S: string } | { N: string }> = {}) {
  return client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, ...more } }));
}

function records() {
  return dynamoDb.streams.read(streamArn, 0, 100);
}

describe('a stream', () => {
  test('holds every change in order, with both images, and nothing for a write that changes nothing', async () => {
    const heard: string[] = [];
    const silence = dynamoDb.streams.onAppend((arn) => heard.push(arn));
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '1.0' } });
    await put('a', { n: { N: '2' } });
    silence();
    expect(heard).toEqual([streamArn, streamArn]);
    const [first, second, ...more] = records();
    expect(more).toEqual([]);
    expect(first?.record).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: streamArn,
      dynamodb: {
        Keys: { pk: { S: 'a' } },
        NewImage: { pk: { S: 'a' }, n: { N: '1' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
      },
    });
    expect(second?.record).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { OldImage: { n: { N: '1' } }, NewImage: { n: { N: '2' } } },
    });
    expect(second?.partitionKey).toBe(first?.partitionKey);
    expect(dynamoDb.streams.latestSequence(streamArn)).toBe(second?.sequence);
    expect(dynamoDb.streams.read(streamArn, first?.sequence ?? 0, 100)).toEqual([second]);
  });

  test('holds nothing of a write that was refused or rolled back', async () => {
    const update = { TableName: table, Key: { pk: { S: 'b' } }, ConditionExpression: 'attribute_exists(pk)' };
    await expect(client.send(new UpdateItemCommand(update))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    await expect(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: table, Item: { pk: { S: 'c' } } } }, { ConditionCheck: update }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(records()).toEqual([]);
  });

  test('keeps its ARN and records when the service starts again', async () => {
    await put('a');
    const before = records();
    dynamoDb = createDynamoDb(testKernel.kernel);
    expect(await provision()).toBe(streamArn);
    expect(records()).toEqual(before);
    await dynamoDb.service.close?.();
  });
});

describe('time-to-live', () => {
  test('deletes what expired, in the name of the service, and leaves the rest', async () => {
    const nowS = Math.floor(Date.now() / 1000);
    await put('expired', { expires: { N: String(nowS - 10) } });
    await put('later', { expires: { N: String(nowS + 1000) } });
    await put('mistaken', { expires: { N: '10' } });
    await put('text', { expires: { S: '10' } });
    const before = dynamoDb.streams.latestSequence(streamArn);
    expect(await dynamoDb.sweepExpired()).toBe(1);
    expect(dynamoDb.streams.read(streamArn, before, 10).map(({ record }) => record)).toMatchObject([
      {
        eventName: 'REMOVE',
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
        dynamodb: { OldImage: { pk: { S: 'expired' } } },
      },
    ]);
  });
});
