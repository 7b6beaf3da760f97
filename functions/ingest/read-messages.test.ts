import { describe, expect, test } from '@jest/globals';
import { readObjectKeys } from './read-messages.ts';

describe('readObjectKeys', () => {
  test('reads the bucket’s own event, with its key decoded', () => {
    const Records = [
      { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key: 'chunks/a+b%2Bc', size: 1 } } },
    ];
    expect(readObjectKeys({ Records })).toEqual(['chunks/a b+c']);
  });

  test('reads an agent’s notice', () => {
    const notice = {
      version: 1,
      kind: 'chunk-uploaded',
      recordingId: 'rec_01jbbbbbbbbbbbbbbbbbbbbbbb',
      objectKey: 'chunks/x',
    };
    expect(readObjectKeys(notice)).toEqual(['chunks/x']);
  });

  test('finds nothing to do in the test event of a new bucket', () => {
    expect(readObjectKeys({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })).toEqual([]);
  });

  test.each([null, {}, { Records: 'x' }, 'text'])('refuses %j', (body) => {
    expect(() => readObjectKeys(body)).toThrow();
  });
});
