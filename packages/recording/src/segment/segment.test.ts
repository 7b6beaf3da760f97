import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { MAX_SEGMENT_BODY_BYTES } from '../records/limits.ts';
import type { RecordingRecord } from '../records/record.ts';
import { anyRecord, withTimes } from '../testing/record-arbitraries.ts';
import {
  agentId,
  type Device,
  deviceOfSeed,
  joinSegments,
  recordingId,
  sampleRecords,
  sealRecords,
} from '../testing/sealing-kit.ts';
import { chainNext, chainStart } from './chain.ts';
import { openSegment } from './open-segment.ts';
import { type SealedSegment, type SegmentFields, sealSegment } from './seal-segment.ts';
import { NO_SEGMENT_FLAGS } from './segment-flags.ts';
import { encodeSegmentHeader, MAX_SEGMENT_BYTES, parseSegmentHeader } from './segment-header.ts';
import { splitSegments } from './segment-split.ts';
import { proofOfSegment, verifySegment, verifySegmentProof } from './verify-segment.ts';

const epochKey = new Uint8Array(32).fill(5);
/** Properties seal many segments, and the machine may be busy. */
jest.setTimeout(60_000);

let device: Device;
let fields: SegmentFields;
let sealed: SealedSegment;

beforeAll(async () => {
  device = await deviceOfSeed(7);
  fields = {
    recordingId,
    agentId,
    fileNumber: 1,
    sequence: 1,
    epoch: 0,
    salt: new Uint8Array(16).fill(4),
    t0Ms: 10,
    t1Ms: 20,
    flags: { ...NO_SEGMENT_FLAGS, isFinal: true },
    previousHash: await chainStart(recordingId, agentId),
    device: { recordingCounter: 3, previousRecordingHead: new Uint8Array(32).fill(6) },
  };
  const records: RecordingRecord[] = [
    { type: 'mark', timeMs: 10, activity: 'active' },
    { type: 'end', timeMs: 20, reason: 'logoff' },
  ];
  sealed = await sealSegment(fields, records, epochKey, device.signer);
});

describe('sealing', () => {
  test('and opening gives any records back', async () => {
    const records = fc.array(fc.tuple(anyRecord, fc.nat({ max: 5000 })), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(records, fc.nat(), async (pairs, t0Ms) => {
        const timed = withTimes(
          pairs.map(([record]) => record),
          [0, ...pairs.slice(1).map(([, gapMs]) => gapMs)],
          t0Ms,
        );
        const t1Ms = timed.at(-1)?.timeMs ?? t0Ms;
        const segment = await sealSegment({ ...fields, t0Ms, t1Ms }, timed, epochKey, device.signer);
        expect(await openSegment(segment.bytes, epochKey)).toEqual(timed);
        expect(parseSegmentHeader(segment.bytes)).toEqual(segment.header);
        expect((await verifySegment(segment.bytes, { publicKey: device.publicKey })).hash).toEqual(segment.hash);
      }),
    );
  });

  test('twice gives the same bytes', async () => {
    const records = await openSegment(sealed.bytes, epochKey);
    expect((await sealSegment(fields, records, epochKey, device.signer)).bytes).toEqual(sealed.bytes);
  });

  test('refuses a body above 512 KiB', async () => {
    const video: RecordingRecord = { type: 'video', timeMs: 10, bytes: new Uint8Array(MAX_SEGMENT_BODY_BYTES / 2) };
    await expect(sealSegment(fields, [video, video], epochKey, device.signer)).rejects.toThrow(RangeError);
  });

  test('refuses a first segment without the link to the recording before, and a later one with it', async () => {
    const { device: link, ...without } = fields;
    await expect(sealSegment(without, [], epochKey, device.signer)).rejects.toThrow(RangeError);
    const later = { ...without, sequence: 2, ...(link && { device: link }) };
    await expect(sealSegment(later, [], epochKey, device.signer)).rejects.toThrow(RangeError);
  });
});

describe('a sealed segment', () => {
  test('hides its records from who has another key', async () => {
    const other = new Uint8Array(32).fill(6);
    await expect(openSegment(sealed.bytes, other)).rejects.toMatchObject({ code: 'decrypt-failed' });
  });

  test('with any bit flipped verifies no more, and never opens to other records', async () => {
    const original = await openSegment(sealed.bytes, epochKey);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed.bytes.length * 8 - 1 }), async (bit) => {
        const flipped = new Uint8Array(sealed.bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const expectation = { publicKey: device.publicKey };
        await expect(verifySegment(flipped, expectation)).rejects.toThrow(RecordingFormatError);
        const opened = openSegment(flipped, epochKey);
        const isSignatureBit = bit >> 3 >= flipped.length - 64;
        if (isSignatureBit) expect(await opened).toEqual(original);
        else await expect(opened).rejects.toThrow(RecordingFormatError);
      }),
      { numRuns: 400 },
    );
  });

  test('is refused behind another segment than its own', async () => {
    const expectation = { publicKey: device.publicKey, previousHash: new Uint8Array(32) };
    await expect(verifySegment(sealed.bytes, expectation)).rejects.toMatchObject({ code: 'hash-mismatch' });
  });

  test('is refused under the key of another device', async () => {
    const { publicKey } = await deviceOfSeed(8);
    await expect(verifySegment(sealed.bytes, { publicKey })).rejects.toMatchObject({ code: 'signature-invalid' });
  });

  test('still proves its place once the ciphertext is withdrawn', async () => {
    const proof = await proofOfSegment(sealed.bytes);
    const { hash } = await verifySegmentProof(proof, { publicKey: device.rawPublicKey });
    expect(hash).toEqual(sealed.hash);
    expect(await chainNext(fields.previousHash, proof.headerBytes, proof.ciphertextHash)).toEqual(sealed.hash);
    const forged = { ...proof, ciphertextHash: new Uint8Array(32) };
    await expect(verifySegmentProof(forged, { publicKey: device.publicKey })).rejects.toMatchObject({
      code: 'signature-invalid',
    });
  });
});

describe('a header is refused', () => {
  const cases: [string, number, number[], string][] = [
    ['bad-magic', 0, [0], 'another magic'],
    ['unsupported-version', 4, [2], 'another version'],
    ['unsupported-algorithm', 5, [2], 'another cipher'],
    ['unsupported-algorithm', 8, [9], 'another signature algorithm'],
    ['bad-header', 9, [1], 'a reserved byte in use'],
    ['bad-header', 10, [129], 'another header length'],
    ['bad-length', 12, [1, 0, 8, 0], 'a body of 512 KiB and a byte'],
    ['bad-header', 52, [0, 0, 0, 0], 'sequence 0'],
    ['bad-header', 60, [64], 'unknown flags'],
    ['bad-header', 62, [1], 'reserved bytes in use'],
    ['bad-header', 64, [21], 'an end before its beginning'],
    ['bad-header', 71, [1], 'a time above 2^53'],
  ];
  test.each(cases)('%s: byte %i set to %j (%s)', (code, at, bytes) => {
    const altered = new Uint8Array(sealed.bytes);
    altered.set(bytes, at);
    expect(() => parseSegmentHeader(altered)).toThrow(expect.objectContaining({ code }));
  });

  test('when any of its bytes is missing', () => {
    const header = encodeSegmentHeader(sealed.header);
    for (let length = 0; length < header.length; length++) {
      expect(() => parseSegmentHeader(header.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'truncated' }),
      );
    }
  });

  test('or read, but never anything else, when its bytes are random', () => {
    const start = sealed.bytes.subarray(0, 10);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 170, maxLength: 170 }), fc.nat({ max: 10 }), (bytes, kept) => {
        bytes.set(start.subarray(0, kept));
        expect(typedErrorOf(() => parseSegmentHeader(bytes))).not.toBe('another error');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a chunk', () => {
  test('is split into the segments that were joined', async () => {
    const segments = await sealRecords(sampleRecords(), device);
    const spans = [...splitSegments(joinSegments(segments))];
    expect(spans.map(({ length }) => length)).toEqual(segments.map(({ bytes }) => bytes.length));
    expect(spans.map(({ header }) => header)).toEqual(segments.map(({ header }) => header));
  });

  test('that ends early is refused at the segment that does', async () => {
    const [first, second] = await sealRecords(sampleRecords(), device);
    const chunk = concatBytes(first?.bytes ?? epochKey, second?.bytes.subarray(0, -1) ?? epochKey);
    const expected = { code: 'truncated', offset: first?.bytes.length };
    expect(() => [...splitSegments(chunk)]).toThrow(expect.objectContaining(expected));
  });

  test('of two recordings is refused', async () => {
    const segments = await sealRecords(sampleRecords(), device);
    const foreign = await sealRecords(sampleRecords(), device, { recordingId: new Uint8Array(16) });
    const chunk = joinSegments([...segments.slice(0, 1), ...foreign.slice(1, 2)]);
    expect(() => [...splitSegments(chunk)]).toThrow(expect.objectContaining({ code: 'wrong-recording' }));
  });
});

test('the largest segment holds the largest body', () => {
  expect(MAX_SEGMENT_BYTES).toBe(168 + MAX_SEGMENT_BODY_BYTES + 16 + 64);
});

function typedErrorOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return error instanceof RecordingFormatError ? error.code : 'another error';
  }
}
