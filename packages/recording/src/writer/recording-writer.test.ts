import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { crc32 } from '../bytes/crc32.ts';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { bytesToHex } from '../encoding/hex.ts';
import { deriveEpochKey, EPOCH_LENGTH_MS } from '../keys/key-derivation.ts';
import { MAX_SEGMENT_BODY_BYTES } from '../records/limits.ts';
import { type RecordingRecord, wholeScreenPacket } from '../records/record.ts';
import { encodeRecord } from '../records/record-codec.ts';
import { openSegment } from '../segment/open-segment.ts';
import type { SealedSegment } from '../segment/seal-segment.ts';
import { encodeSegmentFlags, NO_SEGMENT_FLAGS } from '../segment/segment-flags.ts';
import { stateRecord } from '../testing/record-arbitraries.ts';
import {
  countingBytes,
  type Device,
  dataKey,
  deviceOfSeed,
  recordingId,
  samplePacket,
  sampleRecords,
  sealAll,
  sealRecords,
  writerOptions,
} from '../testing/sealing-kit.ts';
import { RecordingWriter } from './recording-writer.ts';
import { SEGMENT_TARGET_BYTES } from './segment-cutter.ts';
import type { SegmentPlan } from './segment-plan.ts';

let device: Device;
beforeAll(async () => {
  device = await deviceOfSeed(7);
});

const begin = () => RecordingWriter.begin(writerOptions(device));

async function recordsOf(segments: readonly SealedSegment[]): Promise<RecordingRecord[][]> {
  return Promise.all(
    segments.map(async ({ bytes, header }) =>
      openSegment(bytes, await deriveEpochKey(dataKey, recordingId, header.epoch)),
    ),
  );
}

describe('a segment is closed', () => {
  test('at 256 KiB, and never holds more than 512 KiB', async () => {
    const packets = Array.from({ length: 9 }, (_, index) => samplePacket(index, index === 0, 100_000));
    const segments = await sealRecords(packets, device);
    expect(segments.map(({ header }) => header.bodyLengthBytes > SEGMENT_TARGET_BYTES)).toEqual([true, true, true]);
    expect(Math.max(...segments.map(({ header }) => header.bodyLengthBytes))).toBeLessThanOrEqual(
      MAX_SEGMENT_BODY_BYTES,
    );
  });

  test('at 10 s of age, by the next record or by the clock alone', async () => {
    const writer = await begin();
    writer.append({ type: 'mark', timeMs: 0, activity: 'idle' });
    writer.append({ type: 'mark', timeMs: 10_000, activity: 'idle' });
    expect(await sealAll(writer)).toHaveLength(1);
    writer.sealIfDue(19_999);
    expect(await sealAll(writer)).toHaveLength(0);
    writer.sealIfDue(20_000);
    expect(await sealAll(writer)).toHaveLength(1);
  });

  test('on demand, marked as streaming while watched, and not when it is empty', async () => {
    const writer = await begin();
    writer.seal('watched');
    writer.append(samplePacket(0, true));
    writer.seal('watched');
    writer.append(samplePacket(1, false));
    writer.seal('pause');
    const flags = (await sealAll(writer)).map(({ header }) => header.flags.isStreaming);
    expect(flags).toEqual([true, false]);
  });

  test('before a key image, so that its time is the time of its segment', async () => {
    const segments = await sealRecords(
      [samplePacket(0, true), samplePacket(50, false), samplePacket(90, true)],
      device,
    );
    expect(segments.map(({ header }) => [header.t0Ms, header.t1Ms])).toEqual([
      [0, 50],
      [90, 90],
    ]);
  });

  test('by the end record, which makes it final', async () => {
    const segments = await sealRecords(sampleRecords({ segments: 2 }), device);
    expect(segments.map(({ header }) => header.flags.isFinal)).toEqual([false, true]);
  });

  test('at an epoch change, and the new epoch begins with a key image under its own key', async () => {
    const writer = await begin();
    writer.append(samplePacket(0, true));
    expect(writer.needsKeyImage(EPOCH_LENGTH_MS - 1)).toBe(false);
    expect(writer.needsKeyImage(EPOCH_LENGTH_MS)).toBe(true);
    const update = samplePacket(EPOCH_LENGTH_MS, false);
    expect(() => writer.append(update)).toThrow(expect.objectContaining({ code: 'key-image-needed' }));
    writer.append(samplePacket(EPOCH_LENGTH_MS, true));
    writer.seal('pause');
    const segments = await sealAll(writer);
    expect(segments.map(({ header }) => header.epoch)).toEqual([0, 1]);
    expect(await recordsOf(segments)).toHaveLength(2);
  });
});

describe('a screen packet', () => {
  test('larger than a segment is cut into parts that are joined by their flags', async () => {
    const segments = await sealRecords([samplePacket(5, true, 1_200_000), samplePacket(6, false)], device);
    const parts = (await recordsOf(segments)).flat();
    expect(parts.map((part) => part.type === 'screen' && [part.partIndex, part.isLast])).toEqual([
      [0, false],
      [1, false],
      [2, true],
      [0, true],
    ]);
    expect(segments.map(({ header: { flags } }) => [flags.isKeyBegin, flags.isKeyEnd])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  test.each<[string, RecordingRecord[]]>([
    ['at the start', []],
    ['after a gap', [samplePacket(0, true), { type: 'gap', timeMs: 1, fromMs: 0, toMs: 1, reason: 'spool-full' }]],
    [
      'after an unblock',
      [
        samplePacket(0, true),
        { type: 'block-begin', timeMs: 1, reason: 'policy' },
        { type: 'block-end', timeMs: 2, reason: 'policy' },
      ],
    ],
  ])('must be a key image %s', async (_, before) => {
    const writer = await begin();
    for (const record of before) writer.append(record);
    expect(writer.needsKeyImage(3)).toBe(true);
    expect(() => writer.append(samplePacket(3, false))).toThrow(expect.objectContaining({ code: 'key-image-needed' }));
    writer.append(samplePacket(3, true));
    expect(writer.needsKeyImage(3)).toBe(false);
  });

  test('is refused inside a block, even a key image', async () => {
    const writer = await begin();
    writer.append({ type: 'block-begin', timeMs: 1, reason: 'policy' });
    expect(() => writer.append(samplePacket(3, true))).toThrow(
      expect.objectContaining({ code: 'screen-while-blocked' }),
    );
  });
});

test('a new file goes on with the sequence and the chain, and begins with a key image', async () => {
  const writer = await begin();
  writer.append(samplePacket(0, true));
  writer.startNewFile();
  expect(writer.needsKeyImage(1)).toBe(true);
  writer.append(samplePacket(1, true));
  writer.seal('pause');
  const [first, second] = await sealAll(writer);
  expect([first?.header.fileNumber, second?.header.fileNumber]).toEqual([1, 2]);
  expect(second?.header.sequence).toBe(2);
  expect(second?.header.previousHash).toEqual(first?.hash);
});

test('the checkpoint says how large the file under way is and when it began', async () => {
  const writer = await begin();
  expect(writer.checkpoint().file).toBeUndefined();
  for (const timeMs of [0, 10]) {
    writer.append(samplePacket(timeMs, timeMs === 0));
    writer.seal('pause');
  }
  const ofFirst = await sealAll(writer);
  const sizeBytes = ofFirst.reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(writer.checkpoint().file).toEqual({ number: 1, startMs: 0, sizeBytes });
  writer.startNewFile();
  writer.append(samplePacket(20, true));
  writer.seal('pause');
  const [ofSecond] = await sealAll(writer);
  expect(writer.checkpoint().file).toEqual({ number: 2, startMs: 20, sizeBytes: ofSecond?.bytes.length });
});

test('nothing follows the end, and a refused record is not counted', async () => {
  const writer = await begin();
  writer.append({ type: 'end', timeMs: 1, reason: 'logoff' });
  expect(() => writer.append({ type: 'mark', timeMs: 2, activity: 'idle' })).toThrow(
    expect.objectContaining({ code: 'recording-ended' }),
  );
  expect(writer.nextOrdinal).toBe(1);
});

test('a record that comes late takes the time of the one before', async () => {
  const segments = await sealRecords(
    [samplePacket(50, true), { type: 'mark', timeMs: 20, activity: 'active' }],
    device,
  );
  expect((await recordsOf(segments)).flat().map((record) => record.timeMs)).toEqual([50, 50]);
});

describe('after a crash', () => {
  /** Steps of an agent's life; sizes reach beyond a whole segment now and then. */
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('screen' as const), fc.nat({ max: 700_000 }), fc.boolean()) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('record' as const), stateRecord) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('seal' as const)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('file' as const)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('crash' as const), fc.boolean(), fc.boolean()) },
  );

  test('planned segments are sealed with the same bytes and no record is lost or repeated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.nat({ max: 200_000 })), { maxLength: 25 }), async (steps) => {
        const life = await AgentLife.begin();
        for (const [action, waitMs] of steps) await life.live(action, waitMs);
        const sealed = await life.finish();
        expect(digests(joinParts((await recordsOf(sealed)).flat()))).toEqual(digests(life.journal));
        expect(sealed.map(({ header }) => header.sequence)).toEqual(sealed.map((_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('a plan made under other limits still says where its segment ends', async () => {
    const writer = await begin();
    const packet = samplePacket(0, true, 3000);
    if (packet.type !== 'screen') throw new TypeError('a packet');
    const firstPart = { ...packet, isLast: false, bytes: packet.bytes.subarray(0, 1000) };
    const body = encodeRecord(firstPart, 0);
    const plan: SegmentPlan = {
      version: 1,
      sequence: 1,
      fileNumber: 1,
      epoch: 0,
      salt: '00'.repeat(16),
      start: { ordinal: 0, packetByte: 0, partIndex: 0 },
      end: { ordinal: 0, packetByte: 1000, partIndex: 1 },
      flags: encodeSegmentFlags({ ...NO_SEGMENT_FLAGS, isKeyBegin: true }),
      t0Ms: 0,
      t1Ms: 0,
      bodyLengthBytes: body.length,
      bodyChecksum: crc32(body),
    };
    const restored = RecordingWriter.restore(writerOptions(device), writer.checkpoint(), [plan]);
    restored.append(packet);
    restored.seal('pause');
    const parts = (await recordsOf(await sealAll(restored))).flat();
    expect(parts.map((part) => part.type === 'screen' && part.bytes.length)).toEqual([1000, 2000]);
  });

  test('records that do not fit a plan are refused instead of being sealed', async () => {
    const writer = await begin();
    writer.append(samplePacket(0, true));
    writer.seal('pause');
    const plan = writer.planNextSegment();
    const restored = RecordingWriter.restore(writerOptions(device), writer.checkpoint(), plan ? [plan] : []);
    expect(() => restored.append(samplePacket(0, true, 21))).toThrow(
      expect.objectContaining({ code: 'plan-mismatch' }),
    );
    expect(restored.planNextSegment()).toBeUndefined();
  });

  test('other records of the same size and times are never encrypted under the salt of a plan', async () => {
    const writer = await begin();
    writer.append(samplePacket(0, true));
    writer.seal('pause');
    const plan = writer.planNextSegment();
    const restored = RecordingWriter.restore(writerOptions(device), writer.checkpoint(), plan ? [plan] : []);
    const other = wholeScreenPacket(
      0,
      { width: 64, height: 48 },
      { isKeyImage: true, bytes: new Uint8Array(20).fill(9) },
    );
    expect(() => restored.append(other)).toThrow(expect.objectContaining({ code: 'plan-mismatch' }));
  });

  type Step = ReturnType<typeof step.generate>['value'];

  /** Journals like an agent and dies on demand, before or after the planned segment was sealed. */
  class AgentLife {
    journal: RecordingRecord[] = [];
    #timeMs = 0;
    #plans: SegmentPlan[] = [];
    #sealed = new Map<number, SealedSegment>();
    #writer: RecordingWriter;
    readonly #random = countingBytes();

    private constructor(writer: RecordingWriter) {
      this.#writer = writer;
    }

    static async begin(): Promise<AgentLife> {
      return new AgentLife(await begin());
    }

    async live(action: Step, waitMs: number): Promise<void> {
      this.#timeMs += waitMs;
      const timeMs = this.#timeMs;
      if (action[0] === 'screen') {
        const isKeyImage = action[2] || this.#writer.needsKeyImage(timeMs);
        this.#append(samplePacket(timeMs, isKeyImage, action[1]));
      }
      if (action[0] === 'record') this.#append({ ...action[1], timeMs });
      if (action[0] === 'seal') this.#writer.seal('watched');
      if (action[0] === 'file') this.#writer.startNewFile();
      if (action[0] === 'crash') await this.#crash(action[1], action[2]);
    }

    async finish(): Promise<SealedSegment[]> {
      this.#append({ type: 'end', timeMs: this.#timeMs, reason: 'logoff' });
      await this.#sealUpTo(Number.POSITIVE_INFINITY);
      return [...this.#sealed.values()];
    }

    #append(record: RecordingRecord): void {
      expect(this.#writer.append(record)).toBe(this.journal.length);
      this.journal.push(record);
    }

    async #crash(isPlanned: boolean, isSealed: boolean): Promise<void> {
      await this.#sealUpTo(1);
      const checkpoint = this.#writer.checkpoint();
      if (isPlanned) this.#plan();
      if (isPlanned && isSealed) await this.#seal();
      const options = writerOptions(device, { randomBytes: this.#random });
      this.#writer = RecordingWriter.restore(options, JSON.parse(JSON.stringify(checkpoint)), this.#plans);
      for (const record of this.journal.slice(checkpoint.position.ordinal)) this.#writer.append(record);
    }

    async #sealUpTo(count: number): Promise<void> {
      for (let sealed = 0; sealed < count && this.#plan(); sealed++) await this.#seal();
    }

    #plan(): boolean {
      const plan = this.#writer.planNextSegment();
      if (plan !== undefined) this.#plans.push(JSON.parse(JSON.stringify(plan)));
      return plan !== undefined;
    }

    async #seal(): Promise<void> {
      if (this.#writer.planNextSegment() === undefined) return;
      const segment = await this.#writer.sealPlanned();
      const { sequence } = segment.header;
      const before = this.#sealed.get(sequence) ?? segment;
      expect(bytesToHex(segment.hash)).toBe(bytesToHex(before.hash));
      this.#sealed.set(sequence, segment);
    }
  }

  function digests(records: readonly RecordingRecord[]): unknown[] {
    return records.map((record) => ('bytes' in record ? { ...record, bytes: crc32(record.bytes) } : record));
  }

  function joinParts(records: readonly RecordingRecord[]): RecordingRecord[] {
    const joined: RecordingRecord[] = [];
    for (const record of records) {
      const last = joined.at(-1);
      if (record.type === 'screen' && record.partIndex > 0 && last?.type === 'screen') {
        const bytes = concatBytes(last.bytes, record.bytes);
        joined.splice(-1, 1, { ...last, isLast: record.isLast, bytes });
      } else joined.push(record);
    }
    return joined;
  }
});
