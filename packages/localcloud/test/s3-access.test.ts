import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeDataDirectory, openPlatform, type S3Platform } from './s3-platform.ts';
import { refusalOf } from './s3-server.ts';

const Bucket = 'recordings';
const everything = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
let data: ReturnType<typeof makeDataDirectory>;
let platform: S3Platform;
let keyArn: string;

beforeEach(async () => {
  data = makeDataDirectory();
  platform = await openPlatform(data.path);
  const account = { AWS: 'arn:aws:iam::000000000000:root' };
  const key = await platform.provision('AWS::KMS::Key', 'Key', {
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' }],
    },
  });
  keyArn = String(key.attributes.Arn);
  await platform.provision('AWS::S3::Bucket', 'Bucket', {
    BucketName: Bucket,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } },
      ],
    },
  });
});

afterEach(async () => {
  await platform.close();
  data.remove();
});

function kms(Action: string, Condition?: object): object {
  return { Effect: 'Allow', Action, Resource: keyArn, ...(Condition === undefined ? {} : { Condition }) };
}

function put(client = platform.client, Key = 'k') {
  return client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
}

describe('a bucket with a KMS key', () => {
  test('says how its objects are encrypted, and their ETag is no MD5', async () => {
    const expected = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, BucketKeyEnabled: true };
    expect(await put()).toMatchObject(expected);
    const head = await platform.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    expect(head).toMatchObject(expected);
    expect(head.ETag).not.toBe('"9dd4e461268c8034f5c8564e155c67a6"');
  });

  test('lets nobody write without GenerateDataKey or read without Decrypt on the key', async () => {
    const bare = platform.clientOfRole('bare', [everything]);
    expect(await refusalOf(put(bare))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: expect.stringContaining('kms:GenerateDataKey'),
    });
    const writer = platform.clientOfRole('writer', [everything, kms('kms:GenerateDataKey*')]);
    await put(writer);
    const read = new GetObjectCommand({ Bucket, Key: 'k' });
    expect(await refusalOf(writer.send(read))).toMatchObject({ name: 'AccessDenied', status: 403 });
    const reader = platform.clientOfRole('reader', [everything, kms('kms:Decrypt')]);
    expect(await (await reader.send(read)).Body?.transformToString()).toBe('x');
  });

  test('uses the key through S3 and under the bucket’s ARN, as Bucket Keys do', async () => {
    const condition = (arn: string) => ({
      StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:EncryptionContext:aws:s3:arn': arn },
    });
    const byBucket = kms('kms:GenerateDataKey', condition(`arn:aws:s3:::${Bucket}`));
    await put(platform.clientOfRole('byBucket', [everything, byBucket]));
    const byObject = kms('kms:GenerateDataKey', condition(`arn:aws:s3:::${Bucket}/k`));
    expect((await refusalOf(put(platform.clientOfRole('byObject', [everything, byObject])))).name).toBe('AccessDenied');
  });
});

describe('policies', () => {
  const allowKey = () => kms('kms:*');

  test('a role does what its policy names and nothing else', async () => {
    const narrow = { Effect: 'Allow', Action: ['s3:PutObject'], Resource: `arn:aws:s3:::${Bucket}/in/*` };
    const client = platform.clientOfRole('narrow', [narrow, allowKey()]);
    await put(client, 'in/1');
    expect((await refusalOf(put(client, 'out/1'))).name).toBe('AccessDenied');
    expect((await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: 'in/1' })))).name).toBe('AccessDenied');
  });

  test('who may not list does not learn what is missing', async () => {
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    const list = { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${Bucket}` };
    const blind = platform.clientOfRole('blind', [read, allowKey()]);
    const seeing = platform.clientOfRole('seeing', [read, list, allowKey()]);
    const absent = new GetObjectCommand({ Bucket, Key: 'absent' });
    expect(await refusalOf(blind.send(absent))).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await refusalOf(seeing.send(absent))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });

  test('listing can be held to a prefix', async () => {
    const list = {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: '*',
      Condition: { StringLike: { 's3:prefix': 'mine/*' } },
    };
    const client = platform.clientOfRole('lister', [list]);
    await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'mine/a' }));
    expect((await refusalOf(client.send(new ListObjectsV2Command({ Bucket })))).name).toBe('AccessDenied');
  });

  test('a bucket policy that demands TLS stops nobody here, another Deny stops the owner too', async () => {
    const deny = (Action: string, Condition?: object) => ({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action,
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      ...(Condition === undefined ? {} : { Condition }),
    });
    const setPolicy = (...Statement: object[]) =>
      platform.provision('AWS::S3::BucketPolicy', 'Policy', {
        Bucket,
        PolicyDocument: { Version: '2012-10-17', Statement },
      });
    await setPolicy(deny('s3:*', { Bool: { 'aws:SecureTransport': 'false' } }));
    await put();
    await setPolicy(deny('s3:PutObject'));
    expect((await refusalOf(put())).name).toBe('AccessDenied');
  });

  test('a public policy fails the start of a bucket that blocks public policies', async () => {
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
    ];
    const policy = { Bucket, PolicyDocument: { Version: '2012-10-17', Statement } };
    await expect(platform.provision('AWS::S3::BucketPolicy', 'Policy', policy)).rejects.toThrow('public');
  });

  test('a distribution reads its origin when the bucket policy names it', async () => {
    await platform.s3.putObject(Bucket, 'index.html', Buffer.from('<html>'), { 'content-type': 'text/html' });
    const distribution = 'arn:aws:cloudfront::000000000000:distribution/D1';
    const principal = {
      kind: 'service',
      arn: distribution,
      accessKeyId: '',
      service: 'cloudfront.amazonaws.com',
    } as const;
    const read = (source: string) =>
      platform.s3.getObject(Bucket, 'index.html', { principal, conditions: { 'aws:sourcearn': source } });
    await expect(read(distribution)).rejects.toMatchObject({ name: 'AccessDenied' });
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
      },
    ];
    const PolicyDocument = { Version: '2012-10-17', Statement };
    await platform.provision('AWS::S3::BucketPolicy', 'Policy', { Bucket, PolicyDocument });
    await expect(read(distribution)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('kms:Decrypt'),
    });
    await platform.provision('AWS::KMS::Key', 'Key', {
      KeyPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' },
        ],
      },
    });
    expect((await read(distribution))?.headers['content-type']).toBe('text/html');
    await expect(read(`${distribution}x`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

test('a property or member that is not understood fails the start by name', async () => {
  const bucket = (properties: object) =>
    platform.provision('AWS::S3::Bucket', 'Other', { BucketName: 'other', ...properties });
  const rule = { Status: 'Enabled', NoncurrentVersionTransitions: [] };
  await expect(bucket({ LifecycleConfiguration: { Rules: [rule] } })).rejects.toThrow('NoncurrentVersionTransitions');
  await expect(bucket({ BucketName: 'Upper' })).rejects.toMatchObject({ name: 'InvalidBucketName' });
});
