import { describe, expect, test } from '@jest/globals';
import { readMessage } from './read-messages.ts';

describe('readMessage', () => {
  test('reads the bucket’s own event, with its key decoded', () => {
    const Records = [
      { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key: 'chunks/a+b%2Bc', size: 1 } } },
    ];
    expect(readMessage({ Records })).toEqual({ objectKeys: ['chunks/a b+c'], isHint: false });
  });

  test('reads an agent’s notice', () => {
    const notice = {
      version: 1,
      kind: 'chunk-uploaded',
      recordingId: 'rec_01jbbbbbbbbbbbbbbbbbbbbbbb',
      objectKey: 'chunks/x',
    };
    expect(readMessage(notice)).toEqual({ objectKeys: ['chunks/x'], isHint: true });
  });

  test('finds nothing to do in the test event of a new bucket', () => {
    expect(readMessage({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' })).toEqual({
      objectKeys: [],
      isHint: false,
    });
  });

  test.each([undefined, null, {}, 'text', { version: 2, kind: 'chunk-uploaded' }])('%j is nobody’s message', (body) => {
    expect(readMessage(body)).toBeUndefined();
  });

  test.each([{ Records: 'x' }, { Records: [{}] }, { Event: 'other' }])('refuses the bucket’s event %j', (body) => {
    expect(() => readMessage(body)).toThrow();
  });

  test('refuses one message with the work of many', () => {
    const record = (index: number) => ({ s3: { object: { key: `chunks/${index}` } } });
    const Records = Array.from({ length: 21 }, (_, index) => record(index));
    expect(() => readMessage({ Records })).toThrow();
    expect(readMessage({ Records: Records.slice(1) })?.objectKeys).toHaveLength(20);
  });
});
