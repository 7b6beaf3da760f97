import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalCloudProcess, startProcess } from './localcloud-process.ts';
import { synthesizeSampleApp } from './sample-app.ts';

const waitLimitMs = 20_000;
let directory: string;
let assembly: string;
let cloud: LocalCloudProcess | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-system-'));
  assembly = synthesizeSampleApp(directory);
}, 60_000);

afterEach(async () => {
  if (cloud?.child.exitCode === null) await cloud.stop();
  cloud = undefined;
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Clients {
  s3: S3Client;
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  events: EventBridgeClient;
}

function clientsOf({ endpoint, credentials }: LocalCloudProcess): Clients {
  const configuration = { endpoint, credentials, region: 'us-east-1', maxAttempts: 1 };
  return {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sqs: new SQSClient(configuration),
    dynamodb: new DynamoDBClient(configuration),
    events: new EventBridgeClient(configuration),
  };
}

function output(running: LocalCloudProcess, key: string): string {
  const value = Object.assign({}, ...Object.values(running.outputs))[key];
  if (typeof value !== 'string') throw new Error(`no output ${key}`);
  return value;
}

/** Asks again until the answer is there. */
async function until<T>(ask: () => Promise<T | undefined>, limitMs = waitLimitMs): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an app on localcloud', () => {
  test('answers through its API and its site', async () => {
    cloud = await startProcess(assembly, join(directory, 'web'));
    const answer = await fetch(`${cloud.endpoint}/api/hello`);
    expect(answer.status).toBe(200);
    const direct = await fetch(`${output(cloud, 'ApiUrl')}/api/hello`);
    expect(await direct.json()).toMatchObject({ path: '/api/hello', table: output(cloud, 'TableName') });
    expect(await (await fetch(`${output(cloud, 'SiteUrl')}/`)).text()).toContain('<title>sample</title>');
  }, 60_000);

  test('answers a message of a WebSocket by the management API, with the rights of its role', async () => {
    cloud = await startProcess(assembly, join(directory, 'channel'));
    const socket = new WebSocket(output(cloud, 'ChannelUrl'));
    const answer = new Promise<string>((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve(String(data)));
      socket.addEventListener('error', reject);
    });
    socket.addEventListener('open', () => socket.send('is somebody there?'));
    expect(await answer).toBe('is somebody there?');
    expect(await cloud.stop()).toBe(0);
  }, 60_000);

  test('calls its function by a schedule, with the rights of the schedule’s role', async () => {
    cloud = await startProcess(assembly, join(directory, 'scheduled'));
    const { dynamodb } = clientsOf(cloud);
    const Key = { pk: { S: 'schedule#at start' }, sk: { S: 'called' } };
    const TableName = output(cloud, 'TableName');
    await until(async () => (await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item);
    expect(await cloud.stop()).toBe(0);
  }, 60_000);

  test('takes an object to its function by notification and queue, with the rights of its role', async () => {
    cloud = await startProcess(assembly, join(directory, 'notified'));
    const { s3, dynamodb } = clientsOf(cloud);
    await s3.send(new PutObjectCommand({ Bucket: output(cloud, 'BucketName'), Key: 'in/a b.txt', Body: 'hello' }));
    const TableName = output(cloud, 'TableName');
    const item = await until(async () => {
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items.find(({ pk }) => pk?.S === 'object#in/a+b.txt');
    });
    expect(item.count).toEqual({ N: '5' });
    expect(await cloud.stop()).toBe(0);
  }, 60_000);

  test('takes an event from its bus by a rule to its function', async () => {
    cloud = await startProcess(assembly, join(directory, 'events'));
    const { dynamodb, events } = clientsOf(cloud);
    const Entry = {
      EventBusName: output(cloud, 'BusName'),
      Source: 'sample',
      DetailType: 'call',
      Detail: '{"count":3}',
    };
    const { Entries = [] } = await events.send(new PutEventsCommand({ Entries: [Entry] }));
    const Key = { pk: { S: `event#${Entries[0]?.EventId}` }, sk: { S: 'called' } };
    const TableName = output(cloud, 'TableName');
    const item = await until(async () => (await dynamodb.send(new GetItemCommand({ TableName, Key }))).Item);
    expect(item.count).toEqual({ N: '3' });
  }, 60_000);

  test('loses nothing that was acknowledged when its process is killed', async () => {
    const data = join(directory, 'killed');
    cloud = await startProcess(assembly, data);
    const acknowledged = await writeUntilKilled(cloud, 150);
    expect(acknowledged.length).toBeGreaterThanOrEqual(150);
    cloud = await startProcess(assembly, data);
    await expectAllPresent(cloud, acknowledged);
  }, 60_000);

  test('processes after a kill what its functions had in flight, and what they had not begun', async () => {
    const data = join(directory, 'in-flight');
    cloud = await startProcess(assembly, data);
    const TableName = output(cloud, 'TableName');
    const names = Array.from({ length: 8 }, (_, number) => `${number}`);
    const { sqs, dynamodb } = clientsOf(cloud);
    const QueueName = output(cloud, 'SlowQueueName');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    for (const slow of names) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ slow }) }));
      await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: slow }, sk: { S: 'slow' } } }));
    }
    const begun = ['slow-message#', 'slow-item#'];
    await until(async () => {
      const { began } = await slowWork(dynamodb, TableName);
      return begun.every((prefix) => began.some((pk) => pk.startsWith(prefix))) || undefined;
    });
    await cloud.kill();
    cloud = await startProcess(assembly, data);
    const client = clientsOf(cloud).dynamodb;
    const before = (await slowWork(client, TableName)).done;
    const all = begun.flatMap((prefix) => names.map((name) => `${prefix}${name}`));
    expect(before.length).toBeLessThan(all.length);
    const done = await until(async () => {
      const work = await slowWork(client, TableName);
      return work.done.length === all.length ? work.done : undefined;
    }, 60_000);
    expect(done.sort()).toEqual(all.sort());
  }, 120_000);

  test('starts over with --reset, and clears nothing that is not its own', async () => {
    const data = join(directory, 'reset');
    cloud = await startProcess(assembly, data);
    const Bucket = output(cloud, 'BucketName');
    await clientsOf(cloud).s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'v' }));
    await cloud.stop();
    cloud = await startProcess(assembly, data, '--reset');
    const { KeyCount } = await clientsOf(cloud).s3.send(new ListObjectsV2Command({ Bucket }));
    expect(KeyCount).toBe(0);
    await expect(startProcess(assembly, directory, '--reset')).rejects.toThrow('is not a data directory');
    await expect(startProcess(assembly, data, '--reset')).rejects.toThrow('in use by another localcloud');
  }, 60_000);
});

/** What the sample's slow work has begun and done so far. */
async function slowWork(client: DynamoDBClient, TableName: string): Promise<{ began: string[]; done: string[] }> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  const of = (step: string) => Items.filter(({ sk }) => sk?.S === step).map(({ pk }) => pk?.S ?? '');
  return { began: of('began'), done: of('done') };
}

/** Writes to all three stores at once, kills the process in the middle, and gives what was acknowledged before. */
async function writeUntilKilled(running: LocalCloudProcess, count: number): Promise<string[]> {
  const clients = clientsOf(running);
  const { QueueUrl = '' } = await clients.sqs.send(
    new GetQueueUrlCommand({ QueueName: output(running, 'SpareQueueName') }),
  );
  const acknowledged: string[] = [];
  let isKilled = false;
  const writers = ['item', 'message', 'object'].flatMap((kind) =>
    Array.from({ length: 4 }, (_, lane) => ({ kind, lane })),
  );
  const killed = Promise.all(
    writers.map(async ({ kind, lane }) => {
      for (let number = 0; !isKilled; number += 1) {
        const name = `${kind}-${lane}-${number}`;
        const isStored = await write(running, clients, kind, name, QueueUrl).catch(() => false);
        if (isStored) acknowledged.push(name);
        if (acknowledged.length >= count && !isKilled) {
          isKilled = true;
          await running.kill();
        }
      }
    }),
  );
  await killed;
  return acknowledged;
}

async function write(running: LocalCloudProcess, clients: Clients, kind: string, name: string, QueueUrl: string) {
  const { s3, sqs, dynamodb } = clients;
  if (kind === 'item') {
    const Item = { pk: { S: 'killed' }, sk: { S: name } };
    await dynamodb.send(new PutItemCommand({ TableName: output(running, 'TableName'), Item }));
  } else if (kind === 'message') {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: name }));
  } else {
    await s3.send(new PutObjectCommand({ Bucket: output(running, 'BucketName'), Key: name, Body: name }));
  }
  return true;
}

async function expectAllPresent(running: LocalCloudProcess, acknowledged: readonly string[]): Promise<void> {
  const { s3, sqs, dynamodb } = clientsOf(running);
  const named = (kind: string) => acknowledged.filter((name) => name.startsWith(kind));
  for (const name of named('item')) {
    const Key = { pk: { S: 'killed' }, sk: { S: name } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: output(running, 'TableName'), Key }));
    expect(Item?.sk).toEqual({ S: name });
  }
  for (const name of named('object')) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: output(running, 'BucketName'), Key: name }));
    expect(await Body?.transformToString()).toBe(name);
  }
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: output(running, 'SpareQueueName') }));
  const missing = new Set(named('message'));
  await until(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    for (const { Body = '' } of Messages) missing.delete(Body);
    return missing.size === 0 || Messages.length === 0 ? true : undefined;
  });
  expect([...missing]).toEqual([]);
}
