import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packSegments, unpackSegments } from './pack-segments.ts';
import type { StoredSegment } from './stored-segment.ts';

const objectKey = 'chunks/x';
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const u32 = (min: number) => fc.integer({ min, max: 0xffff_ffff });

const anySegment = fc
  .record({
    sequence: u32(1),
    fileNumber: u32(1),
    epoch: u32(0),
    startMs: fc.maxSafeNat(),
    durationMs: fc.maxSafeNat(),
    hasKeyBegin: fc.boolean(),
    hasKeyEnd: fc.boolean(),
    hasEvents: fc.boolean(),
    isFinal: fc.boolean(),
    isStreaming: fc.boolean(),
    hash,
    previousHash: hash,
    offset: u32(0),
    sizeBytes: u32(1),
  })
  .map(({ durationMs, ...segment }): StoredSegment => {
    const endMs = Math.min(Number.MAX_SAFE_INTEGER, segment.startMs + durationMs);
    return { ...segment, endMs, objectKey };
  });

/** As an agent seals them: each chained to the one before, `pauseMs` after it. */
function follow(first: StoredSegment, lengths: readonly { pauseMs: number; sizeBytes: number; hash: string }[]) {
  const run = [first];
  for (const { pauseMs, sizeBytes, hash: itsHash } of lengths) {
    const last = run.at(-1) ?? first;
    const startMs = last.endMs + pauseMs;
    const place = { sequence: last.sequence + 1, offset: last.offset + last.sizeBytes, previousHash: last.hash };
    run.push({ ...last, ...place, startMs, endMs: startMs + 10_000, sizeBytes, hash: itsHash });
  }
  return run;
}

describe('packed segments', () => {
  test('any segments are read as they were, whether they follow each other or not', () => {
    fc.assert(
      fc.property(fc.array(anySegment, { maxLength: 8 }), (segments) => {
        expect(unpackSegments(packSegments(segments), objectKey)).toEqual(segments);
      }),
    );
  });

  test('a minute of neighbours at 300 MB an hour takes less than 800 bytes, and is read as it was', () => {
    const first: StoredSegment = {
      sequence: 1_000_000,
      fileNumber: 40,
      epoch: 3,
      startMs: 86_400_000,
      endMs: 86_403_000,
      hasKeyBegin: true,
      hasKeyEnd: true,
      hasEvents: true,
      isFinal: false,
      isStreaming: false,
      hash: Buffer.alloc(32, 1).toString('base64'),
      previousHash: Buffer.alloc(32).toString('base64'),
      offset: 0,
      sizeBytes: 262_144,
      objectKey,
    };
    const minute = follow(
      first,
      Array.from({ length: 18 }, (_, index) => ({
        pauseMs: 100,
        sizeBytes: 262_144,
        hash: Buffer.alloc(32, index + 2).toString('base64'),
      })),
    );
    const packed = packSegments(minute);
    expect(packed.length).toBeLessThan(800);
    expect(unpackSegments(packed, objectKey)).toEqual(minute);
  });

  test('bytes that end early, and those of another version, are refused', () => {
    const [packed] = fc.sample(anySegment, 1).map((segment) => packSegments([segment]));
    expect(() => unpackSegments(packed?.subarray(0, -1) ?? new Uint8Array(), objectKey)).toThrow('end early');
    expect(() => unpackSegments(Uint8Array.of(2), objectKey)).toThrow('another version');
  });
});
