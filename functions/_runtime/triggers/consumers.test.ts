import { describe, expect, test } from '@jest/globals';
import { queueConsumer } from './queue-consumer.ts';
import { streamConsumer } from './stream-consumer.ts';

process.env.AWS_LAMBDA_LOG_LEVEL = 'FATAL';

describe('queueConsumer', () => {
  test('reports only the messages that failed, poison among them', async () => {
    const handled: unknown[] = [];
    const consume = queueConsumer('test', async (body) => {
      if (body === 'bad' || body === undefined) throw new Error('refused');
      handled.push(body);
    });
    const Records = ['"good"', '"bad"', 'not JSON', '"also good"'].map((body, index) => ({
      messageId: `m${index}`,
      body,
    }));
    expect(await consume({ Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }],
    });
    expect(handled).toEqual(['good', 'also good']);
  });
});

describe('streamConsumer', () => {
  test('stops at the first row that fails, so that order is kept', async () => {
    const handled: unknown[] = [];
    const consume = streamConsumer('test', async (image) => {
      if (image.n === 2) throw new Error('refused');
      handled.push(image.n);
    });
    const Records = [1, 2, 3].map((n) => ({ dynamodb: { SequenceNumber: `s${n}`, NewImage: { n } } }));
    expect(await consume({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 's2' }] });
    expect(handled).toEqual([1]);
  });
});
