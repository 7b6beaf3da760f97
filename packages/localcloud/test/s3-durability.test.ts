import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Delivered, makeDataDirectory, openPlatform, until } from './s3-platform.ts';

const Bucket = 'landing';
const queue = 'arn:aws:sqs:us-east-1:000000000000:ingest';
let data: ReturnType<typeof makeDataDirectory>;

beforeEach(async () => {
  data = makeDataDirectory();
  const platform = await openPlatform(data.path);
  await platform.provision('AWS::S3::Bucket', 'Landing', {
    BucketName: Bucket,
    NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: queue }] },
  });
  await until(() => platform.delivered.length === 1);
  await platform.close();
});

afterEach(() => data.remove());

async function startVictim(): Promise<{ child: ChildProcess; client: S3Client }> {
  const script = join(import.meta.dirname, 's3-victim.ts');
  const child = spawn(process.execPath, ['--no-warnings', script, data.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { endpoint, credentials } = JSON.parse(String(line));
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 });
  return { child, client };
}

/** Content that its key determines, so that what is read back can be checked without a list. */
function contentOf(key: string): Buffer {
  return createHash('sha512').update(key).digest();
}

function notifiedKeys(delivered: readonly Delivered[]): Set<string> {
  const bodies = delivered.map(({ body }) => body as { Records?: { s3: { object: { key: string } } }[] });
  return new Set(bodies.flatMap(({ Records = [] }) => Records.map(({ s3 }) => s3.object.key)));
}

function storedFiles(): string[] {
  const root = join(data.path, 's3');
  return readdirSync(root).flatMap((shard) => readdirSync(join(root, shard)));
}

test('killed in the middle of writes, it has every object that it acknowledged and tells of each', async () => {
  const { child, client } = await startVictim();
  const acknowledged: string[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const Key = `${writer}-${n}`;
      await client.send(new PutObjectCommand({ Bucket, Key, Body: contentOf(Key) }));
      acknowledged.push(Key);
    }
  };
  const writers = Promise.allSettled(Array.from({ length: 8 }, (_, writer) => write(writer)));
  await until(() => acknowledged.length >= 150);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await Promise.all([writers, exited]);
  client.destroy();

  const platform = await openPlatform(data.path);
  const { Contents = [] } = await platform.client.send(new ListObjectsV2Command({ Bucket }));
  const keys = Contents.map(({ Key = '' }) => Key);
  expect(acknowledged.filter((key) => !keys.includes(key))).toEqual([]);
  for (const Key of keys) {
    const { Body } = await platform.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(contentOf(Key))).toBe(true);
  }
  await until(() => notifiedKeys(platform.delivered).size === keys.length);
  expect(storedFiles()).toHaveLength(keys.length);
  await platform.close();
});

test('files that no object names are gone after a start, and a replaced object leaves none', async () => {
  const first = await openPlatform(data.path);
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one' }));
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two' }));
  expect(storedFiles()).toHaveLength(1);
  await first.close();
  writeFileSync(join(data.path, 's3', '0', 'orphan'), 'left by a crash');
  const second = await openPlatform(data.path);
  const { Body } = await second.client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  expect(await Body?.transformToString()).toBe('two');
  await second.client.send(new PutObjectCommand({ Bucket, Key: 'l', Body: 'three' }));
  expect(storedFiles()).toHaveLength(2);
  await second.close();
});

test('a reader of a large object gets all of it though the object is replaced meanwhile', async () => {
  const platform = await openPlatform(data.path);
  const large = Buffer.alloc(8_000_000, 'a');
  await platform.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }));
  const { Body } = await platform.client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
  await platform.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: 'b' }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(large)).toBe(true);
  await until(() => storedFiles().length === 1);
  await platform.close();
});
