import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { deriveEpochKey } from '../keys/key-derivation.ts';
import { openSegment } from '../segment/open-segment.ts';
import type { SealedSegment } from '../segment/seal-segment.ts';
import { finishedFile, indexOf } from '../testing/recording-kit.ts';
import { agentId, dataKey, deviceOfSeed, recordingId, sampleRecords, sealRecords } from '../testing/sealing-kit.ts';
import { buildFooter, readFooter, readTrailer } from './file-footer.ts';
import { FILE_HEADER_BYTES, readFileHeader } from './file-header.ts';

let segments: SealedSegment[];
let file: Uint8Array;
beforeAll(async () => {
  segments = await sealRecords(sampleRecords(), await deviceOfSeed(7));
  file = await finishedFile(segments);
});

async function footerOf(bytes: Uint8Array) {
  const trailer = readTrailer(bytes.subarray(-100));
  const { footerOffset, footerLengthBytes } = trailer;
  return readFooter(bytes.subarray(footerOffset, footerOffset + footerLengthBytes), trailer);
}

describe('a finished file', () => {
  test('is read by byte ranges alone: tail, footer, one segment', async () => {
    const entries = await footerOf(file);
    expect(entries).toEqual(indexOf(segments, FILE_HEADER_BYTES));
    const third = entries[2];
    if (third === undefined) throw new RangeError('five segments were sealed');
    const bytes = file.subarray(third.offset, third.offset + third.lengthBytes);
    expect(await openSegment(bytes, await deriveEpochKey(dataKey, recordingId, third.epoch))).toHaveLength(3);
  });

  test('says in its header which part of which recording it holds', () => {
    const previousHash = segments[0]?.header.previousHash;
    expect(readFileHeader(file)).toEqual({ recordingId, agentId, fileNumber: 1, firstSequence: 1, previousHash });
  });

  test('with any change in its footer or trailer is refused', async () => {
    const { footerOffset } = readTrailer(file);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: footerOffset, max: file.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const altered = new Uint8Array(file);
          altered[at] = (altered[at] ?? 0) ^ mask;
          await expect(footerOf(altered)).rejects.toMatchObject({ code: 'bad-footer' });
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each<[string, number, number, string]>([
    ['another magic', 0, 0, 'bad-magic'],
    ['another version', 4, 2, 'unsupported-version'],
    ['another header length', 6, 81, 'bad-header'],
  ])('with %s is refused', (_, at, value, code) => {
    const altered = new Uint8Array(file);
    altered[at] = value;
    expect(() => readFileHeader(altered)).toThrow(expect.objectContaining({ code }));
  });

  test('cut within its header is refused', () => {
    expect(() => readFileHeader(file.subarray(0, 79))).toThrow(expect.objectContaining({ code: 'truncated' }));
  });
});

test('a footer is built of contiguous segments in order only', async () => {
  const entries = indexOf(segments, FILE_HEADER_BYTES);
  await expect(buildFooter(entries.slice(1))).rejects.toThrow(RangeError);
  await expect(buildFooter(indexOf([...segments].reverse(), FILE_HEADER_BYTES))).rejects.toThrow(RangeError);
});

test('a footer of more segments than a reader accepts is not built', async () => {
  const [entry] = indexOf(segments, FILE_HEADER_BYTES);
  if (entry === undefined) throw new TypeError('a segment was sealed');
  const entries = Array.from({ length: (1 << 20) + 1 }, () => entry);
  await expect(buildFooter(entries)).rejects.toThrow('1048577 segments');
});

test('random bytes are no trailer, and never more than a typed error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(() => readTrailer(bytes)).toThrow(RecordingFormatError);
    }),
  );
});
