import { describe, expect, test } from '@jest/globals';
import { toLocalUrls } from './local-urls.ts';

const local = (value: unknown) => toLocalUrls(value, 'http://127.0.0.1:4566');

describe('the URLs a template composes', () => {
  test.each([
    ['https://abc123.execute-api.us-east-1.amazonaws.com/api/x', 'http://127.0.0.1:4566/_execute-api/abc123/api/x'],
    ['wss://abc123.execute-api.us-east-1.amazonaws.com/live', 'ws://127.0.0.1:4566/_execute-api/abc123/live'],
    ['https://d0123.cloudfront.net/', 'http://127.0.0.1:4566/'],
    ['https://cognito-idp.us-east-1.amazonaws.com/pool', 'http://127.0.0.1:4566/oidc/pool'],
    [
      "connect-src 'self' https://my.bucket.s3.us-east-1.amazonaws.com",
      "connect-src 'self' http://127.0.0.1:4566/my.bucket",
    ],
  ])('%s become %s', (given, expected) => {
    expect(local({ list: [given] })).toEqual({ list: [expected] });
  });

  test('stay as they are when only a host name or another site is named', () => {
    const values = ['abc123.execute-api.us-east-1.amazonaws.com', 'https://example.test/', 7, null];
    expect(local(values)).toEqual(values);
  });
});
