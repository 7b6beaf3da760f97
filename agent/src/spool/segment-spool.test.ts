import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../test/manual-clock.ts';
import { planChunks, SegmentSpool, type SpooledSegment } from './segment-spool.ts';
import { SpoolBudget } from './spool-budget.ts';

const segment = (sequence: number, sizeBytes: number, state: SpooledSegment['state'] = 'waiting'): SpooledSegment => ({
  sequence,
  sizeBytes,
  heldSinceMs: 0,
  stateSinceMs: 0,
  state,
});

describe('planning chunks', () => {
  test('joins neighbours up to the bound', () => {
    const chunks = planChunks([segment(1, 40), segment(2, 40), segment(3, 40)], 100, 10);
    expect(chunks).toEqual([
      { firstSequence: 1, lastSequence: 2, sizeBytes: 80 },
      { firstSequence: 3, lastSequence: 3, sizeBytes: 40 },
    ]);
  });

  test('never joins over a segment that is missing or sent', () => {
    const chunks = planChunks([segment(1, 1), segment(2, 1, 'sent'), segment(3, 1), segment(5, 1)], 100, 10);
    expect(chunks.map(({ firstSequence }) => firstSequence)).toEqual([1, 3, 5]);
  });

  test('covers every waiting segment once, in sequence, within the bound', () => {
    const segments = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }).chain((sequences) =>
      fc.tuple(
        ...sequences
          .sort((a, b) => a - b)
          .map((sequence) =>
            fc.record({
              sequence: fc.constant(sequence),
              sizeBytes: fc.integer({ min: 1, max: 90 }),
              isSent: fc.boolean(),
            }),
          ),
      ),
    );
    fc.assert(
      fc.property(segments, (given) => {
        const spooled = given.map(({ sequence, sizeBytes, isSent }) =>
          segment(sequence, sizeBytes, isSent ? 'sent' : 'waiting'),
        );
        const chunks = planChunks(spooled, 100, 1_000);
        const covered = chunks.flatMap(({ firstSequence, lastSequence }) =>
          Array.from({ length: lastSequence - firstSequence + 1 }, (_, i) => firstSequence + i),
        );
        expect(covered).toEqual(spooled.filter(({ state }) => state === 'waiting').map(({ sequence }) => sequence));
        for (const { sizeBytes } of chunks) expect(sizeBytes).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('the spool on disk', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'afterimage-spool-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test('PRT-002: finds what an earlier process left, and counts it', async () => {
    const first = await SegmentSpool.open(directory, new SpoolBudget(2 ** 30), new ManualClock());
    await first.add(2, Buffer.from('two'));
    await first.add(1, Buffer.from('one!'));
    await writeFile(join(directory, '0000000003.segment.new'), 'torn');
    const budget = new SpoolBudget(2 ** 30);
    const second = await SegmentSpool.open(directory, budget, new ManualClock());
    expect(second.segments.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(budget.usedBytes).toBe(7);
    const chunk = await second.readChunk({ firstSequence: 1, lastSequence: 2, sizeBytes: 7 });
    expect(chunk.toString()).toBe('one!two');
  });

  test('begins the message life anew, however old the wall clock makes what it finds', async () => {
    const first = await SegmentSpool.open(directory, new SpoolBudget(2 ** 30), new ManualClock());
    await first.add(1, Buffer.from('one'));
    await utimes(join(directory, '0000000001.segment'), 0, 0);
    const clock = new ManualClock();
    const second = await SegmentSpool.open(directory, new SpoolBudget(2 ** 30), clock);
    expect(second.segments.map(({ heldSinceMs }) => heldSinceMs)).toEqual([clock.nowMs]);
  });

  test('counts a segment that is sealed again once', async () => {
    const budget = new SpoolBudget(2 ** 30);
    const spool = await SegmentSpool.open(directory, budget, new ManualClock());
    await spool.add(1, Buffer.from('same'));
    await spool.add(1, Buffer.from('same'));
    expect(budget.usedBytes).toBe(4);
  });

  test('gives the room back when segments are freed', async () => {
    const budget = new SpoolBudget(2 ** 30);
    const spool = await SegmentSpool.open(directory, budget, new ManualClock());
    await spool.add(1, Buffer.from('one'));
    await spool.free([1, 7]);
    expect(budget.usedBytes).toBe(0);
    expect(spool.segments).toEqual([]);
  });

  test('is readable by its owner alone', async () => {
    const spool = await SegmentSpool.open(directory, new SpoolBudget(2 ** 30), new ManualClock());
    await spool.add(1, Buffer.from('one'));
    expect((await stat(join(directory, '0000000001.segment'))).mode & 0o777).toBe(0o600);
  });
});

describe('the budget', () => {
  const limitBytes = 64 * 1024 * 1024;

  test('stops pixels before events, and lets pixels back only when there is clearly room', () => {
    const budget = new SpoolBudget(limitBytes);
    budget.take(limitBytes - 1024 * 1024);
    expect([budget.hasRoomForPixels, budget.hasRoomForEvents]).toEqual([false, true]);
    budget.free(2 * 1024 * 1024);
    expect([budget.hasRoomForPixels, budget.hasRoomForPixelsAgain]).toEqual([true, false]);
    budget.free(16 * 1024 * 1024);
    expect(budget.hasRoomForPixelsAgain).toBe(true);
  });

  test('stops everything at its bound', () => {
    const budget = new SpoolBudget(limitBytes);
    budget.take(limitBytes);
    expect(budget.hasRoomForEvents).toBe(false);
  });

  test('refuses a bound that leaves no room for pixels', () => {
    expect(() => new SpoolBudget(1_000)).toThrow(RangeError);
  });
});
