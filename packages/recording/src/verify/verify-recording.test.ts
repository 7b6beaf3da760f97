import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { recordingIdText } from '../ids/ulid.ts';
import type { RecordingManifest } from '../manifest/manifest.ts';
import { encodeManifest } from '../manifest/manifest-codec.ts';
import { type SealedSegment, type SegmentFields, sealSegment } from '../segment/seal-segment.ts';
import { NO_SEGMENT_FLAGS } from '../segment/segment-flags.ts';
import { createManifestSigner, finishedFile, inPieces, manifestOf } from '../testing/recording-kit.ts';
import {
  agentId,
  type Device,
  deviceOfSeed,
  joinSegments,
  recordingId,
  sampleRecords,
  sealRecords,
} from '../testing/sealing-kit.ts';
import type { Verdict } from './verdict.ts';
import { type VerifyRecordingInput, verifyRecording } from './verify-recording.ts';

/** Properties seal many segments, and the machine may be busy. */
jest.setTimeout(60_000);

let device: Device;
let segments: SealedSegment[];
let file: Uint8Array;

beforeAll(async () => {
  device = await deviceOfSeed(7);
  segments = await sealRecords(sampleRecords({ segments: 6 }), device);
  file = await finishedFile(segments);
});

const origin = () => ({ recordingId, agentId, devicePublicKey: device.publicKey });

function verifyFile(bytes: Uint8Array, more: Partial<VerifyRecordingInput> = {}): Promise<Verdict> {
  const source = { name: 'one', form: 'file' as const, bytes: inPieces(bytes) };
  return verifyRecording({ sources: [source], origin: origin(), ...more });
}

function verifySegments(list: readonly SealedSegment[], more: Partial<VerifyRecordingInput> = {}): Promise<Verdict> {
  const source = { name: 'one', form: 'segments' as const, bytes: inPieces(joinSegments(list)) };
  return verifyRecording({ sources: [source], origin: origin(), ...more });
}

const reasonsOf = (verdict: Verdict) => verdict.findings.map(({ reason, sequences }) => [reason, sequences?.join('-')]);

describe('a recording as it was sealed', () => {
  test('is intact and complete, as a file and as segments', async () => {
    const expected = {
      verdict: 'intact-and-complete',
      findings: [],
      declaredHoles: [],
      segmentCount: 6,
      untilMs: 6000,
    };
    expect(await verifyFile(file)).toEqual(expected);
    expect(await verifySegments(segments)).toEqual(expected);
  });

  test('is intact over several files, wherever their bytes are cut', async () => {
    const files = [await finishedFile(segments.slice(0, 2)), await finishedFile(segments.slice(2))];
    for (const pieceBytes of [1, 7, 100_000]) {
      const sources = files.map((bytes, at) => ({
        name: `${at}`,
        form: 'file' as const,
        bytes: inPieces(bytes, pieceBytes),
      }));
      expect(await verifyRecording({ sources, origin: origin() })).toMatchObject({ verdict: 'intact-and-complete' });
    }
  });

  test('without its last segments is intact, its end not attested from the last time that is left', async () => {
    const verdict = await verifySegments(segments.slice(0, 3));
    expect(verdict).toEqual({
      verdict: 'intact-end-not-attested',
      findings: [],
      declaredHoles: [],
      segmentCount: 3,
      untilMs: 2200,
    });
  });
});

describe('an alteration is detected and named', () => {
  test('any flipped bit of a file, at its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length * 8 - 1 }), async (bit) => {
        const flipped = new Uint8Array(file);
        const at = bit >> 3;
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
        const verdict = await verifyFile(flipped);
        expect(verdict.verdict).toBe('altered');
        expect(verdict.findings.some(({ byteRange: [from, to] = [0, 0] }) => from <= at && at < to)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('any flipped bit of a segment, with the number of that segment alone', async () => {
    const bits = fc.tuple(fc.nat({ max: 5 }), fc.nat());
    await fc.assert(
      fc.asyncProperty(bits, async ([victim, seed]) => {
        const altered = segments.map((segment, at) => (at === victim ? flipBit(segment, seed) : segment));
        const named = (await verifySegments(altered)).findings.map(({ sequences }) => sequences);
        expect(named).toEqual([[victim + 1, victim + 1]]);
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, number[], (string | undefined)[][]]>([
    ['a missing segment', [0, 1, 3, 4, 5], [['segment-missing', '3-3']]],
    ['a missing start', [2, 3, 4, 5], [['segment-missing', '1-2']]],
    ['a repeated segment', [0, 1, 1, 2, 3, 4, 5], [['segment-repeated', '2-2']]],
    ['two segments swapped', [0, 2, 1, 3, 4, 5], [['segment-out-of-order', '2-2']]],
    [
      'a repeated tail',
      [0, 1, 2, 3, 4, 5, 4, 5],
      [
        ['segment-repeated', '5-5'],
        ['segment-repeated', '6-6'],
      ],
    ],
  ])('%s', async (_, order, reasons) => {
    const verdict = await verifySegments(order.flatMap((at) => segments[at] ?? []));
    expect(verdict.verdict).toBe('altered');
    expect(reasonsOf(verdict)).toEqual(reasons);
  });

  test('any other order, repetition or omission of segments than a cut tail', async () => {
    const orders = fc.array(fc.nat({ max: 5 }), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const isPrefix = order.every((segment, at) => segment === at);
        const { verdict } = await verifySegments(order.flatMap((at) => segments[at] ?? []));
        expect(verdict !== 'altered').toBe(isPrefix);
      }),
      { numRuns: 200 },
    );
  });

  test('any cut through a segment', async () => {
    const all = joinSegments(segments);
    const ends = new Set([0]);
    for (const { bytes } of segments) ends.add(Math.max(...ends) + bytes.length);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: all.length - 1 }), async (length) => {
        const source = { name: 'one', form: 'segments' as const, bytes: inPieces(all.subarray(0, length)) };
        const { verdict } = await verifyRecording({ sources: [source], origin: origin() });
        expect(verdict).toBe(ends.has(length) ? 'intact-end-not-attested' : 'altered');
      }),
    );
  });

  test('any cut of a finished file, and bytes behind its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length - 1 }), async (length) => {
        expect(await verifyFile(file.subarray(0, length))).toHaveProperty('verdict', 'altered');
      }),
    );
    expect(await verifyFile(concatBytes(file, Uint8Array.of(0)))).toHaveProperty('verdict', 'altered');
  });

  test('a segment of another recording by the same device', async () => {
    const foreign = await sealRecords(sampleRecords(), device, { recordingId: new Uint8Array(16).fill(9) });
    const verdict = await verifySegments([...segments.slice(0, 2), ...foreign.slice(2, 3), ...segments.slice(2)]);
    expect(reasonsOf(verdict)).toEqual([['wrong-recording', '3-3']]);
  });

  test('a recording that another device sealed', async () => {
    const forged = await sealRecords(sampleRecords({ segments: 2 }), await deviceOfSeed(8));
    expect(reasonsOf(await verifySegments(forged))).toEqual([
      ['signature-invalid', '1-1'],
      ['signature-invalid', '2-2'],
    ]);
  });

  test('a second version of the past by the same device', async () => {
    const other = await sealRecords(sampleRecords({ segments: 6, isEnded: false }), device, {
      randomBytes: (length) => new Uint8Array(length).fill(1),
    });
    const verdict = await verifySegments([...segments.slice(0, 2), ...other.slice(2)]);
    expect(reasonsOf(verdict)).toEqual([['hash-mismatch', '3-3']]);
  });

  describe('a course that no agent takes, though the device signed it', () => {
    async function sealedAs(changes: readonly Partial<SegmentFields>[]): Promise<SealedSegment[]> {
      const sealed: SealedSegment[] = [];
      for (const [index, change] of changes.entries()) {
        const header = segments[index]?.header;
        if (header === undefined) throw new RangeError('more changes than segments');
        const previousHash = sealed.at(-1)?.hash ?? header.previousHash;
        const fields = { ...header, previousHash, ...change };
        sealed.push(await sealSegment(fields, [], new Uint8Array(32), device.signer));
      }
      return sealed;
    }

    test.each<[string, Partial<SegmentFields>[]]>([
      [
        'time that goes back',
        [
          { t0Ms: 0, t1Ms: 900 },
          { t0Ms: 899, t1Ms: 1000 },
        ],
      ],
      ['an epoch of another time', [{}, { epoch: 1 }]],
      ['a file number that is left out', [{}, { fileNumber: 3 }]],
      ['a file number that goes back', [{}, { fileNumber: 2 }, { fileNumber: 1 }]],
    ])('%s', async (_, changes) => {
      const last = changes.length;
      expect(reasonsOf(await verifySegments(await sealedAs(changes)))).toEqual([
        ['segment-inconsistent', `${last}-${last}`],
      ]);
    });

    test('segments of two files spliced into one, with header and footer made to fit', async () => {
      const spliced = await finishedFile(await sealedAs([{}, { fileNumber: 2 }]));
      expect(reasonsOf(await verifyFile(spliced))).toEqual([['file-header-mismatch', undefined]]);
    });

    test('an end that is sealed twice', async () => {
      const { header } = segments.at(-1) ?? {};
      const ends = await sealedAs([
        {},
        { flags: header?.flags ?? NO_SEGMENT_FLAGS },
        { flags: header?.flags ?? NO_SEGMENT_FLAGS },
      ]);
      expect(reasonsOf(await verifySegments(ends))).toEqual([['segment-after-end', '3-3']]);
    });
  });

  test('the manifest of another recording of the same device', async () => {
    const other = await sealRecords(sampleRecords(), device, { recordingId: new Uint8Array(16).fill(9) });
    const signer = await createManifestSigner();
    const bytes = encodeManifest({
      ...manifestOf(other, device, 1),
      recordingId: recordingIdText(new Uint8Array(16).fill(9)),
    });
    const signed = { bytes, signature: await signer.sign(bytes) };
    const manifest = { signed, servicePublicKeySpki: signer.publicKeySpki };
    expect((await verifySegments(segments, { manifest })).findings).toContainEqual(
      expect.objectContaining({ reason: 'manifest-mismatch', detail: 'of another recording, agent or device' }),
    );
  });

  test('bytes put between segments', async () => {
    const [first, ...rest] = segments.map(({ bytes }) => bytes);
    const bytes = inPieces(concatBytes(first ?? file, new Uint8Array(5000), ...rest));
    const { findings } = await verifyRecording({
      sources: [{ name: 'one', form: 'segments', bytes }],
      origin: origin(),
    });
    const start = first?.length ?? 0;
    expect(findings).toMatchObject([{ reason: 'bad-magic', byteRange: [start, start + 5000] }]);
  });
});

describe('with its signed manifest', () => {
  let signer: Awaited<ReturnType<typeof createManifestSigner>>;
  beforeAll(async () => {
    signer = await createManifestSigner();
  });

  async function signed(changes: Partial<RecordingManifest> = {}): Promise<Pick<VerifyRecordingInput, 'manifest'>> {
    const bytes = encodeManifest({ ...manifestOf(segments, device, file.length), ...changes });
    const signature = await signer.sign(bytes);
    return { manifest: { signed: { bytes, signature }, servicePublicKeySpki: signer.publicKeySpki } };
  }

  test('a recording verifies by the service key alone', async () => {
    const source = { name: 'one', form: 'file' as const, bytes: inPieces(file) };
    const verdict = await verifyRecording({ sources: [source], ...(await signed()) });
    expect(verdict).toMatchObject({ verdict: 'intact-and-complete', findings: [] });
  });

  test('a tail of whole segments that was cut off is missed', async () => {
    const verdict = await verifySegments(segments.slice(0, 4), await signed());
    expect(reasonsOf(verdict)).toEqual([['segment-missing', '5-6']]);
  });

  test('a hole that it declares is no alteration, and named with its times', async () => {
    const gaps = [{ fromSequence: 3, toSequence: 3, reason: 'never arrived' }];
    const verdict = await verifySegments(
      segments.filter((_, at) => at !== 2),
      await signed({ gaps, segmentCount: 5 }),
    );
    expect(verdict).toMatchObject({
      verdict: 'intact-with-declared-gaps',
      findings: [],
      declaredHoles: [{ fromSequence: 3, toSequence: 3, fromMs: 1200, toMs: 3000, reason: 'never arrived' }],
    });
  });

  test('of a hole that it declares in part, the rest is an alteration', async () => {
    const gaps = [{ fromSequence: 3, toSequence: 3, reason: 'never arrived' }];
    const verdict = await verifySegments(
      segments.filter((_, at) => ![1, 2, 3].includes(at)),
      await signed({ gaps, segmentCount: 5 }),
    );
    expect(verdict).toMatchObject({ verdict: 'altered', declaredHoles: [{ fromSequence: 3, toSequence: 3 }] });
    expect(reasonsOf(verdict)).toEqual([
      ['segment-missing', '2-2'],
      ['segment-missing', '4-4'],
    ]);
  });

  test('a hole that is declared where the segments are is named', async () => {
    const gaps = [{ fromSequence: 3, toSequence: 3, reason: 'never arrived' }];
    expect(reasonsOf(await verifyFile(file, await signed({ gaps })))).toEqual([['manifest-mismatch', undefined]]);
  });

  test('an end that it does not attest is not attested, declared holes or not', async () => {
    const live = await sealRecords(sampleRecords({ segments: 6, isEnded: false }), device);
    const bytes = encodeManifest({
      ...manifestOf(live, device, 1),
      state: 'partial',
      gaps: [{ fromSequence: 2, toSequence: 2, reason: 'segments-missing' }],
      segmentCount: live.length - 1,
    });
    const manifest = {
      signed: { bytes, signature: await signer.sign(bytes) },
      servicePublicKeySpki: signer.publicKeySpki,
    };
    const verdict = await verifySegments(
      live.filter((_, at) => at !== 1),
      { manifest },
    );
    expect(verdict).toMatchObject({
      verdict: 'intact-end-not-attested',
      findings: [],
      declaredHoles: [{ fromSequence: 2, toSequence: 2 }],
      untilMs: live.at(-1)?.header.t1Ms,
    });
  });

  test.each<[string, Partial<RecordingManifest>]>([
    ['chain head', { chainHead: { sequence: 6, hash: '00'.repeat(32) } }],
    ['number of segments', { segmentCount: 7 }],
    ['account of the end', { isEndAttested: false }],
    ['duration', { durationMs: 6001 }],
    ['agent', { agentId: `agt_${'0'.repeat(26)}` }],
    ['file', { files: [] }],
  ])('another %s than the segments show is named', async (_, changes) => {
    expect(reasonsOf(await verifyFile(file, await signed(changes)))).toEqual([['manifest-mismatch', undefined]]);
  });

  test('any flipped bit of the manifest or its signature is named', async () => {
    const { manifest } = await signed();
    if (manifest === undefined) throw new TypeError('signed above');
    const { bytes, signature } = manifest.signed;
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat(), async (isSignature, seed) => {
        const altered = isSignature
          ? { bytes, signature: flip(signature, seed) }
          : { bytes: flip(bytes, seed), signature };
        const verdict = await verifyFile(file, { manifest: { ...manifest, signed: altered } });
        expect(reasonsOf(verdict)).toEqual([['manifest-signature-invalid', undefined]]);
      }),
    );
  });
});

test('headers made up by the thousand cost a bounded number of checks', async () => {
  const header = segments[1]?.bytes.subarray(0, 128) ?? file;
  const bytes = inPieces(concatBytes(...Array.from({ length: 3000 }, () => header)));
  const { findings } = await verifyRecording({ sources: [{ name: 'one', form: 'segments', bytes }], origin: origin() });
  expect(findings).toHaveLength(1000);
  expect(findings.at(-1)?.byteRange).toEqual([999 * 128, 3000 * 128]);
});

test('bytes that look like segments by the million are given up early', async () => {
  const lookalike = new Uint8Array(8 * 1024 * 1024);
  for (let at = 0; at < lookalike.length; at += 4) lookalike.set([0x41, 0x49, 0x53, 0x47], at);
  const bytes = inPieces(lookalike, 65_536);
  const { findings } = await verifyRecording({ sources: [{ name: 'one', form: 'segments', bytes }], origin: origin() });
  expect(findings).toMatchObject([{ byteRange: [0, lookalike.length] }]);
});

test('hostile bytes get a verdict, whatever they are', async () => {
  const magic = Array.from(new TextEncoder().encode('AISGAIFTAITRAIRF'));
  const hostile = fc.array(fc.oneof(fc.constantFrom(...magic, 1, 0), fc.nat({ max: 255 })), { maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(hostile, fc.constantFrom('file' as const, 'segments' as const), async (bytes, form) => {
      const source = { name: 'one', form, bytes: inPieces(Uint8Array.from(bytes)) };
      const { verdict } = await verifyRecording({ sources: [source], origin: origin() });
      expect(verdict === 'altered').toBe(bytes.length > 0 || form === 'file');
    }),
    { numRuns: 300 },
  );
});

function flipBit(segment: SealedSegment, seed: number): SealedSegment {
  return { ...segment, bytes: flip(segment.bytes, seed) };
}

function flip(bytes: Uint8Array, seed: number): Uint8Array {
  const flipped = new Uint8Array(bytes);
  const bit = seed % (bytes.length * 8);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}
