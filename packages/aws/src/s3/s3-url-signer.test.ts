import { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from '@jest/globals';
import { readUrlSigningConfiguration, S3UrlSigner } from './s3-url-signer.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret', sessionToken: 'session/token+=' };
const region = 'eu-central-1';
const signedAt = new Date('2026-11-22T10:00:00.000Z');
const target = { bucket: 'landing', objectKey: 'chunks/rec_1/0000000001-0000000002-abc def.chunk' };
const checksum = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/** What the presigner of the SDK makes of the same request. */
async function referenceSignature(method: string, headers: Record<string, string>): Promise<unknown> {
  const { config } = new S3Client({ region, credentials });
  const presigner = new S3RequestPresigner({ region, credentials, sha256: config.sha256 });
  const hostname = 'landing.s3.eu-central-1.amazonaws.com';
  const path = `/${target.objectKey.replace(' ', '%20')}`;
  const request = { method, protocol: 'https:', hostname, path, query: {}, headers: { ...headers } };
  const signed = await presigner.presign(request, {
    expiresIn: 600,
    signingDate: signedAt,
    unhoistableHeaders: new Set(Object.keys(headers)),
    signableHeaders: new Set(['host', ...Object.keys(headers)]),
  });
  return signed.query?.['X-Amz-Signature'];
}

describe('S3UrlSigner', () => {
  const signer = new S3UrlSigner({ region, credentials });
  const upload = {
    'content-length': '1234',
    'content-type': 'application/octet-stream',
    'x-amz-checksum-sha256': checksum,
  };

  test('signs a read as the SDK’s own presigner does', async () => {
    const url = new URL(await signer.sign({ method: 'GET', ...target, expiresInSeconds: 600, signedAt }));
    expect(url.searchParams.get('X-Amz-Signature')).toBe(await referenceSignature('GET', {}));
  });

  test('signs length, type and checksum of an upload as the SDK’s own presigner does', async () => {
    const request = { method: 'PUT', ...target, headers: upload, expiresInSeconds: 600, signedAt } as const;
    const url = new URL(await signer.sign(request));
    expect(url.searchParams.get('X-Amz-Signature')).toBe(await referenceSignature('PUT', upload));
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-checksum-sha256');
  });

  test('addresses objects by path where an endpoint is given, each part of the key escaped', async () => {
    const configuration = readUrlSigningConfiguration({
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    });
    const url = await new S3UrlSigner(configuration).sign({ method: 'GET', ...target, expiresInSeconds: 60, signedAt });
    expect(url).toContain('http://127.0.0.1:4566/landing/chunks/rec_1/0000000001-0000000002-abc%20def.chunk?');
  });
});
