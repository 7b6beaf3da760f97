import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insideTest } from './oracle/inside-test.ts';
import { refusalOf, type S3UnderTest, startS3 } from './s3-server.ts';

let s3: S3UnderTest;
let Bucket: string;

beforeAll(async () => {
  s3 = await startS3();
  Bucket = await s3.makeBucket();
});

afterAll(() => s3.close());

async function put(Key: string, Body: string | Uint8Array) {
  return s3.client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function bytesOf(Key: string): Promise<Uint8Array> {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

describe('putting and getting', () => {
  test.each([0, 1, 65_536, 1_500_000])('gives back %i bytes unchanged, with their MD5 as the ETag', async (size) => {
    const body = randomBytes(size);
    const { ETag } = await put(`bytes/${size}`, body);
    expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect(Buffer.from(await bytesOf(`bytes/${size}`)).equals(body)).toBe(true);
  });

  test('stores a streamed body without its chunk framing and keeps its other encodings', async () => {
    const body = randomBytes(300_000);
    await s3.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'streamed',
        Body: Readable.from([body.subarray(0, 100), body.subarray(100)]),
        ContentLength: body.length,
        ContentEncoding: 'br',
      }),
    );
    const { ContentEncoding } = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'streamed' }));
    expect(ContentEncoding).toBe('br');
    expect(Buffer.from(await bytesOf('streamed')).equals(body)).toBe(true);
  });

  test.each(['a b+c&d=e.txt', 'ü/ß/日本.bin', "q?x#y%20'(!)*~", 'trailing/', '//double'])(
    'takes the key %j',
    async (Key) => {
      await put(Key, Key);
      expect(Buffer.from(await bytesOf(Key)).toString()).toBe(Key);
    },
  );

  test('gives back content headers and user metadata', async () => {
    const described = {
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="x"',
      ContentLanguage: 'de',
      Metadata: { origin: 'agent-7', 'two-words': 'a b' },
    };
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'described', Body: 'x', ...described }));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'described' }));
    expect(head).toMatchObject({
      ...described,
      ContentLength: 1,
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    });
    expect(head.VersionId).toBeUndefined();
  });

  test('answers with the headers that a read asks to replace', async () => {
    await put('overridden', 'x');
    const { ContentType, CacheControl } = await s3.client.send(
      new GetObjectCommand({
        Bucket,
        Key: 'overridden',
        ResponseContentType: 'image/png',
        ResponseCacheControl: 'no-store',
      }),
    );
    expect([ContentType, CacheControl]).toEqual(['image/png', 'no-store']);
  });

  test('refuses too much metadata and too long a key', async () => {
    const Metadata = { big: 'x'.repeat(2048) };
    expect(
      await refusalOf(s3.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Metadata }))),
    ).toMatchObject({
      name: 'MetadataTooLarge',
      status: 400,
    });
    expect(await refusalOf(put('k'.repeat(1025), 'x'))).toMatchObject({ name: 'KeyTooLongError', status: 400 });
  });

  test('names what is missing', async () => {
    expect(await refusalOf(bytesOf('nothing'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const head = new HeadObjectCommand({ Bucket, Key: 'nothing' });
    expect(await refusalOf(s3.client.send(head))).toMatchObject({ name: 'NotFound', status: 404 });
    const elsewhere = new GetObjectCommand({ Bucket: 'conformance-none', Key: 'x' });
    expect(await refusalOf(s3.client.send(elsewhere))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  });

  insideTest('s3')('refuses operations that it does not play with 501', async () => {
    expect(await refusalOf(s3.client.send(new GetBucketAclCommand({ Bucket })))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
    });
  });
});

describe('ranges', () => {
  const digits = '0123456789';
  beforeAll(() => put('digits', digits));

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=0-99', digits, 'bytes 0-9/10'],
    ['bytes=-99', digits, 'bytes 0-9/10'],
  ])('answers %s with 206', async (Range, text, ContentRange) => {
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect(answer.$metadata.httpStatusCode).toBe(206);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(await answer.Body?.transformToString()).toBe(text);
  });

  test.each(['bytes=10-', 'bytes=-0'])('refuses %s with 416', async (Range) => {
    const read = s3.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect(await refusalOf(read)).toMatchObject({ name: 'InvalidRange', status: 416 });
  });

  test.each(['bytes=5-2', 'lines=1-2', 'bytes=0-1,3-4'])('passes over %s and answers everything', async (Range) => {
    const answer = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect([answer.$metadata.httpStatusCode, await answer.Body?.transformToString()]).toEqual([200, digits]);
  });
});

describe('conditions', () => {
  test('reads only what has changed, or has not', async () => {
    const { ETag = '' } = await put('conditional', 'x');
    const read = (condition: object) =>
      s3.client.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...condition }));
    expect((await refusalOf(read({ IfNoneMatch: ETag }))).status).toBe(304);
    expect(await refusalOf(read({ IfMatch: '"other"' }))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    const hourMs = 3_600_000;
    expect((await refusalOf(read({ IfModifiedSince: new Date(Date.now() + hourMs) }))).status).toBe(304);
    expect((await refusalOf(read({ IfUnmodifiedSince: new Date(Date.now() - hourMs) }))).status).toBe(412);
    expect((await read({ IfMatch: ETag, IfUnmodifiedSince: new Date(0) })).$metadata.httpStatusCode).toBe(200);
    expect((await read({ IfNoneMatch: '"other"', IfModifiedSince: new Date() })).$metadata.httpStatusCode).toBe(200);
  });

  test('of many writers that ask for nothing to be there, one writes', async () => {
    const write = (n: number) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'once', Body: `writer ${n}`, IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => write(n)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await refusalOf(write(9))).toMatchObject({ name: 'PreconditionFailed', status: 412 });
  });

  test('of many writers that read the same object, one replaces it', async () => {
    const { ETag } = await put('swap', 'first');
    const write = (n: number) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'swap', Body: `writer ${n}`, IfMatch: ETag }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => write(n)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('replacing what is not there is NoSuchKey', async () => {
    const write = new PutObjectCommand({ Bucket, Key: 'never', Body: 'x', IfMatch: '"abc"' });
    expect(await refusalOf(s3.client.send(write))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });

  test('deletes only the object that was read', async () => {
    const { ETag } = await put('doomed', 'x');
    const remove = (IfMatch?: string) => s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'doomed', IfMatch }));
    expect((await refusalOf(remove('"other"'))).status).toBe(412);
    await remove(ETag);
    expect((await refusalOf(bytesOf('doomed'))).name).toBe('NoSuchKey');
  });
});

describe('copies', () => {
  test('keep metadata, tags and bytes, or take new metadata', async () => {
    const Metadata = { kept: 'yes' };
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'from x', Body: 'copied', Metadata, Tagging: 'a=1' }));
    const CopySource = `${Bucket}/from%20x`;
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'to' }));
    expect(head.Metadata).toEqual(Metadata);
    expect(Buffer.from(await bytesOf('to')).toString()).toBe('copied');
    const { TagSet } = await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'to' }));
    expect(TagSet).toEqual([{ Key: 'a', Value: '1' }]);
    await s3.client.send(
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource, MetadataDirective: 'REPLACE', Metadata: { new: '1' } }),
    );
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual({ new: '1' });
  });

  test('are refused onto themselves without a change, and when the source is another', async () => {
    await put('self', 'x');
    const copy = (options: object) =>
      s3.client.send(new CopyObjectCommand({ Bucket, Key: 'self', CopySource: `${Bucket}/self`, ...options }));
    expect(await refusalOf(copy({}))).toMatchObject({ name: 'InvalidRequest', status: 400 });
    expect((await refusalOf(copy({ Key: 'other', CopySourceIfMatch: '"other"' }))).status).toBe(412);
    expect((await refusalOf(copy({ Key: 'other', CopySource: `${Bucket}/gone` }))).name).toBe('NoSuchKey');
  });
});

describe('tags and buckets', () => {
  test('tags are put, read and deleted without touching the object', async () => {
    await put('tagged', 'bytes stay');
    const TagSet = [
      { Key: 'kind', Value: 'a b' },
      { Key: 'x', Value: '' },
    ];
    await s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
    expect((await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet).toEqual(TagSet);
    expect((await s3.client.send(new GetObjectCommand({ Bucket, Key: 'tagged' }))).TagCount).toBe(2);
    expect(Buffer.from(await bytesOf('tagged')).toString()).toBe('bytes stay');
    await s3.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect((await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet).toEqual([]);
  });

  test('refuses an eleventh tag', async () => {
    const Tagging = Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&');
    const write = new PutObjectCommand({ Bucket, Key: 'many', Body: 'x', Tagging });
    expect((await refusalOf(s3.client.send(write))).status).toBe(400);
  });

  test('answers where a bucket is, and that another is not', async () => {
    expect((await s3.client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
    expect((await s3.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
    expect((await refusalOf(s3.client.send(new HeadBucketCommand({ Bucket: 'conformance-none' })))).status).toBe(404);
  });
});
