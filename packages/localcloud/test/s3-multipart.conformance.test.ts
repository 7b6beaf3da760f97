import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusalOf, type S3UnderTest, startS3 } from './s3-server.ts';

const smallestPartBytes = 5 * 1024 * 1024;
const first = randomBytes(smallestPartBytes);
const second = randomBytes(1000);
let s3: S3UnderTest;
let Bucket: string;

beforeAll(async () => {
  s3 = await startS3();
  Bucket = await s3.makeBucket();
});

afterAll(() => s3.close());

async function begin(Key: string, options: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
  const target = { Bucket, Key, UploadId };
  return {
    ...target,
    part: async (PartNumber: number, Body: Uint8Array) => {
      const answer = await s3.client.send(new UploadPartCommand({ ...target, PartNumber, Body }));
      return { PartNumber, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
    },
    complete: (
      Parts: { PartNumber: number; ETag?: string | undefined }[],
      more: Partial<CompleteMultipartUploadCommandInput> = {},
    ) => s3.client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more })),
  };
}

function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}

describe('a multipart upload', () => {
  test('joins its parts, whose ETags make the object’s', async () => {
    const upload = await begin('joined', { ContentType: 'video/mp4', Metadata: { a: 'b' } });
    const parts = [await upload.part(3, first), await upload.part(7, second)];
    expect((await refusalOf(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'joined' })))).status).toBe(404);
    const { ETag } = await upload.complete(parts);
    expect(ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(second)])).toString('hex')}-2"`);
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'joined' }));
    expect([read.ContentType, read.Metadata]).toEqual(['video/mp4', { a: 'b' }]);
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(Buffer.concat([first, second]))).toBe(
      true,
    );
    const Range = `bytes=${smallestPartBytes - 2}-${smallestPartBytes + 2}`;
    const across = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'joined', Range }));
    const expected = Buffer.concat([first.subarray(-2), second.subarray(0, 3)]);
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? []).equals(expected)).toBe(true);
    expect((await refusalOf(upload.complete(parts))).name).toBe('NoSuchUpload');
  });

  test('refuses small parts, unknown parts, wrong ETags and a wrong order', async () => {
    const upload = await begin('refused');
    const [one, two] = [await upload.part(1, second), await upload.part(2, second)];
    expect(await refusalOf(upload.complete([one, two]))).toMatchObject({ name: 'EntityTooSmall', status: 400 });
    expect((await refusalOf(upload.complete([two, one]))).name).toBe('InvalidPartOrder');
    expect((await refusalOf(upload.complete([{ ...one, ETag: '"0"' }]))).name).toBe('InvalidPart');
    expect((await refusalOf(upload.complete([{ ...one, PartNumber: 3 }]))).name).toBe('InvalidPart');
    expect((await refusalOf(upload.part(10_001, second))).name).toBe('InvalidArgument');
    await upload.complete([one]);
  });

  test('lists what was uploaded; a part sent again replaces the first', async () => {
    const upload = await begin('listed/a');
    await upload.part(1, first);
    const again = await upload.part(1, second);
    await upload.part(2, second);
    const { Bucket: bucket, Key, UploadId } = upload;
    const target = { Bucket: bucket, Key, UploadId };
    const { Parts } = await s3.client.send(new ListPartsCommand(target));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1000],
      [2, 1000],
    ]);
    const page = await s3.client.send(new ListPartsCommand({ ...target, MaxParts: 1 }));
    expect([page.IsTruncated, page.NextPartNumberMarker]).toEqual([true, '1']);
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed/', Delimiter: '/' });
    expect((await s3.client.send(list)).Uploads?.map((found) => [found.Key, found.UploadId])).toEqual([
      [Key, UploadId],
    ]);
    await upload.complete([again]);
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(1000);
  });

  test('can be aborted', async () => {
    const { Key, UploadId, part } = await begin('aborted');
    await part(1, second);
    await s3.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect((await refusalOf(part(2, second))).name).toBe('NoSuchUpload');
    const { Uploads = [] } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads.map((upload) => upload.UploadId)).not.toContain(UploadId);
  });

  test('takes parts out of other objects', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const upload = await begin('copied');
    const { Key, UploadId } = upload;
    const copy = (CopySourceRange: string) =>
      s3.client.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceRange,
        }),
      );
    expect((await refusalOf(copy('bytes=5-10'))).name).toBe('InvalidArgument');
    const { CopyPartResult } = await copy('bytes=2-4');
    await upload.complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const read = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await read.Body?.transformToString()).toBe('234');
  });

  test('of many that want to be the first, one completes', async () => {
    const uploads = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const upload = await begin('raced');
        const part = await upload.part(1, second);
        return () => upload.complete([part], { IfNoneMatch: '*' });
      }),
    );
    const outcomes = await Promise.allSettled(uploads.map((complete) => complete()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('checksums of parts', () => {
  test('make a composite checksum, and each must be named on completion', async () => {
    const upload = await begin('composite', { ChecksumAlgorithm: 'CRC32' });
    const parts = [await upload.part(1, first), await upload.part(2, second)];
    const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    expect(await refusalOf(upload.complete(bare))).toMatchObject({ name: 'InvalidRequest', status: 400 });
    const wrong = parts.map((part) => ({ ...part, ChecksumCRC32: 'AAAAAA==' }));
    expect((await refusalOf(upload.complete(wrong))).name).toBe('InvalidPart');
    const { ChecksumCRC32, ChecksumType } = await upload.complete(parts);
    expect([ChecksumCRC32?.endsWith('-2'), ChecksumType]).toEqual([true, 'COMPOSITE']);
  });

  test('a whole-object CRC is that of the joined bytes', async () => {
    const upload = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await upload.part(1, first), await upload.part(2, second)];
    const plain = await s3.client.send(
      new PutObjectCommand({ Bucket, Key: 'plain', Body: Buffer.concat([first, second]), ChecksumAlgorithm: 'CRC32' }),
    );
    expect((await refusalOf(upload.complete(parts, { ChecksumCRC32: 'AAAAAA==' }))).name).toBe('BadDigest');
    const { ChecksumCRC32, ChecksumType } = await upload.complete(parts);
    expect([ChecksumCRC32, ChecksumType]).toEqual([plain.ChecksumCRC32, 'FULL_OBJECT']);
  });
});
