import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusalOf, type S3UnderTest, startS3 } from './s3-server.ts';

let s3: S3UnderTest;

beforeAll(async () => {
  s3 = await startS3();
});

afterAll(() => s3.close());

async function put(Bucket: string, Key: string, Body = Key): Promise<string | undefined> {
  return (await s3.client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
}

async function textOf(Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

describe('listing', () => {
  let Bucket: string;

  beforeAll(async () => {
    Bucket = await s3.makeBucket();
    for (const key of ['a/1', 'a/2', 'a/b/3', 'b', 'c d', 'ü', '\u{1F600}', '\uFF5E']) await put(Bucket, key);
  });

  async function listAll(options: Partial<ListObjectsV2CommandInput>): Promise<{ names: string[]; pageCount: number }> {
    const names: string[] = [];
    let ContinuationToken: string | undefined;
    for (let pageCount = 1; pageCount <= 20; pageCount += 1) {
      const page = await s3.client.send(new ListObjectsV2Command({ Bucket, ...options, ContinuationToken }));
      const found = [
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ];
      expect(page.KeyCount).toBe(found.length);
      names.push(...found.filter((name) => name !== undefined));
      ContinuationToken = page.NextContinuationToken;
      if (page.IsTruncated !== true) return { names, pageCount };
    }
    throw new Error('the listing does not end');
  }

  test('orders keys by their UTF-8 bytes', async () => {
    const { names } = await listAll({});
    expect(names).toEqual(['a/1', 'a/2', 'a/b/3', 'b', 'c d', 'ü', '\uFF5E', '\u{1F600}']);
  });

  test('gives the same keys page by page, however small the pages', async () => {
    expect(await listAll({ MaxKeys: 3 })).toEqual({ ...(await listAll({})), pageCount: 3 });
    const folders = ['a/', 'b', 'c d', 'ü', '\uFF5E', '\u{1F600}'];
    const { names, pageCount } = await listAll({ Delimiter: '/', MaxKeys: 1 });
    expect(new Set(names)).toEqual(new Set(folders));
    expect([names.length, pageCount]).toEqual([6, 6]);
  });

  test('keeps to prefix, delimiter and starting key', async () => {
    expect((await listAll({ Prefix: 'a/' })).names).toEqual(['a/1', 'a/2', 'a/b/3']);
    expect((await listAll({ Prefix: 'a/', Delimiter: '/' })).names).toEqual(['a/1', 'a/2', 'a/b/']);
    expect((await listAll({ StartAfter: 'a/2', Prefix: 'a/' })).names).toEqual(['a/b/3']);
    expect((await listAll({ Prefix: 'none' })).names).toEqual([]);
    expect((await listAll({ MaxKeys: 0 })).names).toEqual([]);
  });

  test('encodes keys when asked to', async () => {
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'c', EncodingType: 'url' }));
    expect(Contents?.[0]?.Key).toBe('c+d');
  });

  test('refuses a token that it did not give', async () => {
    const list = new ListObjectsV2Command({ Bucket, ContinuationToken: 'not a token' });
    expect(await refusalOf(s3.client.send(list))).toMatchObject({ name: 'InvalidArgument', status: 400 });
  });
});

describe('versions', () => {
  test('stay readable under newer ones and under a delete marker', async () => {
    const Bucket = await s3.makeBucket({ isVersioned: true });
    expect((await s3.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const first = await put(Bucket, 'k', 'one');
    const second = await put(Bucket, 'k', 'two');
    const marker = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(marker.DeleteMarker).toBe(true);
    expect((await refusalOf(textOf(Bucket, 'k'))).name).toBe('NoSuchKey');
    expect([await textOf(Bucket, 'k', first), await textOf(Bucket, 'k', second)]).toEqual(['one', 'two']);
    expect(await refusalOf(textOf(Bucket, 'k', marker.VersionId))).toMatchObject({
      name: 'MethodNotAllowed',
      status: 405,
    });
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }));
    expect(await textOf(Bucket, 'k')).toBe('two');
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: second }));
    expect(await textOf(Bucket, 'k')).toBe('one');
    expect(await refusalOf(textOf(Bucket, 'k', second))).toMatchObject({ name: 'NoSuchVersion', status: 404 });
  });

  test('are listed newest first within a key, page by page', async () => {
    const Bucket = await s3.makeBucket({ isVersioned: true });
    const ids = [await put(Bucket, 'k', '1'), await put(Bucket, 'k', '2'), await put(Bucket, 'l', '3')];
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'l' }));
    const whole = await s3.client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(whole.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [ids[1], true],
      [ids[0], false],
      [ids[2], false],
    ]);
    expect(whole.DeleteMarkers?.map(({ Key, IsLatest }) => [Key, IsLatest])).toEqual([['l', true]]);
    const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }));
    expect([page.IsTruncated, page.NextKeyMarker, page.NextVersionIdMarker]).toEqual([true, 'k', ids[1]]);
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    const rest = await s3.client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([ids[0], ids[2]]);
  });

  test('go one by one in a batch of deletes, whose refusals do not stop the others', async () => {
    const Bucket = await s3.makeBucket({ hasLock: true });
    const held = await put(Bucket, 'held');
    const free = await put(Bucket, 'free');
    await s3.client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: 'ON' } }));
    const Objects = [{ Key: 'held', VersionId: held }, { Key: 'free', VersionId: free }, { Key: 'absent' }];
    const { Deleted, Errors } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['held', 'AccessDenied']]);
    expect(Deleted?.map(({ Key, DeleteMarker }) => [Key, DeleteMarker])).toEqual([
      ['free', undefined],
      ['absent', true],
    ]);
  });
});

describe('object lock', () => {
  const dayMs = 86_400_000;
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 + dayMs);
  let Bucket: string;

  beforeAll(async () => {
    Bucket = await s3.makeBucket({ hasLock: true });
  });

  function retain(
    Key: string,
    Mode: 'GOVERNANCE' | 'COMPLIANCE',
    RetainUntilDate: Date,
    BypassGovernanceRetention?: boolean,
  ) {
    const Retention = { Mode, RetainUntilDate };
    return s3.client.send(new PutObjectRetentionCommand({ Bucket, Key, Retention, BypassGovernanceRetention }));
  }

  function remove(Key: string, VersionId?: string, BypassGovernanceRetention?: boolean) {
    return s3.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));
  }

  test('under COMPLIANCE nobody removes a version or shortens its retention, and its bytes stay', async () => {
    const VersionId = await put(Bucket, 'kept', 'evidence');
    await retain('kept', 'COMPLIANCE', until);
    expect(await refusalOf(remove('kept', VersionId, true))).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await refusalOf(retain('kept', 'COMPLIANCE', new Date(Date.now() + 1000), true))).toMatchObject({
      status: 403,
    });
    expect(await refusalOf(retain('kept', 'GOVERNANCE', until, true))).toMatchObject({ status: 403 });
    await retain('kept', 'COMPLIANCE', new Date(until.getTime() + dayMs));
    await remove('kept');
    expect(await textOf(Bucket, 'kept', VersionId)).toBe('evidence');
  });

  test('under GOVERNANCE only a bypass removes a version', async () => {
    const VersionId = await put(Bucket, 'governed');
    await retain('governed', 'GOVERNANCE', until);
    const { Retention } = await s3.client.send(new GetObjectRetentionCommand({ Bucket, Key: 'governed' }));
    expect(Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until });
    expect((await refusalOf(remove('governed', VersionId))).name).toBe('AccessDenied');
    await remove('governed', VersionId, true);
    expect((await refusalOf(textOf(Bucket, 'governed', VersionId))).name).toBe('NoSuchVersion');
  });

  test('a legal hold keeps a version until it is lifted', async () => {
    const VersionId = await put(Bucket, 'held');
    const hold = (Status: 'ON' | 'OFF') =>
      s3.client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status } }));
    await hold('ON');
    const { LegalHold } = await s3.client.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }));
    expect(LegalHold?.Status).toBe('ON');
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'held' }))).ObjectLockLegalHoldStatus).toBe('ON');
    expect((await refusalOf(remove('held', VersionId, true))).name).toBe('AccessDenied');
    await hold('OFF');
    await remove('held', VersionId);
  });

  test('a bucket’s default retention covers what brings none of its own', async () => {
    const locked = await s3.makeBucket({ hasLock: true });
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    await s3.client.send(new PutObjectLockConfigurationCommand({ Bucket: locked, ObjectLockConfiguration }));
    const read = await s3.client.send(new GetObjectLockConfigurationCommand({ Bucket: locked }));
    expect(read.ObjectLockConfiguration).toEqual(ObjectLockConfiguration);
    await put(locked, 'k');
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: locked, Key: 'k' }));
    expect(head.ObjectLockMode).toBe('GOVERNANCE');
    const leftMs = (head.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now();
    expect(Math.round(leftMs / dayMs)).toBe(3);
  });

  test('is set by a write’s own headers, and refused in the past or without a lock on the bucket', async () => {
    const write = (bucket: string, ObjectLockRetainUntilDate: Date) =>
      s3.client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: 'w',
          Body: 'x',
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate,
        }),
      );
    await write(Bucket, until);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'w' }));
    expect([head.ObjectLockMode, head.ObjectLockRetainUntilDate]).toEqual(['COMPLIANCE', until]);
    expect((await refusalOf(write(Bucket, new Date(0)))).name).toBe('InvalidArgument');
    expect((await refusalOf(write(await s3.makeBucket(), until))).name).toBe('InvalidRequest');
  });
});
