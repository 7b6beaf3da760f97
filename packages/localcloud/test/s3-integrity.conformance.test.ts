import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
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

function sha256(body: Uint8Array | string): string {
  return createHash('sha256').update(body).digest('base64');
}

async function errorCode(answer: Response): Promise<string | undefined> {
  return /<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1];
}

describe('checksums', () => {
  const { CRC32, CRC32C, SHA1, SHA256 } = ChecksumAlgorithm;

  test.each([CRC32, CRC32C, SHA1, SHA256])(
    '%s in a header and in a trailer is verified, kept and given back',
    async (algorithm) => {
      const body = randomBytes(100_000);
      const shared = { Bucket, ChecksumAlgorithm: algorithm, ContentLength: body.length };
      await s3.client.send(new PutObjectCommand({ ...shared, Key: 'header', Body: body }));
      await s3.client.send(new PutObjectCommand({ ...shared, Key: 'trailer', Body: Readable.from([body]) }));
      const name = `Checksum${algorithm}` as const;
      const head = async (Key: string) =>
        (await s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })))[name];
      expect(await head('header')).toMatch(/=$/);
      expect(await head('trailer')).toBe(await head('header'));
      const read = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'trailer', ChecksumMode: 'ENABLED' }));
      expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    },
  );

  test('known answers', async () => {
    const write = (members: object) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'known', Body: '123456789', ...members }));
    expect((await write({ ChecksumCRC32: 'y/Q5Jg==' })).ChecksumCRC32).toBe('y/Q5Jg==');
    expect((await write({ ChecksumCRC32C: '4waSgw==' })).ChecksumCRC32C).toBe('4waSgw==');
  });

  test('refuses other bytes than announced and keeps nothing of them', async () => {
    const write = (members: object) =>
      s3.client.send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'body', ...members }));
    expect(await refusalOf(write({ ChecksumSHA256: sha256('other') }))).toMatchObject({
      name: 'BadDigest',
      status: 400,
    });
    const md5 = createHash('md5').update('other').digest('base64');
    expect(await refusalOf(write({ ContentMD5: md5 }))).toMatchObject({ name: 'BadDigest', status: 400 });
    expect(await refusalOf(write({ ContentMD5: 'AAAA' }))).toMatchObject({ name: 'InvalidDigest', status: 400 });
    expect(await refusalOf(write({ ChecksumSHA256: 'AAAA' }))).toMatchObject({ name: 'InvalidRequest', status: 400 });
    expect((await refusalOf(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'wrong' })))).status).toBe(404);
  });

  insideTest('s3')('refuses an algorithm that it cannot compute', async () => {
    const write = new PutObjectCommand({ Bucket, Key: 'nvme', Body: 'x', ChecksumCRC64NVME: 'AAAAAAAAAAA=' });
    expect(await refusalOf(s3.client.send(write))).toMatchObject({ name: 'NotImplemented', status: 501 });
  });
});

describe('presigned uploads', () => {
  const body = 'granted bytes';

  /** A grant as the product makes it: length and checksum are signed headers. */
  function grant(Key: string): Promise<string> {
    const command = new PutObjectCommand({ Bucket, Key, ContentLength: body.length, ChecksumSHA256: sha256(body) });
    return getSignedUrl(s3.client, command, {
      expiresIn: 60,
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
      signableHeaders: new Set(['content-length', 'host']),
    });
  }

  function upload(url: string, bytes: string, checksum: string): Promise<Response> {
    return fetch(url, { method: 'PUT', body: bytes, headers: { 'x-amz-checksum-sha256': checksum } });
  }

  test('take exactly the granted bytes', async () => {
    const answer = await upload(await grant('granted'), body, sha256(body));
    expect(answer.status).toBe(200);
    expect((await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'granted' }))).ContentLength).toBe(body.length);
  });

  test('refuse another length and another checksum by signature', async () => {
    const longer = await upload(await grant('longer'), `${body}!`, sha256(body));
    expect([longer.status, await errorCode(longer)]).toEqual([403, 'SignatureDoesNotMatch']);
    const other = 'GRANTED BYTES';
    const changed = await upload(await grant('changed'), other, sha256(other));
    expect([changed.status, await errorCode(changed)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('refuse other bytes under the granted checksum by digest', async () => {
    const answer = await upload(await grant('forged'), 'GRANTED BYTES', sha256(body));
    expect([answer.status, await errorCode(answer)]).toEqual([400, 'BadDigest']);
    expect((await refusalOf(s3.client.send(new HeadObjectCommand({ Bucket, Key: 'forged' })))).status).toBe(404);
  });

  test('hold to a checksum that was moved into the query', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'hoisted', ChecksumSHA256: sha256(body) });
    const url = await getSignedUrl(s3.client, command, { expiresIn: 60 });
    const forged = await fetch(url, { method: 'PUT', body: 'other bytes' });
    expect([forged.status, await errorCode(forged)]).toEqual([400, 'BadDigest']);
    expect((await fetch(url, { method: 'PUT', body })).status).toBe(200);
  });

  test('give ranges to whoever holds the URL of a read, and nothing without one', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'shared', Body: '0123456789' }));
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'shared' }), { expiresIn: 60 });
    const part = await fetch(url, { headers: { range: 'bytes=3-5' } });
    expect([part.status, await part.text()]).toEqual([206, '345']);
    const plain = await fetch(url.slice(0, url.indexOf('?')));
    expect([plain.status, await errorCode(plain)]).toEqual([403, 'AccessDenied']);
  });
});

describe('cross-origin requests', () => {
  const origin = 'https://console.example';
  let url: string;

  beforeAll(async () => {
    await s3.client.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedOrigins: [origin],
              AllowedMethods: ['GET', 'HEAD'],
              AllowedHeaders: ['range', 'if-*'],
              ExposeHeaders: ['etag', 'content-range'],
              MaxAgeSeconds: 600,
            },
          ],
        },
      }),
    );
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'cors', Body: '0123456789' }));
    url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'cors' }), { expiresIn: 60 });
  });

  function preflight(from: string, method: string, headers: string): Promise<Response> {
    return fetch(`${s3.endpoint}/${Bucket}/cors`, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': method, 'access-control-request-headers': headers },
    });
  }

  test('are answered before they are made', async () => {
    const answer = await preflight(origin, 'GET', 'Range, If-Match');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'range, if-match',
      'access-control-max-age': '600',
    });
  });

  test.each([
    ['https://other.example', 'GET', 'range'],
    [origin, 'PUT', 'range'],
    [origin, 'GET', 'x-other'],
  ])('are refused from %s for %s with %s', async (from, method, headers) => {
    const answer = await preflight(from, method, headers);
    expect([answer.status, await errorCode(answer)]).toEqual([403, 'AccessForbidden']);
  });

  test('can read answers and refusals alike', async () => {
    const granted = await fetch(url, { headers: { origin, range: 'bytes=0-1' } });
    expect(granted.headers.get('access-control-allow-origin')).toBe(origin);
    expect(granted.headers.get('access-control-expose-headers')).toBe('etag, content-range');
    await granted.body?.cancel();
    const refused = await fetch(url.replace(/Signature=.{8}/, 'Signature=00000000'), { headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, origin]);
    await refused.body?.cancel();
    const foreign = await fetch(url, { headers: { origin: 'https://other.example' } });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    await foreign.body?.cancel();
  });
});
