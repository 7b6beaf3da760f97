import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalSqs, startLocalSqs } from './sqs-server.ts';

let server: LocalSqs;

beforeAll(async () => {
  server = await startLocalSqs();
});

afterAll(() => server.close());

describe('consumers in the process', () => {
  test('what services send is received, released and deleted', async () => {
    const { url, arn } = await server.createQueue();
    const service = {
      kind: 'service',
      arn: 'arn:aws:s3:::bucket',
      accessKeyId: '',
      service: 's3.amazonaws.com',
    } as const;
    const send = () => server.sqs.sendToQueue(arn, '{"n":1}', service);
    await expect(send()).rejects.toMatchObject({ code: 'AccessDeniedException' });
    const policies = server.sqs.providers.find(({ type }) => type === 'AWS::SQS::QueuePolicy');
    await policies?.provision({
      stackName: 'Data',
      logicalId: 'Policy',
      type: 'AWS::SQS::QueuePolicy',
      assemblyDirectory: '',
      properties: {
        Queues: [`${url}`],
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
    const [first] = await server.sqs.consumer.receive(arn, options);
    expect(first).toMatchObject({ messageId, body: '{"n":1}', attributes: { ApproximateReceiveCount: '1' } });
    await server.sqs.consumer.release(arn, first?.receiptHandle ?? '');
    const [second] = await server.sqs.consumer.receive(arn, options);
    expect(second?.attributes.ApproximateReceiveCount).toBe('2');
    expect(await server.sqs.consumer.receive(arn, options)).toEqual([]);
    await server.sqs.consumer.releaseAll(arn);
    const [third] = await server.sqs.consumer.receive(arn, options);
    expect(third?.attributes.ApproximateReceiveCount).toBe('3');
    await server.sqs.consumer.delete(arn, third?.receiptHandle ?? '');
    await server.sqs.consumer.release(arn, third?.receiptHandle ?? '');
    expect(await server.sqs.consumer.receive(arn, options)).toEqual([]);
  });
});

test('a queue under a KMS key is refused at the start, as its permissions would not be asked for', async () => {
  await expect(server.createQueue({ KmsMasterKeyId: 'alias/aws/sqs' })).rejects.toThrow(
    'queues under a KMS key (Data/',
  );
});
