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
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insideTest } from './oracle/inside-test.ts';
import { type SqsUnderTest, startSqs } from './sqs-server.ts';

let server: SqsUnderTest;
let client: SQSClient;

beforeAll(async () => {
  server = await startSqs();
  client = server.client;
});

afterAll(() => server.close());

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
    const { url } = await server.createQueue();
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
    const { url } = await server.createQueue();
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
    const { url } = await server.createQueue({ VisibilityTimeout: 1 });
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
    const { url } = await server.createQueue();
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
    const { url } = await server.createQueue();
    await expect(send(url, body, more)).rejects.toMatchObject({ name });
  });

  test('exactly 1 MiB is taken', async () => {
    const { url } = await server.createQueue();
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

  test('attributes are as declared', async () => {
    const { name, url, arn } = await server.createQueue({ VisibilityTimeout: 90, MessageRetentionPeriod: 3600 });
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ QueueArn: arn, VisibilityTimeout: '90', MessageRetentionPeriod: '3600' });
    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: name }));
    expect(QueueUrls).toContain(url);
  });

  insideTest('sqs')('changing attributes is not implemented', async () => {
    const { url } = await server.createQueue();
    await expect(
      client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '1' } })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('a purge empties the queue', async () => {
    const { url } = await server.createQueue();
    await send(url, 'a');
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
  });
});

describe('dead letters', () => {
  test('a message received too often goes to the dead-letter queue and comes back by a move task', async () => {
    const dead = await server.createQueue();
    const source = await server.createQueue({
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
    const dead = await server.createQueue();
    const policy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 };
    const source = await server.createQueue({ VisibilityTimeout: 0, RedrivePolicy: policy });
    await Promise.all(Array.from({ length: 100 }, (_, number) => send(dead.url, `direct ${number}`)));
    await send(source.url, 'poison');
    await receive(source.url);
    expect(await receive(source.url)).toEqual([]);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    const [back] = await receive(source.url, { WaitTimeSeconds: 10, VisibilityTimeout: 30 });
    expect(back).toMatchObject({ Body: 'poison' });
  });

  test('a move task needs a queue that is a dead-letter queue', async () => {
    const { arn } = await server.createQueue();
    await expect(client.send(new StartMessageMoveTaskCommand({ SourceArn: arn }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});
