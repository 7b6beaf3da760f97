import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalCloudProcess, startProcess } from './localcloud-process.ts';
import { synthesizeSampleApp } from './sample-app.ts';

const waitLimitMs = 20_000;
const longMs = 60_000;
let directory: string;
let cloud: LocalCloudProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'localcloud-faults-'));
  const assembly = synthesizeSampleApp(directory);
  cloud = await startProcess(assembly, join(directory, 'data'), '--allow-faults');
}, 60_000);

afterEach(async () => {
  await order({ end: true });
});

afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

function post(body: string, authorization = `Bearer ${cloud.credentials.secretAccessKey}`): Promise<Response> {
  return fetch(`${cloud.endpoint}/_localcloud/faults`, { method: 'POST', headers: { authorization }, body });
}

async function order(fault: object): Promise<unknown> {
  const answer = await post(JSON.stringify(fault));
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

function clients() {
  const { endpoint, credentials } = cloud;
  const configuration = { endpoint, credentials, region: 'us-east-1', maxAttempts: 1 };
  return {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    sqs: new SQSClient(configuration),
    dynamodb: new DynamoDBClient(configuration),
  };
}

function output(key: string): string {
  return String(Object.assign({}, ...Object.values(cloud.outputs))[key]);
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + waitLimitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function queueUrl(nameOutput: string): Promise<string> {
  const { QueueUrl = '' } = await clients().sqs.send(new GetQueueUrlCommand({ QueueName: output(nameOutput) }));
  return QueueUrl;
}

async function itemsOf(partition: string): Promise<string[]> {
  const { Items = [] } = await clients().dynamodb.send(new ScanCommand({ TableName: output('TableName') }));
  return Items.filter(({ pk }) => pk?.S === partition).map(({ sk }) => sk?.S ?? '');
}

async function receiveAll(QueueUrl: string, WaitTimeSeconds = 1): Promise<{ id: string; body: string }[]> {
  const { Messages = [] } = await clients().sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds, VisibilityTimeout: 60 }),
  );
  return Messages.map(({ MessageId = '', Body = '' }) => ({ id: MessageId, body: Body }));
}

describe('faults', () => {
  test('are ordered by who holds the operator’s key, and only where they are allowed', async () => {
    expect((await post('{"end":true}', 'Bearer wrong')).status).toBe(403);
    expect((await post('{"end":true}', '')).status).toBe(403);
    expect((await fetch(`${cloud.endpoint}/_localcloud/faults`)).status).toBe(405);
    const refused = await post('{"flood":{}}');
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'There is no fault flood.' }]);
    const careful = await startProcess(join(directory, 'cdk.out'), join(directory, 'careful'));
    const answer = await fetch(`${careful.endpoint}/_localcloud/faults`, { method: 'POST', body: '{"end":true}' });
    await careful.stop();
    expect(answer.status).toBe(404);
  }, 60_000);

  test('kill a function in the middle of its work; its message comes again', async () => {
    const QueueUrl = await queueUrl('SlowQueueName');
    await clients().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"slow":"killed"}' }));
    await until(async () => ((await itemsOf('slow-message#killed')).includes('began') ? true : undefined));
    // What the function wrote before may have set off a second invocation, by the table's stream.
    const { midInvocation } = (await order({ kill: 'handler' })) as { midInvocation: number };
    expect(midInvocation).toBeGreaterThanOrEqual(1);
    expect(await itemsOf('slow-message#killed')).toEqual(['began']);
    expect(await order({ kill: 'no such function' })).toEqual({ killed: 0, midInvocation: 0 });
    await until(async () => ((await itemsOf('slow-message#killed')).includes('done') ? true : undefined));
  }, 60_000);

  test('make S3 answer SlowDown, with nothing stored', async () => {
    const { s3 } = clients();
    const place = { Bucket: output('BucketName'), Key: 'slow-down' };
    await order({ storage: { probability: 1, forMs: longMs } });
    await expect(s3.send(new PutObjectCommand({ ...place, Body: 'x' }))).rejects.toMatchObject({
      name: 'SlowDown',
      $metadata: { httpStatusCode: 503 },
    });
    await order({ end: true });
    await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('show a message twice under one id', async () => {
    const QueueUrl = await queueUrl('SpareQueueName');
    await order({ queue: { queue: 'spare', forMs: longMs, duplicate: 1 } });
    const { MessageId } = await clients().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'twice' }));
    const received = await receiveAll(QueueUrl);
    expect(received).toEqual([
      { id: MessageId, body: 'twice' },
      { id: MessageId, body: 'twice' },
    ]);
  });

  test('let a message come behind a later one', async () => {
    const QueueUrl = await queueUrl('SpareQueueName');
    await order({ queue: { forMs: longMs, delay: 1, delayUpToMs: 500 } });
    await clients().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'first' }));
    await order({ end: true });
    await clients().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'second' }));
    const [before] = await receiveAll(QueueUrl, 0);
    expect(before?.body).toBe('second');
    const [after] = await receiveAll(QueueUrl, 5);
    expect(after?.body).toBe('first');
  });

  test('lose a message on its way to its receiver; it comes later', async () => {
    const QueueUrl = await queueUrl('SpareQueueName');
    await clients().sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'lost' }));
    await order({ queue: { forMs: longMs, lose: 1, lostForMs: 500 } });
    expect(await receiveAll(QueueUrl, 0)).toEqual([]);
    await order({ end: true });
    expect(await receiveAll(QueueUrl, 5)).toEqual([expect.objectContaining({ body: 'lost' })]);
  });

  test('fill the disk: writes fail whole, reads go on, and work goes on afterwards', async () => {
    const { s3, sqs, dynamodb } = clients();
    const Bucket = output('BucketName');
    const TableName = output('TableName');
    const QueueUrl = await queueUrl('SpareQueueName');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'kept' }));
    const filesBefore = objectFiles();
    await order({ disk: { forMs: longMs } });
    const put = new PutItemCommand({ TableName, Item: { pk: { S: 'full' }, sk: { S: 'x' } } });
    const failing = [
      s3.send(new PutObjectCommand({ Bucket, Key: 'full', Body: 'x' })),
      dynamodb.send(put),
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'full' })),
    ];
    for (const write of failing) {
      await expect(write).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    }
    expect(objectFiles()).toEqual(filesBefore);
    expect(await (await s3.send(new GetObjectCommand({ Bucket, Key: 'kept' }))).Body?.transformToString()).toBe('kept');
    expect(await itemsOf('full')).toEqual([]);
    await order({ end: true });
    await dynamodb.send(put);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'in/after', Body: 'x' }));
    await until(async () => ((await itemsOf('object#in/after')).length > 0 ? true : undefined));
    expect(await receiveAll(QueueUrl, 0)).toEqual([]);
  }, 60_000);
});

function objectFiles(): string[] {
  return readdirSync(join(directory, 'data', 's3'), { recursive: true })
    .map(String)
    .sort();
}
