import { describe, expect, test } from '@jest/globals';
import { canonicalRequestHash } from './canonical-request.ts';
import { emptySha256, hmac, sha256Hex, signingKey } from './signing.ts';

const scope = { date: '20150830', region: 'us-east-1', service: 'service' };

describe('the canonical request', () => {
  test("gives the signature of AWS's own test suite (get-vanilla)", () => {
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
    const parts = { method: 'GET', rawPath: '/', rawQuery: '', headers };
    const hash = canonicalRequestHash(parts, 'service', ['host', 'x-amz-date'], emptySha256);
    expect(hash).toBe('bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63');
    const key = signingKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', scope);
    const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${hash}`;
    expect(hmac(key, text).toString('hex')).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });

  test('orders query parameters by name, then value, whatever order they were sent in', () => {
    const hashOf = (rawQuery: string) =>
      canonicalRequestHash({ method: 'GET', rawPath: '/', rawQuery, headers: {} }, 's3', ['host'], emptySha256);
    expect(hashOf('b=1&a=2&a-b=3&a=1')).toBe(hashOf('a=1&a=2&a-b=3&b=1'));
    expect(hashOf('a=1')).not.toBe(hashOf('a=2'));
  });

  test('encodes the path once for S3 and twice for other services', () => {
    const text = (path: string) => ['GET', path, '', 'host:h\n', 'host', emptySha256].join('\n');
    const parts = { method: 'GET', rawPath: '/a%20b/%C3%A9', rawQuery: '', headers: { host: 'h' } };
    expect(canonicalRequestHash(parts, 's3', ['host'], emptySha256)).toBe(sha256Hex(text('/a%20b/%C3%A9')));
    expect(canonicalRequestHash(parts, 'sqs', ['host'], emptySha256)).toBe(sha256Hex(text('/a%2520b/%25C3%25A9')));
  });
});
