import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StoredSegment } from '../recordings/stored-segment.ts';
import { sampleRecording } from '../testing/sample-recording.ts';
import { findKeyStart, momentOf } from './find-moment.ts';

interface Laid {
  lengthMs: number;
  hasKeyBegin: boolean;
}

/** Segments one behind the other, and how often they were asked for. */
function storedAs(laid: readonly Laid[]) {
  let startMs = 0;
  const rows = laid.map(({ lengthMs, hasKeyBegin }, index): StoredSegment => {
    const begin = startMs;
    startMs += lengthMs;
    return {
      sequence: index + 1,
      fileNumber: 1,
      epoch: 0,
      startMs: begin,
      endMs: startMs,
      hasKeyBegin: hasKeyBegin || index === 0,
      hasKeyEnd: false,
      hasEvents: false,
      isFinal: false,
      isStreaming: false,
      hash: '',
      previousHash: '',
      objectKey: '',
      offset: 0,
      sizeBytes: 1,
    };
  });
  const recording = sampleRecording({ contiguousSequence: rows.length, contiguousMs: startMs, durationMs: startMs });
  const asked = { count: 0 };
  const segments = {
    list: async (_: unknown, { afterSequence, limit }: { afterSequence: number; limit: number }) => {
      asked.count += 1;
      return rows.filter(({ sequence }) => sequence > afterSequence).slice(0, limit);
    },
  };
  return { rows, recording, segments, asked };
}

const laidSegments = fc.array(fc.record({ lengthMs: fc.integer({ min: 1, max: 60_000 }), hasKeyBegin: fc.boolean() }), {
  minLength: 1,
  maxLength: 900,
});

describe('the key image that a moment is decoded from', () => {
  test('is the last one at or before the moment, wherever it lies and however long the segments are', async () => {
    await fc.assert(
      fc.asyncProperty(laidSegments, fc.double({ min: 0, max: 1, noNaN: true }), async (laid, share) => {
        const { rows, recording, segments } = storedAs(laid);
        const momentMs = Math.floor(recording.durationMs * share);
        const expected = rows.findLast(({ hasKeyBegin, startMs }) => hasKeyBegin && startMs <= momentMs);
        const found = await findKeyStart({ recording, segments, momentMs });
        const isNear =
          (expected?.sequence ?? 0) + 200 > (rows.findLast((row) => row.startMs <= momentMs)?.sequence ?? 0);
        if (isNear) expect(found).toBe(expected?.sequence);
        else expect(found).toBeGreaterThanOrEqual(expected?.sequence ?? 0);
      }),
      { numRuns: 200 },
    );
  });

  test('takes one look in a recording of like segments, however many there are', async () => {
    const laid = Array.from({ length: 20_000 }, (_, index) => ({ lengthMs: 10_000, hasKeyBegin: index % 6 === 0 }));
    const { recording, segments, asked } = storedAs(laid);
    await expect(findKeyStart({ recording, segments, momentMs: 123_456_789 })).resolves.toBe(12_343);
    expect(asked.count).toBe(1);
  });

  test('takes a bounded number of looks where all that happened is at one end', async () => {
    const laid = Array.from({ length: 20_000 }, (_, index) => ({
      lengthMs: index === 0 ? 1e9 : 10,
      hasKeyBegin: true,
    }));
    const { recording, segments, asked } = storedAs(laid);
    await expect(findKeyStart({ recording, segments, momentMs: 1e9 + 100_005 })).resolves.toBe(10_002);
    expect(asked.count).toBeLessThan(24);
  });

  test('is not looked for without end: a segment before the moment takes its place', async () => {
    const laid = Array.from({ length: 3000 }, () => ({ lengthMs: 1000, hasKeyBegin: false }));
    const { recording, segments, asked } = storedAs(laid);
    const found = await findKeyStart({ recording, segments, momentMs: 2_900_000 });
    expect(found).toBeGreaterThan(2000);
    expect(found).toBeLessThan(2900);
    expect(asked.count).toBeLessThan(8);
  });

  test('is found behind the part that is contiguous', async () => {
    const { rows, recording, segments } = storedAs(
      Array.from({ length: 50 }, (_, index) => ({ lengthMs: 1000, hasKeyBegin: index % 10 === 0 })),
    );
    rows.splice(20, 5);
    const holed = { ...recording, contiguousSequence: 20, contiguousMs: 20_000 };
    await expect(findKeyStart({ recording: holed, segments, momentMs: 35_500 })).resolves.toBe(31);
  });
});

describe('the moment that is meant', () => {
  const recording = sampleRecording({ state: 'live', contiguousMs: 8_000, durationMs: 9_000 });

  test('is the newest of a live recording where one only begins to watch, and the first of any other', () => {
    expect(momentOf(recording, 'start')).toBe(8_000);
    expect(momentOf({ ...recording, state: 'complete' }, 'start')).toBe(0);
  });

  test('is never behind what is stored', () => {
    expect(momentOf(recording, 5_000)).toBe(5_000);
    expect(momentOf(recording, 50_000)).toBe(9_000);
  });
});
