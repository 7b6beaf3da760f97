import * as z from 'zod';
import { createTestKernel } from '../../packages/localcloud/src/kernel/testing.ts';
import type { ResourceProvider } from '../../packages/localcloud/src/kernel/types.ts';
import { createDynamoDb } from '../../packages/localcloud/src/services/dynamodb/index.ts';
import { createEvents } from '../../packages/localcloud/src/services/events/index.ts';
import { createKms } from '../../packages/localcloud/src/services/kms/index.ts';
import { createS3 } from '../../packages/localcloud/src/services/s3/index.ts';
import { createSqs } from '../../packages/localcloud/src/services/sqs/index.ts';

const streamRecordSchema = z.object({
  eventName: z.string(),
  dynamodb: z.object({ NewImage: z.record(z.string(), z.unknown()).optional() }),
});

const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
  ],
};

const tables = {
  Agents: [['byKind', 'kind', 'sortKey']],
  Recordings: [
    ['byMonth', 'month', 'monthKey'],
    ['byActivity', 'activity', 'lastHeardAt'],
  ],
  Keys: [],
  Sessions: [
    ['byMonth', 'month', 'timeKey'],
    ['byOwner', 'owner', 'timeKey'],
    ['byActivity', 'activity', 'activeAt'],
  ],
  Configuration: [],
  Directory: [['byName', 'listing', 'listingKey']],
  Audit: [],
  Connections: [],
} as const;

/** AWS on one machine with the product's tables, buckets, queues and keys, and the environment that names them. */
export async function startOneMachine() {
  const testKernel = createTestKernel();
  const { kernel } = testKernel;
  const dynamoDb = createDynamoDb(kernel);
  const kms = createKms(kernel);
  const sqs = createSqs(kernel, () => server.endpoint);
  const s3 = createS3(kernel, { sendToQueue: sqs.sendToQueue, putEvent: async () => undefined });
  const events = createEvents(kernel, {
    sendToQueue: sqs.sendToQueue,
    invokeAsynchronously: async () => undefined,
    deliverLog: () => undefined,
  });
  const parts = [dynamoDb, kms, sqs, s3, events];
  const providers = parts.flatMap((part): ResourceProvider[] => part.providers);
  const server = await testKernel.serve(parts.map((part) => part.service));
  const provision = async (type: string, logicalId: string, properties: Record<string, unknown>) => {
    const provider = providers.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    return provider.provision({ stackName: 'Test', logicalId, type, properties, assemblyDirectory: '' });
  };
  let streamArn = '';
  for (const [name, indexes] of Object.entries(tables)) {
    const { attributes } = await provision('AWS::DynamoDB::GlobalTable', name, tableProperties(name, indexes));
    if (name === 'Recordings') streamArn = String(attributes.StreamArn);
  }
  for (const name of ['landing', 'recordings']) await provision('AWS::S3::Bucket', name, { BucketName: name });
  for (const name of ['ingest', 'ingest-dead', 'finalise', 'erasure'])
    await provision('AWS::SQS::Queue', name, { QueueName: name });
  await provision('AWS::Events::EventBus', 'Bus', { Name: 'product' });
  const key = async (name: string, properties: object) =>
    String((await provision('AWS::KMS::Key', name, { KeyPolicy: keyPolicy, ...properties })).attributes.Arn);
  const wrappingKey = await key('wrapping', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const manifestKey = await key('manifest', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const queueUrl = (name: string) => `${server.endpoint}/000000000000/${name}`;
  const queues = {
    ingest: {
      url: queueUrl('ingest'),
      deadLetterUrl: queueUrl('ingest-dead'),
      deadLetterArn: 'arn:aws:sqs:us-east-1:000000000000:ingest-dead',
    },
  };
  const environment = {
    AGENTS_TABLE: 'Agents',
    RECORDINGS_TABLE: 'Recordings',
    KEYS_TABLE: 'Keys',
    SESSIONS_TABLE: 'Sessions',
    CONFIGURATION_TABLE: 'Configuration',
    DIRECTORY_TABLE: 'Directory',
    SCIM_URL: 'https://afterimage.example/scim/v2',
    AUDIT_TABLE: 'Audit',
    CONNECTIONS_TABLE: 'Connections',
    CHANNEL_URL: 'wss://channel.example/live',
    CHANNEL_MANAGEMENT_URL: 'https://channel.example/live',
    LIVE_VIEW: 'allowed',
    EVENT_BUS: 'product',
    LANDING_BUCKET: 'landing',
    RECORDINGS_BUCKET: 'recordings',
    WRAPPING_KEY: wrappingKey,
    MANIFEST_KEY: manifestKey,
    RETIRED_MANIFEST_KEYS: '[]',
    FINALISE_QUEUE_URL: queueUrl('finalise'),
    ERASURE_QUEUE_URL: queueUrl('erasure'),
    KEYS_RECOVERY_DAYS: '1',
    RECORDINGS_RECOVERY_DAYS: '35',
    QUEUES: JSON.stringify(queues),
    BOOTSTRAP_ADMINISTRATORS_GROUP: 'administrators',
    SILENCE_SECONDS: '180',
    MESSAGE_LIFE_SECONDS: '7200',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    AWS_LAMBDA_LOG_LEVEL: 'FATAL',
  };
  const stop = async () => {
    await server.close();
    testKernel.cleanup();
  };
  /** New segments that the stream's filter lets through, oldest first. */
  const segmentImages = (): Record<string, unknown>[] =>
    dynamoDb.streams.read(streamArn, 0, 1000).flatMap(({ record }) => {
      const { eventName, dynamodb } = streamRecordSchema.parse(record);
      const isSegment = eventName === 'INSERT' && dynamodb.NewImage?.hasEvents !== undefined;
      return isSegment && dynamodb.NewImage !== undefined ? [dynamodb.NewImage] : [];
    });
  return { environment, segmentImages, stop };
}

function tableProperties(name: string, indexes: readonly (readonly [string, string, string])[]) {
  const attributes = [...new Set(['pk', 'sk', ...indexes.flatMap(([, hash, range]) => [hash, range])])];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema('pk', 'sk'),
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(([IndexName, hash, range]) => ({
            IndexName,
            KeySchema: keySchema(hash, range),
            Projection: projectionOf(name),
          })),
        }),
    ...(name === 'Recordings' ? { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } } : {}),
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    Replicas: [{ Region: 'us-east-1' }],
  };
}

function projectionOf(name: string) {
  if (name === 'Recordings') return { ProjectionType: 'INCLUDE', NonKeyAttributes: ['state'] };
  if (name === 'Sessions') return { ProjectionType: 'INCLUDE', NonKeyAttributes: ['owner'] };
  return { ProjectionType: 'ALL' };
}

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
}
