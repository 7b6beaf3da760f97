import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeDataDirectory, openPlatform, type S3Platform } from './s3-platform.ts';
import { refusalOf } from './s3-server.ts';

const dayMs = 86_400_000;
const Bucket = 'aging';
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

async function makeBucket(rules: object[], properties: object = {}): Promise<void> {
  await platform.provision('AWS::S3::Bucket', 'Bucket', {
    BucketName: Bucket,
    LifecycleConfiguration: { Rules: rules.map((rule) => ({ Status: 'Enabled', ...rule })) },
    ...properties,
  });
}

async function put(Key: string, Tagging?: string): Promise<string | undefined> {
  return (await platform.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging }))).VersionId;
}

/** Days are rounded up to the next midnight, so a sweep after n + 1 days has every rule of n days due. */
async function sweepAfterDays(days: number): Promise<void> {
  await platform.s3.applyLifecycle(Date.now() + days * dayMs);
}

async function versions(): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await platform.client.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions.map(({ Key }) => `${Key}`), ...DeleteMarkers.map(({ Key }) => `${Key} marker`)];
}

const versioned = { VersioningConfiguration: { Status: 'Enabled' } };

test('objects expire by age, prefix and tag, not before', async () => {
  await makeBucket([
    { Prefix: 'tmp/', ExpirationInDays: 3 },
    { TagFilters: [{ Key: 'keep', Value: 'no' }], ExpirationInDays: 1 },
    { Prefix: 'off/', ExpirationInDays: 1, Status: 'Disabled' },
  ]);
  for (const key of ['tmp/a', 'other', 'off/a']) await put(key);
  await put('tagged', 'keep=no');
  await sweepAfterDays(2);
  expect(await versions()).toEqual(['off/a', 'other', 'tmp/a']);
  await sweepAfterDays(4);
  expect(await versions()).toEqual(['off/a', 'other']);
});

test('where versions are kept, expiry marks, and noncurrent versions go after their own days', async () => {
  await makeBucket(
    [{ ExpirationInDays: 1, NoncurrentVersionExpiration: { NoncurrentDays: 2 } }, { ExpiredObjectDeleteMarker: true }],
    versioned,
  );
  await put('k');
  platform.advance(2 * dayMs);
  await sweepAfterDays(2);
  expect(await versions()).toEqual(['k', 'k marker']);
  await sweepAfterDays(3);
  expect(await versions()).toEqual(['k', 'k marker']);
  await sweepAfterDays(6);
  await sweepAfterDays(6);
  expect(await versions()).toEqual([]);
});

test('as many newer noncurrent versions stay as the rule says', async () => {
  await makeBucket([{ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 } }], versioned);
  for (let count = 0; count < 5; count += 1) await put('k');
  await sweepAfterDays(3);
  expect(await versions()).toHaveLength(3);
});

test('held versions outlive their rule', async () => {
  await makeBucket([{ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }], { ...versioned, ObjectLockEnabled: true });
  const VersionId = await put('k');
  await platform.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  const hold = (Status: 'ON' | 'OFF') =>
    platform.client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', VersionId, LegalHold: { Status } }));
  await hold('ON');
  await sweepAfterDays(3);
  expect(await versions()).toEqual(['k', 'k marker']);
  await hold('OFF');
  await sweepAfterDays(3);
  expect(await versions()).toEqual(['k marker']);
});

test('uploads that nobody completes are aborted', async () => {
  await makeBucket([{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }]);
  await platform.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'u' }));
  const uploads = async () => (await platform.client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
  await sweepAfterDays(0);
  expect(await uploads()).toHaveLength(1);
  await sweepAfterDays(2);
  expect(await uploads()).toEqual([]);
});

test('an archived object cannot be read until it is restored', async () => {
  await makeBucket([
    {
      Transitions: [
        { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
        { StorageClass: 'GLACIER', TransitionInDays: 90 },
      ],
    },
  ]);
  await put('k');
  const read = () => platform.client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  await sweepAfterDays(32);
  expect((await read()).StorageClass).toBe('STANDARD_IA');
  await sweepAfterDays(92);
  expect(await refusalOf(read())).toMatchObject({ name: 'InvalidObjectState', status: 403 });
});
