import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { agentIdText, bytesToUlid, recordingIdText, ulidToBytes } from './ulid.ts';

describe('ids', () => {
  test('have one text and one binary form', () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(fc.property(id, (bytes) => expect(ulidToBytes(bytesToUlid(bytes))).toEqual(bytes)));
  });

  test('are what the ULID specification says', () => {
    const bytes = ulidToBytes('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(Buffer.from(bytes).toString('hex')).toBe('01563e3ab5d3d6764c61efb99302bd5b');
    expect(recordingIdText(bytes)).toBe('rec_01ARZ3NDEKTSV4RRFFQ69G5FAV');
    expect(agentIdText(bytes)).toBe('agt_01ARZ3NDEKTSV4RRFFQ69G5FAV');
  });

  test.each([
    '',
    '01ARZ3NDEKTSV4RRFFQ69G5FA',
    '01arz3ndektsv4rrffq69g5fav',
    '81ARZ3NDEKTSV4RRFFQ69G5FAV',
    'U'.repeat(26),
  ])('are refused when malformed: %j', (text) => expect(() => ulidToBytes(text)).toThrow(RangeError));
});
