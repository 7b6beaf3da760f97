import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestKernel, type TestKernel } from '../../../kernel/testing.ts';
import type { FunctionOutcome } from '../../../kernel/types.ts';
import { Checkpoints } from './checkpoints.ts';
import { assertMayPoll, assertVisibleLongEnough, type Mapping, readMapping } from './mapping.ts';
import { QueuePoller } from './queue-poller.ts';
import type { Poller, PollerParts, QueueMessage, StreamRecord } from './sources.ts';
import { StreamPoller } from './stream-poller.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:work';
const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/now';
const roleArn = 'arn:aws:iam::000000000000:role/worker-role';

let harness: TestKernel;
let poller: Poller | undefined;

beforeEach(() => {
  harness = createTestKernel();
  const { roles } = harness.local.authorizer;
  roles.define('worker-role', roleArn, { Statement: [] });
  roles.attach('worker-role', 'polling', {
    Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'dynamodb:*'], Resource: '*' }],
  });
});

afterEach(async () => {
  poller?.abort();
  await poller?.finished();
  harness.cleanup();
});

function mappingOf(properties: Record<string, unknown>): Mapping {
  const configuration = {
    name: 'worker',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
    roleArn,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    taskRoot: '/',
    environment: {},
    timeoutMs: 1000,
    memoryMb: 128,
    reservedConcurrency: undefined,
    logGroupName: 'worker',
    logFormat: 'Text' as const,
    systemLogLevel: 'INFO' as const,
  };
  const resource = { stackName: 'S', logicalId: 'M', type: '', assemblyDirectory: '', properties };
  return readMapping(resource, configuration);
}

/** A queue in memory: what is received stays invisible until it is deleted. */
class FakeQueue {
  visible: QueueMessage[];
  readonly inFlight = new Map<string, QueueMessage>();

  constructor(bodies: string[]) {
    this.visible = bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      md5OfBody: '',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    }));
  }

  async receive(_arn: string, { maxMessages, signal }: { maxMessages: number; signal: AbortSignal }) {
    const taken = this.visible.splice(0, maxMessages);
    for (const message of taken) this.inFlight.set(message.receiptHandle, message);
    if (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : 5));
    return taken;
  }

  async delete(_arn: string, receiptHandle: string): Promise<void> {
    this.inFlight.delete(receiptHandle);
  }

  async releaseAll(): Promise<void> {
    this.visible.push(...this.inFlight.values());
    this.inFlight.clear();
  }

  visibilityTimeoutS(): number {
    return 30;
  }
}

class FakeStream {
  readonly records: StreamRecord[] = [];
  #listener: (arn: string) => void = () => {};

  append(...keys: string[]): void {
    for (const key of keys) {
      const sequence = this.records.length + 1;
      const dynamodb = { SequenceNumber: String(sequence), Keys: { id: { S: key } }, ApproximateCreationDateTime: 1 };
      this.records.push({ sequence, partitionKey: key, record: { eventName: 'INSERT', dynamodb } });
    }
    this.#listener(streamArn);
  }

  read(_arn: string, after: number, limit: number): StreamRecord[] {
    return this.records.filter(({ sequence }) => sequence > after).slice(0, limit);
  }

  onAppend(listener: (arn: string) => void): () => void {
    this.#listener = listener;
    return () => {};
  }

  latestSequence(): number {
    return this.records.length;
  }
}

type Batch = { Records: Record<string, unknown>[] };

function partsOf(overrides: Partial<PollerParts>): PollerParts {
  return {
    kernel: { ...harness.kernel, log: () => {} },
    consumer: new FakeQueue([]),
    streams: new FakeStream(),
    sendToQueue: async () => ({ messageId: '' }),
    matchesPattern: (pattern, event) =>
      JSON.stringify((event as { body?: unknown }).body) === JSON.stringify((pattern as { body?: unknown }).body),
    invoke: async () => ({ ok: true, payload: null }),
    ...overrides,
  };
}

const failed: FunctionOutcome = { ok: false, errorType: 'Error', errorMessage: 'no', trace: [] };

describe('polling a queue', () => {
  function startPolling(consumer: FakeQueue, properties: object, invoke: (batch: Batch) => Promise<FunctionOutcome>) {
    const mapping = mappingOf({ EventSourceArn: queueArn, ...properties });
    const parts = partsOf({ consumer, invoke: async (_arn, event) => invoke(event as Batch) });
    poller = new QueuePoller(parts, mapping);
    poller.start();
  }

  test('takes over at once what the poller of a process that died had received', async () => {
    const queue = new FakeQueue(['a', 'b']);
    await queue.receive(queueArn, { maxMessages: 2, signal: new AbortController().signal });
    const seen: unknown[] = [];
    startPolling(queue, { BatchSize: 2 }, async ({ Records }) => {
      seen.push(...Records.map(({ body }) => body));
      return { ok: true, payload: null };
    });
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
  });

  test('hands over messages in the shape of the event and deletes them when the function succeeded', async () => {
    const queue = new FakeQueue(['one', 'two']);
    const batches: Batch[] = [];
    startPolling(queue, {}, async (batch) => {
      batches.push(batch);
      return { ok: true, payload: null };
    });
    await waitFor(() => batches.length > 0 && queue.inFlight.size === 0);
    expect(batches[0]?.Records[0]).toEqual({
      messageId: 'm0',
      receiptHandle: 'r0',
      body: 'one',
      md5OfBody: '',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { kind: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] } },
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: 'us-east-1',
    });
  });

  test('keeps the messages that the function reports as failed', async () => {
    const queue = new FakeQueue(['a', 'b', 'c']);
    startPolling(queue, { FunctionResponseTypes: ['ReportBatchItemFailures'] }, async () => ({
      ok: true,
      payload: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
    }));
    await waitFor(() => queue.inFlight.size === 1);
    expect([...queue.inFlight.keys()]).toEqual(['r1']);
  });

  test('keeps the whole batch when the function fails or names a message that is not in it', async () => {
    const queue = new FakeQueue(Array.from({ length: 20 }, String));
    let calls = 0;
    startPolling(queue, { FunctionResponseTypes: ['ReportBatchItemFailures'] }, async () => {
      calls += 1;
      return calls === 1 ? failed : { ok: true, payload: { batchItemFailures: [{ itemIdentifier: 'unknown' }] } };
    });
    await waitFor(() => calls === 2);
    expect(queue.inFlight.size).toBe(20);
  });

  test('fills a batch beyond one receive within its window', async () => {
    const queue = new FakeQueue(Array.from({ length: 25 }, String));
    const sizes: number[] = [];
    startPolling(queue, { BatchSize: 25, MaximumBatchingWindowInSeconds: 5 }, async ({ Records }) => {
      sizes.push(Records.length);
      return { ok: true, payload: null };
    });
    await waitFor(() => sizes.length > 0);
    expect(sizes).toEqual([25]);
  });

  test('runs at most the maximum of batches at one time', async () => {
    const queue = new FakeQueue(Array.from({ length: 6 }, String));
    const finish: (() => void)[] = [];
    let done = 0;
    let most = 0;
    startPolling(queue, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, async () => {
      await new Promise<void>((resolve) => finish.push(resolve));
      done += 1;
      return { ok: true, payload: null };
    });
    await waitFor(() => {
      most = Math.max(most, finish.length);
      if (finish.length === 2 || done >= 4) for (const resolve of finish.splice(0)) resolve();
      return done === 6;
    });
    expect(most).toBe(2);
  });

  test('drops messages that no filter matches', async () => {
    const queue = new FakeQueue(['{"a":1}', '{"a":2}']);
    const bodies: unknown[] = [];
    startPolling(queue, { FilterCriteria: { Filters: [{ Pattern: '{"body":{"a":2}}' }] } }, async ({ Records }) => {
      bodies.push(...Records.map(({ body }) => body));
      return { ok: true, payload: null };
    });
    await waitFor(() => bodies.length > 0 && queue.inFlight.size === 0);
    expect(bodies).toEqual(['{"a":2}']);
  });

  test("is refused to a role that lacks a permission, in Lambda's words", () => {
    harness.local.authorizer.roles.define('worker-role', roleArn, { Statement: [] });
    expect(() =>
      assertMayPoll(harness.kernel, mappingOf({ EventSourceArn: queueArn }), 'SQS', ['ReceiveMessage']),
    ).toThrow('execution role does not have permissions to call ReceiveMessage on SQS');
  });
});

describe('polling a stream', () => {
  const seen: string[][] = [];

  function startPolling(
    streams: FakeStream,
    properties: object,
    answer: (keys: string[]) => FunctionOutcome,
    sendToQueue: PollerParts['sendToQueue'] = async () => ({ messageId: '' }),
  ): Checkpoints {
    seen.length = 0;
    const mapping = mappingOf({ EventSourceArn: streamArn, StartingPosition: 'TRIM_HORIZON', ...properties });
    const checkpoints = new Checkpoints(harness.kernel);
    checkpoints.begin(mapping.id, 0);
    const parts = partsOf({
      streams,
      sendToQueue,
      invoke: async (_arn, event) => {
        const keys = (event as Batch).Records.map(keyOf);
        seen.push(keys);
        return answer(keys);
      },
    });
    poller = new StreamPoller(parts, mapping, checkpoints);
    poller.start();
    return checkpoints;
  }

  test('delivers records in order and goes on after its checkpoint', async () => {
    const stream = new FakeStream();
    stream.append('a', 'b', 'c');
    const checkpoints = startPolling(stream, { BatchSize: 2 }, () => ({ ok: true, payload: null }));
    await waitFor(() => seen.flat().length === 3);
    stream.append('d');
    await waitFor(() => checkpoints.read(mappingOf({}).id) === 4);
    expect(seen).toEqual([['a', 'b'], ['c'], ['d']]);
    poller?.abort();
    await poller?.finished();
    stream.append('e');
    startPolling(stream, {}, () => ({ ok: true, payload: null }));
    await waitFor(() => seen.length > 0);
    expect(seen).toEqual([['e']]);
  });

  test('delivers a batch again whose function never finished before the process ended', async () => {
    const stream = new FakeStream();
    stream.append('a');
    const mapping = mappingOf({ EventSourceArn: streamArn });
    const checkpoints = new Checkpoints(harness.kernel);
    checkpoints.begin(mapping.id, 0);
    let isInvoked = false;
    const invoke = (): Promise<FunctionOutcome> => {
      isInvoked = true;
      return new Promise(() => {});
    };
    new StreamPoller(partsOf({ streams: stream, invoke }), mapping, checkpoints).start();
    await waitFor(() => isInvoked);
    startPolling(stream, {}, () => ({ ok: true, payload: null }));
    await waitFor(() => seen.length > 0);
    expect(seen).toEqual([['a']]);
  });

  test('tries a failed batch again before anything newer', async () => {
    const stream = new FakeStream();
    stream.append('a', 'b');
    let failures = 2;
    startPolling(stream, { BatchSize: 1 }, () => (failures-- > 0 ? failed : { ok: true, payload: null }));
    await waitFor(() => seen.flat().includes('b'));
    expect(seen).toEqual([['a'], ['a'], ['a'], ['b']]);
  });

  test('goes on from the first record that the function reports as failed', async () => {
    const stream = new FakeStream();
    stream.append('a', 'b', 'c');
    startPolling(stream, { FunctionResponseTypes: ['ReportBatchItemFailures'] }, (keys) => ({
      ok: true,
      payload: { batchItemFailures: keys.length === 3 ? [{ itemIdentifier: '2' }, { itemIdentifier: '3' }] : [] },
    }));
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  test('isolates a bad record by bisection, sends word of it and goes on', async () => {
    const stream = new FakeStream();
    stream.append('a', 'b', 'bad', 'd');
    const told: { queueArn: string; body: string }[] = [];
    startPolling(
      stream,
      {
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queueArn } },
      },
      (keys) => (keys.includes('bad') ? failed : { ok: true, payload: null }),
      async (arn, body) => {
        told.push({ queueArn: arn, body });
        return { messageId: '' };
      },
    );
    await waitFor(() => seen.some((keys) => keys.join() === 'd'));
    expect(seen).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['d']]);
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      DDBStreamBatchInfo: { startSequenceNumber: '3', endSequenceNumber: '3', batchSize: 1, streamArn },
    });
  });

  test('passes by no record that a stop left undone, though a later half of its batch would succeed', async () => {
    const stream = new FakeStream();
    stream.append('bad', 'b', 'c', 'd');
    const checkpoints = startPolling(stream, { BisectBatchOnFunctionError: true }, (keys) => {
      if (keys.join() === 'bad') poller?.abort();
      return keys.includes('bad') ? failed : { ok: true, payload: null };
    });
    await waitFor(() => seen.some((keys) => keys.join() === 'bad'));
    await poller?.finished();
    expect(checkpoints.read(mappingOf({}).id)).toBe(0);
  });

  test('gives up records above the maximum age', async () => {
    const stream = new FakeStream();
    stream.append('old');
    const checkpoints = startPolling(stream, { MaximumRecordAgeInSeconds: 60 }, () => failed);
    await waitFor(() => checkpoints.read(mappingOf({}).id) === 1);
    expect(seen).toEqual([['old']]);
  });
});

describe('a mapping that Lambda would not take', () => {
  test('is one of a queue that hands a message out again before its function must be done', () => {
    const mapping = mappingOf({ EventSourceArn: queueArn });
    expect(() => assertVisibleLongEnough(mapping, 0.5)).toThrow(
      'Queue visibility timeout: 0.5 seconds is less than Function timeout: 1 seconds',
    );
    expect(() => assertVisibleLongEnough(mapping, 1)).not.toThrow();
  });

  test('is one of large batches of a queue without a window', () => {
    expect(() => mappingOf({ EventSourceArn: queueArn, BatchSize: 11 })).toThrow('greater than 0');
    expect(mappingOf({ EventSourceArn: queueArn, BatchSize: 11, MaximumBatchingWindowInSeconds: 1 }).windowMs).toBe(
      1000,
    );
  });
});

function keyOf(record: Record<string, unknown>): string {
  const { Keys } = record.dynamodb as { Keys: { id: { S: string } } };
  return Keys.id.S;
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The condition did not come true within 6 s');
}
