import { makeRecordingFileId } from '@afterimage/contracts';
import { FileLayoutBuilder, type StoredSegment } from '@afterimage/core';
import { describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { showSegments } from './list-segments.ts';

const clock = new TestClock();

/** A segment each ten seconds, a key image each minute. */
const rows = Array.from({ length: 2000 }, (_, index): StoredSegment => {
  const sequence = index + 1;
  const hash = Buffer.alloc(32, sequence % 251).toString('base64');
  return {
    sequence,
    fileNumber: 1,
    epoch: Math.floor(index / 60),
    startMs: index * 10_000,
    endMs: index * 10_000 + 9_000,
    hasKeyBegin: index % 6 === 0,
    hasKeyEnd: false,
    hasEvents: false,
    isFinal: false,
    isStreaming: false,
    hash,
    previousHash: hash,
    objectKey: `chunk-${sequence}`,
    offset: 0,
    sizeBytes: 100 + (sequence % 7),
  };
});
const durationMs = rows.at(-1)?.endMs ?? 0;

const builder = new FileLayoutBuilder(64);
const offsets = new Map(rows.map((row) => [row.sequence, builder.add(row)]));
const sealed = sampleRecording({
  state: 'complete',
  durationMs,
  contiguousMs: durationMs,
  contiguousSequence: rows.length,
  manifestVersion: 1,
  files: [
    {
      recordingFileId: makeRecordingFileId(clock),
      fileNumber: 1,
      objectKey: 'file',
      sizeBytes: 1,
      firstSequence: 1,
      lastSequence: rows.length,
      sealedAt: '2026-11-22T10:00:00.000Z',
      manifestVersion: 1,
    },
  ],
  fileLayouts: [builder.finish()],
});

async function list(recording: typeof sealed, query: { around?: number | 'start'; limit: number }) {
  let rowCount = 0;
  const dependencies = {
    recordings: seenByAll({ find: async () => recording }),
    segments: {
      list: async (_: unknown, { afterSequence, limit }: { afterSequence: number; limit: number }) => {
        const page = rows.filter(({ sequence }) => sequence > afterSequence).slice(0, limit);
        rowCount += page.length;
        return page;
      },
    },
    objects: {
      grant: async ({ objectKey }: { objectKey: string }) => ({
        url: `https://objects.example/${objectKey}`,
        expiresAt: '2026-11-22T11:00:00.000Z',
      }),
    },
    clock,
  };
  const input = {
    params: { recordingId: recording.recordingId },
    query: { afterSequence: 0, ...query },
    body: undefined,
  };
  const outcome = await showSegments(dependencies, input);
  if (!outcome.isDone) throw new Error(outcome.problem);
  return { ...outcome.response, rowCount };
}

describe('segments around a moment', () => {
  test('begin with the key image before it, at their place in the file', async () => {
    const page = await list(sealed, { around: 10_000_000, limit: 100 });
    expect(page.segments[0]).toMatchObject({ startMs: 9_960_000, hasKeyBegin: true });
    expect(page.segments.map(({ sequence, offset }) => [sequence, offset])).toEqual(
      page.segments.map(({ sequence }) => [sequence, offsets.get(sequence)]),
    );
    expect(page).toMatchObject({ durationMs, hasMore: true, sources: [{ url: 'https://objects.example/file' }] });
    expect(page.segments).toHaveLength(100);
  });

  test('are read with few rows beside their own, wherever they lie', async () => {
    for (const around of [0, 1_234_567, 10_000_000, durationMs]) {
      expect((await list(sealed, { around, limit: 100 })).rowCount).toBeLessThan(100 + 64 + 250 + 60);
    }
  });

  test('are the last ones when the moment is behind the end', async () => {
    const page = await list(sealed, { around: 99_000_000, limit: 100 });
    expect(page.hasMore).toBe(false);
    expect(page.segments.at(-1)?.sequence).toBe(rows.length);
  });

  test('are the newest of a live recording, and the first of any other, where one begins to watch', async () => {
    const live = { ...sealed, state: 'live' as const, files: [], fileLayouts: [] };
    expect((await list(live, { around: 'start', limit: 100 })).segments.at(-1)?.sequence).toBe(rows.length);
    expect((await list(sealed, { around: 'start', limit: 100 })).segments[0]?.sequence).toBe(1);
  });
});
