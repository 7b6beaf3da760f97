import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { signingKey } from '../auth/signing.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

/** The worked example of Amazon's "Signature calculations for the Authorization header: multiple chunks". */
const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const signing = {
  key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
  amzDate: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const firstSignature = 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648';
const secondSignature = '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497';
const lastSignature = 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9';

function signedBody(firstChunk = 'a'.repeat(65_536), last = lastSignature): string {
  return (
    `10000;chunk-signature=${firstSignature}\r\n${firstChunk}\r\n` +
    `400;chunk-signature=${secondSignature}\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=${last}\r\n\r\n`
  );
}

/** Decodes what arrives in pieces of `pieceBytes`. */
async function decode(text: string, options: { signed: boolean; decodedLengthBytes: number; pieceBytes?: number }) {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  const pieceBytes = options.pieceBytes ?? 10_000;
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  const trailers: Record<string, string> = {};
  const { decodedLengthBytes } = options;
  const body = { source: Readable.from(pieces), trailers, decodedLengthBytes };
  const decoded: Buffer[] = [];
  for await (const part of decodeAwsChunked(options.signed ? { ...body, signing } : body)) decoded.push(part);
  return { data: Buffer.concat(decoded).toString(), trailers };
}

describe('an aws-chunked body', () => {
  test("with Amazon's example signatures is accepted", async () => {
    const { data } = await decode(signedBody(), { signed: true, decodedLengthBytes: 66_560 });
    expect(data).toBe('a'.repeat(66_560));
  });

  test('with a changed byte is refused by its chunk signature', async () => {
    const changed = signedBody(`b${'a'.repeat(65_535)}`);
    await expect(decode(changed, { signed: true, decodedLengthBytes: 66_560 })).rejects.toThrow(/chunk signature/);
  });

  test('with a changed last signature is refused', async () => {
    const changed = signedBody(undefined, '0'.repeat(64));
    await expect(decode(changed, { signed: true, decodedLengthBytes: 66_560 })).rejects.toThrow(/chunk signature/);
  });

  test('without signatures gives its data and trailers however it is cut into pieces', async () => {
    const text = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32: DUoRhQ==\r\n\r\n';
    for (const pieceBytes of [1, 2, 3, 7, 1000]) {
      const decoded = await decode(text, { signed: false, decodedLengthBytes: 11, pieceBytes });
      expect(decoded).toEqual({ data: 'hello world', trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' } });
    }
  });

  test.each([
    ['ends early', '5\r\nhel'],
    ['lacks its last chunk', '5\r\nhello\r\n'],
    ['lacks the blank line at its end', '5\r\nhello\r\n0\r\n'],
    ['has a size that is no number', 'xyz\r\nhello\r\n0\r\n\r\n'],
    ['is shorter than it said', '4\r\nhell\r\n0\r\n\r\n'],
    ['is longer than it said', '6\r\nhello!\r\n0\r\n\r\n'],
  ])('that %s is refused as incomplete', async (_what, text) => {
    await expect(decode(text, { signed: false, decodedLengthBytes: 5 })).rejects.toMatchObject({
      code: 'IncompleteBody',
    });
  });

  test('with a line that does not end is refused instead of being collected', async () => {
    const endless = 'f'.repeat(1_000_000);
    await expect(decode(endless, { signed: false, decodedLengthBytes: 5 })).rejects.toMatchObject({
      code: 'IncompleteBody',
    });
  });
});
