import { CreateQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createSqs, type Sqs } from '../src/services/sqs/index.ts';
import { oracleEndpoint } from './oracle/oracle-endpoint.ts';

export interface QueueUnderTest {
  name: string;
  url: string;
  arn: string;
}

export interface SqsUnderTest {
  client: SQSClient;
  /** A queue of its own, with the properties of `AWS::SQS::Queue`. */
  createQueue(properties?: Record<string, unknown>): Promise<QueueUnderTest>;
  close(): Promise<void>;
}

/** With what other services of the process see of it. */
export interface LocalSqs extends SqsUnderTest {
  sqs: Sqs;
}

export async function startSqs(): Promise<SqsUnderTest> {
  const oracle = oracleEndpoint('sqs');
  if (!oracle) return startLocalSqs();
  const client = new SQSClient(oracle);
  const create = async (QueueName: string, properties: Record<string, unknown>) => {
    const attributes = Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    await client.send(new CreateQueueCommand({ QueueName, Attributes: Object.fromEntries(attributes) }));
  };
  return { client, createQueue: queueMaker(client, create), close: async () => client.destroy() };
}

/** localcloud's own, whatever other server the suite asks. */
export async function startLocalSqs(): Promise<LocalSqs> {
  const testKernel = createTestKernel();
  let endpoint = '';
  const sqs = createSqs(testKernel.kernel, () => endpoint);
  const server = await testKernel.serve([sqs.service]);
  endpoint = server.endpoint;
  const { credentials } = server;
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const type = 'AWS::SQS::Queue';
  const provider = sqs.providers.find((candidate) => candidate.type === type);
  const create = async (name: string, properties: Record<string, unknown>) => {
    const named = { QueueName: name, ...properties };
    await provider?.provision({ stackName: 'Data', logicalId: name, type, assemblyDirectory: '', properties: named });
  };
  return {
    client,
    sqs,
    createQueue: queueMaker(client, create),
    close: async () => {
      client.destroy();
      await server.close();
      testKernel.cleanup();
    },
  };
}

function queueMaker(
  client: SQSClient,
  create: (name: string, properties: Record<string, unknown>) => Promise<void>,
): SqsUnderTest['createQueue'] {
  let queues = 0;
  return async (properties = {}) => {
    queues += 1;
    const name = `queue-${queues}`;
    await create(name, properties);
    const { QueueUrl: url = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    return { name, url, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` };
  };
}
