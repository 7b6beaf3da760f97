import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Delivered, makeDataDirectory, openPlatform, type S3Platform, until } from './s3-platform.ts';

const queue = 'arn:aws:sqs:us-east-1:000000000000:ingest';
const Bucket = 'landing';
let data: ReturnType<typeof makeDataDirectory>;
let platform: S3Platform;

beforeEach(async () => {
  data = makeDataDirectory();
  platform = await openPlatform(data.path);
});

afterEach(async () => {
  await platform.close();
  data.remove();
});

async function configure(properties: {
  events?: string[];
  rules?: object[];
  eventBridge?: boolean;
  versioned?: boolean;
}) {
  const { events = ['s3:ObjectCreated:*'], rules = [], eventBridge = false, versioned = true } = properties;
  await platform.provision('AWS::S3::Bucket', 'Landing', {
    BucketName: Bucket,
    ...(versioned ? { VersioningConfiguration: { Status: 'Enabled' } } : {}),
  });
  await platform.provision('Custom::S3BucketNotifications', 'Notifications', {
    ServiceToken: 'arn',
    Managed: 'true',
    BucketName: Bucket,
    NotificationConfiguration: {
      QueueConfigurations: [
        { Id: 'to-ingest', Events: events, QueueArn: queue, Filter: { Key: { FilterRules: rules } } },
      ],
      ...(eventBridge ? { EventBridgeConfiguration: {} } : {}),
    },
  });
}

async function put(Key: string): Promise<string | undefined> {
  return (await platform.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).VersionId;
}

interface EventRecord {
  eventName: string;
  s3: { object: { key: string; sequencer: string } };
}

function recordsOf(delivered: readonly Delivered[]): EventRecord[] {
  return delivered.flatMap(({ body }) => (body as { Records?: EventRecord[] }).Records ?? []);
}

async function receive(count: number): Promise<EventRecord[]> {
  await until(() => recordsOf(platform.delivered).length >= count);
  return recordsOf(platform.delivered);
}

describe('notifications to a queue', () => {
  test('have the shape that consumers on AWS see', async () => {
    await configure({});
    const versionId = await put('a b/ü+1.seg');
    expect((await receive(1))[0]).toEqual({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'to-ingest',
        bucket: { name: Bucket, ownerIdentity: { principalId: expect.any(String) }, arn: `arn:aws:s3:::${Bucket}` },
        object: {
          key: 'a+b/%C3%BC%2B1.seg',
          size: 1,
          eTag: '9dd4e461268c8034f5c8564e155c67a6',
          versionId,
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    });
    expect(platform.delivered.at(-1)).toMatchObject({ target: queue, source: `arn:aws:s3:::${Bucket}` });
  });

  test('begin with a test message that is no record, once per configuration', async () => {
    await configure({});
    await configure({});
    await until(() => platform.delivered.length > 0);
    await put('k');
    await receive(1);
    const tests = platform.delivered.filter(({ body }) => (body as { Event?: string }).Event === 's3:TestEvent');
    expect(tests).toEqual([
      { target: queue, source: `arn:aws:s3:::${Bucket}`, body: expect.objectContaining({ Bucket }) },
    ]);
  });

  test('come only for the keys and events that were asked for', async () => {
    const rules = [
      { Name: 'prefix', Value: 'in/' },
      { Name: 'suffix', Value: '.seg' },
    ];
    await configure({ rules });
    await put('out/1.seg');
    await put('in/1.txt');
    await platform.client.send(new DeleteObjectCommand({ Bucket, Key: 'in/1.seg' }));
    await put('in/1.seg');
    expect((await receive(1)).map(({ s3 }) => s3.object.key)).toEqual(['in/1.seg']);
  });

  test('tell removals apart, with sequencers that grow', async () => {
    await configure({ events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] });
    const VersionId = await put('k');
    await platform.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await platform.client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    const records = await receive(3);
    const inOrder = records.toSorted((a, b) => (a.s3.object.sequencer < b.s3.object.sequencer ? -1 : 1));
    expect(inOrder.map(({ eventName }) => eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
    ]);
  });

  test('wait for a queue that is away, over a restart too', async () => {
    await configure({ versioned: false });
    await put('before');
    await receive(1);
    await platform.close();
    platform = await openPlatform(data.path, () => false);
    await put('while away');
    await platform.close();
    platform = await openPlatform(data.path);
    const records = await receive(1);
    expect(records.map(({ s3 }) => s3.object.key)).toEqual(['while+away']);
  });
});

test('EventBridge hears of creations and deletions with plain keys', async () => {
  await configure({ eventBridge: true });
  await put('a b');
  await platform.client.send(new DeleteObjectCommand({ Bucket, Key: 'a b' }));
  const events = () => platform.delivered.filter(({ target }) => target.endsWith(':event-bus/default'));
  await until(() => events().length === 2);
  expect(events().map(({ body }) => body)).toEqual([
    expect.objectContaining({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: expect.objectContaining({
        reason: 'PutObject',
        bucket: { name: Bucket },
        object: expect.objectContaining({ key: 'a b', size: 1 }),
      }),
    }),
    expect.objectContaining({
      'detail-type': 'Object Deleted',
      detail: expect.objectContaining({ reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' }),
    }),
  ]);
});

test('a configuration with destinations or events that are not played fails the start', async () => {
  await configure({});
  const notify = (NotificationConfiguration: object) =>
    platform.provision('Custom::S3BucketNotifications', 'N', { BucketName: Bucket, NotificationConfiguration });
  await expect(notify({ LambdaFunctionConfigurations: [] })).rejects.toThrow('LambdaFunctionConfigurations');
  const restore = { QueueConfigurations: [{ QueueArn: queue, Events: ['s3:ObjectRestore:*'] }] };
  await expect(notify(restore)).rejects.toThrow('s3:ObjectRestore:*');
});
