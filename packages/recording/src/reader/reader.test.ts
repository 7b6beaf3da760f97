import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { deriveEpochKey, EPOCH_LENGTH_MS } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import type { SealedSegment } from '../segment/seal-segment.ts';
import { indexOf } from '../testing/recording-kit.ts';
import {
  type Device,
  dataKey,
  deviceOfSeed,
  joinSegments,
  recordingId,
  samplePacket,
  sampleRecords,
  sealRecords,
} from '../testing/sealing-kit.ts';
import { findKeyRun } from './find-key-run.ts';
import { assembleScreenPackets, readSegment, recordsBetween, type SegmentAccess } from './read-records.ts';

/** Properties seal many segments, and the machine may be busy. */
jest.setTimeout(60_000);

let device: Device;
beforeAll(async () => {
  device = await deviceOfSeed(7);
});

function accessTo(segments: readonly SealedSegment[]): SegmentAccess {
  const bytes = joinSegments(segments);
  return {
    read: async ({ offset, lengthBytes }) => bytes.subarray(offset, offset + lengthBytes),
    epochKey: (epoch) => deriveEpochKey(dataKey, recordingId, epoch),
  };
}

async function collect(records: AsyncIterable<RecordingRecord>): Promise<RecordingRecord[]> {
  const all: RecordingRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

describe('the key run of a moment', () => {
  const sequencesAt = (segments: readonly SealedSegment[], tMs: number) =>
    findKeyRun(indexOf(segments), tMs)?.entries.map(({ sequence }) => sequence);

  test('begins at the last key image before it and ends with the last segment that begins before it', async () => {
    const records = [0, 10_000, 20_000].flatMap((timeMs) => [
      samplePacket(timeMs, timeMs !== 10_000),
      samplePacket(timeMs + 5000, false),
    ]);
    const segments = await sealRecords(records, device);
    expect([0, 9999, 10_000, 19_999, 20_000, 99_999].map((tMs) => sequencesAt(segments, tMs))).toEqual([
      [1],
      [1],
      [1, 2],
      [1, 2],
      [3],
      [3],
    ]);
  });

  test('may lie in epochs before, as an idle screen makes no key images', async () => {
    const idle = { type: 'mark', timeMs: 3 * EPOCH_LENGTH_MS, activity: 'idle' } as const;
    const segments = await sealRecords([samplePacket(0, true), idle], device);
    expect(sequencesAt(segments, 3 * EPOCH_LENGTH_MS)).toEqual([1, 2]);
  });

  test('does not exist before the first key image', async () => {
    const segments = await sealRecords([{ type: 'mark', timeMs: 0, activity: 'idle' }, samplePacket(50, true)], device);
    expect(sequencesAt(segments, 49)).toBeUndefined();
    expect(sequencesAt(segments, 50)).toEqual([2]);
  });

  test('holds all segments of a large key image, and falls back when one of them is missing', async () => {
    const records = [samplePacket(0, true), samplePacket(9, true, 1_200_000), samplePacket(10, false)];
    const segments = await sealRecords(records, device);
    expect(findKeyRun(indexOf(segments), 9)).toMatchObject({ keyImageSegments: 3 });
    expect(sequencesAt(segments, 9)).toEqual([2, 3, 4]);
    const index = indexOf(segments).filter(({ sequence }) => sequence !== 3);
    const run = findKeyRun(index, 9);
    expect(run?.entries.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(run?.reachableUntilMs).toBe(9);
  });

  test('says until when it reaches where an update is missing', async () => {
    const segments = await sealRecords(
      [samplePacket(0, true), samplePacket(10_000, false), samplePacket(20_000, false)],
      device,
    );
    const index = indexOf(segments).filter(({ sequence }) => sequence !== 2);
    expect(findKeyRun(index, 25_000)).toMatchObject({ entries: [{ sequence: 1 }], reachableUntilMs: 0 });
  });
});

describe('reading', () => {
  const packet = fc.tuple(fc.boolean(), fc.nat({ max: 600_000 }), fc.nat({ max: 20_000 }));

  test('gives back every packet that was appended, whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 8 }), async (packets) => {
        const records = packetsOf(packets);
        const segments = await sealRecords(records, device);
        const read = await collect(assembleScreenPackets(indexOf(segments), accessTo(segments)));
        expect(read.map(sizeAndTime)).toEqual(records.map(sizeAndTime));
      }),
      { numRuns: 25 },
    );
  });

  test('across a missing segment leaves out what depends on it, up to the next key image', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 3, maxLength: 8 }), fc.nat(), async (packets, seed) => {
        const records = packetsOf(packets);
        const segments = await sealRecords(records, device);
        const lost = 1 + (seed % segments.length);
        const index = indexOf(segments);
        const read = await collect(
          assembleScreenPackets(
            index.filter(({ sequence }) => sequence !== lost),
            accessTo(segments),
          ),
        );
        const lostFrom = index[lost - 1]?.t0Ms ?? 0;
        const nextKey = index.find(({ sequence, flags }) => sequence > lost && flags.isKeyBegin)?.t0Ms;
        const isShown = (timeMs: number) => timeMs < lostFrom || (nextKey !== undefined && timeMs >= nextKey);
        const times = records.map(({ timeMs }) => timeMs);
        expect(read.map(({ timeMs }) => timeMs)).toEqual(times.filter(isShown));
      }),
      { numRuns: 25 },
    );
  });

  test('between two times gives the records of that time and no others', async () => {
    const segments = await sealRecords(sampleRecords({ segments: 6 }), device);
    const read = await collect(recordsBetween(indexOf(segments), accessTo(segments), 1100, 3000));
    expect(read.map(({ timeMs }) => timeMs)).toEqual([1100, 1200, 2000, 2100, 2200, 3000]);
  });

  test('refuses a segment that is not the one asked for', async () => {
    const segments = await sealRecords(sampleRecords(), device);
    const { read, ...rest } = accessTo(segments);
    const [first, second] = indexOf(segments);
    if (first === undefined || second === undefined) throw new RangeError('two segments were sealed');
    const access = { ...rest, read: () => read(second) };
    await expect(readSegment(first, access)).rejects.toMatchObject({ code: 'sequence-unexpected' });
  });

  function packetsOf(packets: readonly [boolean, number, number][]): RecordingRecord[] {
    let timeMs = 0;
    return packets.map(([isKeyImage, sizeBytes, waitMs], at) => {
      timeMs += 1 + waitMs;
      return samplePacket(timeMs, at === 0 || isKeyImage, sizeBytes);
    });
  }

  function sizeAndTime(record: RecordingRecord): unknown {
    return { ...record, bytes: record.type === 'screen' && record.bytes.length };
  }
});
