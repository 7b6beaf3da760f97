import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../src/kernel/testing.ts';
import { createSqs } from '../src/services/sqs/index.ts';

let testKernel: TestKernel;
let server: TestServer;
let client: SQSClient;
let sqs: ReturnType<typeof createSqs>;
let queues = 0;

beforeAll(async () => {
  testKernel = createTestKernel();
  sqs = createSqs(testKernel.kernel, () => server.endpoint);
  server = await testKernel.serve([sqs.service]);
  client = new SQSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  testKernel.cleanup();
});

/** A queue of the test's own. */
async function createQueue(properties: Record<string, unknown> = {}) {
  queues += 1;
  const name = `queue-${queues}`;
  const provider = sqs.providers.find(({ type }) => type === 'AWS::SQS::Queue');
  await provider?.provision({
    stackName: 'Data',
    logicalId: name,
    type: 'AWS::SQS::Queue',
    assemblyDirectory: '',
    properties: { QueueName: name, ...properties },
  });
  const { QueueUrl: url = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  return { name, url, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` };
}

function send(url: string, body: string, more: object = {}) {
  return client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...more }));
}

async function receive(url: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...more,
    }),
  );
  return Messages;
}

async function attribute(url: string, name: QueueAttributeName): Promise<string | undefined> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }));
  return Attributes?.[name];
}

describe('messages', () => {
  test('a message arrives whole, with its digests and counts', async () => {
    const { url } = await createQueue();
    const body = 'snow \u2603 and \u{1F40E}';
    const attributes = {
      kind: { DataType: 'String', StringValue: 'note' },
      blob: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 3) },
      size: { DataType: 'Number.int', StringValue: '42' },
    };
    const sent = await send(url, body, { MessageAttributes: attributes });
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
    const [message] = await receive(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: body,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: attributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
  });

  test('a received message is hidden until its visibility runs out, and its count grows', async () => {
    const { url } = await createQueue();
    await send(url, 'again');
    const [first] = await receive(url);
    expect(await receive(url)).toEqual([]);
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const [second] = await receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await attribute(url, 'ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  test('a long poll wakes for a message, for a delayed one, and for one whose visibility ran out', async () => {
    const { url } = await createQueue({ VisibilityTimeout: 1 });
    const waiting = receive(url, { WaitTimeSeconds: 10 });
    await send(url, 'now');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['now']);
    expect((await receive(url, { WaitTimeSeconds: 10, VisibilityTimeout: 60 })).map(({ Body }) => Body)).toEqual([
      'now',
    ]);
    await send(url, 'later', { DelaySeconds: 1 });
    expect(await attribute(url, 'ApproximateNumberOfMessagesDelayed')).toBe('1');
    expect((await receive(url, { WaitTimeSeconds: 10 })).map(({ Body }) => Body)).toEqual(['later']);
  });

  test('a batch accepts the good and names the bad', async () => {
    const { url } = await createQueue();
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'good', MessageBody: 'good' },
          { Id: 'bad', MessageBody: 'bad \u0001' },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    const [message] = await receive(url);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
          { Id: 'b', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: 'a' }]);
    expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
  });

  test.each([
    ['an empty body', '', {}, 'MissingParameter'],
    ['a control character', 'a\u0000b', {}, 'InvalidMessageContents'],
    ['a non-character', 'a\uFFFF', {}, 'InvalidMessageContents'],
    ['more than 1 MiB', 'x'.repeat(1_048_577), {}, 'InvalidParameterValue'],
    ['a delay above 15 minutes', 'a', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'an attribute without type',
      'a',
      { MessageAttributes: { a: { DataType: 'Thing', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
  ])('%s is refused', async (_what, body, more, name) => {
    const { url } = await createQueue();
    await expect(send(url, body, more)).rejects.toMatchObject({ name });
  });

  test('exactly 1 MiB is taken', async () => {
    const { url } = await createQueue();
    await send(url, 'x'.repeat(1_048_576));
    expect((await receive(url))[0]?.Body).toHaveLength(1_048_576);
  });
});

describe('queues', () => {
  test('a queue that is not there is QueueDoesNotExist', async () => {
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('attributes are as declared, and changing them is not implemented', async () => {
    const { name, url, arn } = await createQueue({ VisibilityTimeout: 90, MessageRetentionPeriod: 3600 });
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ QueueArn: arn, VisibilityTimeout: '90', MessageRetentionPeriod: '3600' });
    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: name }));
    expect(QueueUrls).toContain(url);
    await expect(
      client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '1' } })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('a purge empties the queue', async () => {
    const { url } = await createQueue();
    await send(url, 'a');
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
  });
});

describe('dead letters', () => {
  test('a message received too often goes to the dead-letter queue and comes back by a move task', async () => {
    const dead = await createQueue();
    const source = await createQueue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 },
    });
    const sent = await send(source.url, 'poison');
    for (const count of ['1', '2']) {
      const [message] = await receive(source.url);
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
    }
    expect(await receive(source.url)).toEqual([]);
    const [letter] = await receive(dead.url, { VisibilityTimeout: 0 });
    expect(letter).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: source.arn },
    });
    const sources = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
    expect(sources.queueUrls).toEqual([source.url]);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const [back] = await receive(source.url, { WaitTimeSeconds: 10, VisibilityTimeout: 30 });
    expect(back).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    const tasks = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(tasks.Results?.[0]).toMatchObject({ SourceArn: dead.arn, ApproximateNumberOfMessagesMoved: 1 });
  });

  test('a move task reaches dead letters behind messages that were sent to their queue directly', async () => {
    const dead = await createQueue();
    const policy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 };
    const source = await createQueue({ VisibilityTimeout: 0, RedrivePolicy: policy });
    await Promise.all(Array.from({ length: 100 }, (_, number) => send(dead.url, `direct ${number}`)));
    await send(source.url, 'poison');
    await receive(source.url);
    expect(await receive(source.url)).toEqual([]);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const [back] = await receive(source.url, { WaitTimeSeconds: 10, VisibilityTimeout: 30 });
    expect(back).toMatchObject({ Body: 'poison' });
  });

  test('a move task needs a queue that is a dead-letter queue', async () => {
    const { arn } = await createQueue();
    await expect(client.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

describe('consumers in the process', () => {
  test('what services send is received, released and deleted', async () => {
    const { name, arn } = await createQueue();
    const service = {
      kind: 'service',
      arn: 'arn:aws:s3:::bucket',
      accessKeyId: '',
      service: 's3.amazonaws.com',
    } as const;
    const send = () => sqs.sendToQueue(arn, '{"n":1}', service);
    await expect(send()).rejects.toMatchObject({ code: 'AccessDeniedException' });
    const policies = sqs.providers.find(({ type }) => type === 'AWS::SQS::QueuePolicy');
    await policies?.provision({
      stackName: 'Data',
      logicalId: 'Policy',
      type: 'AWS::SQS::QueuePolicy',
      assemblyDirectory: '',
      properties: {
        Queues: [`${server.endpoint}/000000000000/${name}`],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 's3.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arn,
              Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } },
            },
          ],
        },
      },
    });
    const { messageId } = await send();
    const options = { maxMessages: 10, waitMs: 0, signal: new AbortController().signal };
    const [first] = await sqs.consumer.receive(arn, options);
    expect(first).toMatchObject({ messageId, body: '{"n":1}', attributes: { ApproximateReceiveCount: '1' } });
    await sqs.consumer.release(arn, first?.receiptHandle ?? '');
    const [second] = await sqs.consumer.receive(arn, options);
    expect(second?.attributes.ApproximateReceiveCount).toBe('2');
    expect(await sqs.consumer.receive(arn, options)).toEqual([]);
    await sqs.consumer.releaseAll(arn);
    const [third] = await sqs.consumer.receive(arn, options);
    expect(third?.attributes.ApproximateReceiveCount).toBe('3');
    await sqs.consumer.delete(arn, third?.receiptHandle ?? '');
    await sqs.consumer.release(arn, third?.receiptHandle ?? '');
    expect(await sqs.consumer.receive(arn, options)).toEqual([]);
  });
});

test('a queue under a KMS key is refused at the start, as its permissions would not be asked for', async () => {
  await expect(createQueue({ KmsMasterKeyId: 'alias/aws/sqs' })).rejects.toThrow('queues under a KMS key (Data/');
});
