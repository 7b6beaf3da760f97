import { makeRecordingId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { formatChunkKey, parseChunkKey, quarantineKeyOf } from './chunk-key.ts';

const recordingId = makeRecordingId({ nowMs: () => 1_800_000_000_000, randomBytes: (n) => new Uint8Array(n).fill(3) });
const name = { recordingId, firstSequence: 12, lastSequence: 34, digestHead: '0123456789abcdef' };

describe('chunk key', () => {
  test('is read as it was written', () => {
    expect(parseChunkKey(formatChunkKey(name))).toEqual(name);
  });

  test.each([
    '',
    'chunks/',
    'quarantine/x.chunk',
    `chunks/${recordingId}/1-2-0123456789abcdef.chunk`,
    `chunks/../${recordingId}/a.chunk`,
  ])('is not %j', (key) => expect(parseChunkKey(key)).toBeUndefined());

  test('a refused chunk keeps its name under quarantine', () => {
    expect(quarantineKeyOf(formatChunkKey(name))).toMatch(new RegExp(`^quarantine/${recordingId}/0000000012-`));
  });
});
