import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel, type TestServer } from '../src/kernel/testing.ts';
import { AwsError } from '../src/kernel/types.ts';
import { createEvents, type Events, type EventTargets } from '../src/services/events/index.ts';

const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/product';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:target';
const deadLetterArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:target';
const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/events';

interface Delivered {
  arn: string;
  input: unknown;
  source: string;
}

let testKernel: TestKernel;
let server: TestServer;
let client: EventBridgeClient;
let events: Events;
let delivered: Delivered[];
let refusal: AwsError | undefined;
let refusedCount = 0;

function recordingTargets(): EventTargets {
  const take = (arn: string, input: unknown, source: string) => {
    if (refusal !== undefined && arn !== deadLetterArn) {
      refusedCount += 1;
      throw refusal;
    }
    delivered.push({ arn, input, source });
  };
  return {
    async sendToQueue(arn, body, principal) {
      take(arn, JSON.parse(body), principal.arn);
      return { messageId: '1' };
    },
    async invokeAsynchronously(arn, payload, ruleArn) {
      take(arn, payload, ruleArn);
    },
    deliverLog: (arn, text, principal) => take(arn, JSON.parse(text), principal.arn),
  };
}

beforeEach(async () => {
  testKernel = createTestKernel();
  delivered = [];
  refusal = undefined;
  refusedCount = 0;
  events = createEvents(testKernel.kernel, recordingTargets());
  await provision('AWS::Events::EventBus', 'Bus', { Name: 'product' });
  server = await testKernel.serve([events.service]);
  client = new EventBridgeClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.credentials,
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
  testKernel.cleanup();
});

async function provision(type: string, logicalId: string, properties: Record<string, unknown>) {
  const provider = events.providers.find((candidate) => candidate.type === type);
  return provider?.provision({ stackName: 'Ingest', logicalId, type, properties, assemblyDirectory: '' });
}

function rule(name: string, properties: Record<string, unknown>) {
  return provision('AWS::Events::Rule', name, { Name: name, EventBusName: 'product', ...properties });
}

function put(...entries: PutEventsRequestEntry[]) {
  return client.send(new PutEventsCommand({ Entries: entries }));
}

function entry(detail: object, more: PutEventsRequestEntry = {}): PutEventsRequestEntry {
  return {
    EventBusName: 'product',
    Source: 'afterimage',
    DetailType: 'RecordingSealed',
    Detail: JSON.stringify(detail),
    ...more,
  };
}

/** Polls until the condition holds, for at most five seconds. */
async function eventually(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 250 && !condition(); attempt += 1) await new Promise((wake) => setTimeout(wake, 20));
  expect(condition()).toBe(true);
}

describe('PutEvents', () => {
  test('a matching event reaches every target of its rules, and no other rule', async () => {
    await rule('sealed', {
      EventPattern: { 'detail-type': ['RecordingSealed'], detail: { sizeBytes: [{ numeric: ['>', 5] }] } },
      Targets: [
        { Id: 'q', Arn: queueArn },
        { Id: 'f', Arn: functionArn, InputPath: '$.detail' },
        {
          Id: 'l',
          Arn: logGroupArn,
          InputTransformer: { InputPathsMap: { n: '$.detail.sizeBytes' }, InputTemplate: '{"n":<n>}' },
        },
      ],
    });
    await rule('other', { EventPattern: { source: ['elsewhere'] }, Targets: [{ Id: 'q', Arn: queueArn }] });
    events.start();
    const answer = await put(
      entry({ sizeBytes: 7 }, { Resources: ['arn:r'], Time: new Date('2026-01-02T03:04:05.678Z') }),
      entry({ sizeBytes: 1 }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    await eventually(() => delivered.length === 3);
    const source = 'arn:aws:events:us-east-1:000000000000:rule/product/sealed';
    const event = {
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      source: 'afterimage',
      'detail-type': 'RecordingSealed',
      account: '000000000000',
      region: 'us-east-1',
      time: '2026-01-02T03:04:05Z',
      resources: ['arn:r'],
      detail: { sizeBytes: 7 },
    };
    expect(delivered).toContainEqual({ arn: queueArn, input: event, source });
    expect(delivered).toContainEqual({ arn: functionArn, input: { sizeBytes: 7 }, source });
    expect(delivered).toContainEqual({ arn: logGroupArn, input: { n: 7 }, source });
  });

  test('each bad entry answers with its own error, the good ones are taken', async () => {
    const answer = await put(
      entry({}),
      entry({}, { Detail: 'not json' }),
      { Detail: '{}', DetailType: 'x' },
      entry({}, { Source: 'aws.s3' }),
      entry({}, { EventBusName: 'nowhere' }),
    );
    expect(answer.FailedEntryCount).toBe(4);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
  });

  test('more than ten entries, or more than 1 MiB, are refused as a whole', async () => {
    await expect(put(...Array.from({ length: 11 }, () => entry({})))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(put(entry({ text: 'x'.repeat(1_048_576) }))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('delivery', () => {
  test('what was accepted before a restart is delivered after it', async () => {
    const sealed = { EventPattern: { source: ['afterimage'] }, Targets: [{ Id: 'q', Arn: queueArn }] };
    await rule('sealed', sealed);
    await put(entry({ n: 1 }));
    expect(delivered).toEqual([]);
    events = createEvents(testKernel.kernel, recordingTargets());
    await provision('AWS::Events::EventBus', 'Bus', { Name: 'product' });
    await rule('sealed', sealed);
    events.start();
    await eventually(() => delivered.length === 1);
    await events.service.close?.();
  });

  test('a target that fails for a while gets the event later', async () => {
    refusal = new AwsError('ServiceUnavailable', 503, 'busy');
    await rule('sealed', { EventPattern: { source: ['afterimage'] }, Targets: [{ Id: 'q', Arn: queueArn }] });
    events.start();
    await put(entry({ n: 1 }));
    await eventually(() => refusedCount === 1);
    refusal = undefined;
    await eventually(() => delivered.length === 1);
  });

  test('what a target refuses for good goes to its dead-letter queue', async () => {
    refusal = new AwsError('AccessDeniedException', 400, 'no');
    await rule('sealed', {
      EventPattern: { source: ['afterimage'] },
      Targets: [{ Id: 'f', Arn: functionArn, DeadLetterConfig: { Arn: deadLetterArn } }],
    });
    events.start();
    await put(entry({ n: 1 }));
    await eventually(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ arn: deadLetterArn, input: { detail: { n: 1 } } });
  });

  test('a scheduled rule fires on the default bus, and not before its time', async () => {
    let nowMs = Date.parse('2026-01-01T00:00:30Z');
    testKernel.kernel.now = () => nowMs;
    await provision('AWS::Events::Rule', 'EachMinute', {
      Name: 'each-minute',
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Id: 'f', Arn: functionArn, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    events.start();
    const isScheduled = () =>
      testKernel.kernel.database.prepare('SELECT next_ms FROM events_schedules').get()?.next_ms === nowMs + 60_000;
    await eventually(isScheduled);
    expect(delivered).toEqual([]);
    nowMs += 60_000;
    await eventually(() => delivered.length === 1);
    expect(delivered[0]?.input).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/each-minute'],
      time: '2026-01-01T00:01:30Z',
    });
  });

  test('a disabled rule stays silent', async () => {
    await rule('off', {
      State: 'DISABLED',
      EventPattern: { source: ['afterimage'] },
      Targets: [{ Id: 'q', Arn: queueArn }],
    });
    await rule('on', { EventPattern: { source: ['afterimage'] }, Targets: [{ Id: 'l', Arn: logGroupArn }] });
    events.start();
    await put(entry({}));
    await eventually(() => delivered.length > 0);
    expect(delivered.map(({ arn }) => arn)).toEqual([logGroupArn]);
  });
});

describe('descriptions and templates', () => {
  test('a bus and its rules describe themselves', async () => {
    await rule('sealed', { EventPattern: { source: ['afterimage'] }, Targets: [] });
    expect(await client.send(new DescribeEventBusCommand({ Name: 'product' }))).toMatchObject({
      Name: 'product',
      Arn: bus,
    });
    const { Rules } = await client.send(new ListRulesCommand({ EventBusName: 'product' }));
    expect(Rules).toMatchObject([{ Name: 'sealed', State: 'ENABLED', EventPattern: '{"source":["afterimage"]}' }]);
    await expect(client.send(new DescribeEventBusCommand({ Name: 'nowhere' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('a target that is not played fails the start', async () => {
    const states = 'arn:aws:states:us-east-1:000000000000:stateMachine:x';
    await expect(rule('x', { EventPattern: { source: ['a'] }, Targets: [{ Id: 's', Arn: states }] })).rejects.toThrow(
      /stateMachine/,
    );
  });
});
