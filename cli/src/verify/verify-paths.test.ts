import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { SampleEvidence, type SampleRecording } from '../testing/sample-evidence.ts';
import { isProven, type ProofReport } from './proof-report.ts';
import { describeReport } from './report-text.ts';
import { CannotVerify, verifyPaths } from './verify-paths.ts';

let root: string;
let folder: string;
let evidence: SampleEvidence;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'afterimage-verify-'));
  folder = join(root, 'evidence');
  mkdirSync(folder);
  evidence = await SampleEvidence.create(folder);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const fileOf = ({ files }: SampleRecording, index: number): string => files[index] ?? 'none';
const reasonsOf = ({ recordings }: ProofReport) =>
  recordings.flatMap(({ findings }) =>
    findings.map(({ reason, sequences }) => `${reason}${sequences === undefined ? '' : ` ${sequences.join('-')}`}`),
  );

describe('a folder as it was exported', () => {
  test('is intact and complete, and its device and host are named', async () => {
    const { recordingId } = await evidence.add();
    const report = await verifyPaths([folder]);
    expect(report).toMatchObject({
      recordings: [
        { recordingId, verdict: 'intact-and-complete', segmentCount: 6, hostName: 'desk-7', deviceCounter: 1 },
      ],
      devices: [],
      unproven: [],
      ignored: [],
    });
    expect(isProven(report, true)).toBe(true);
    expect(describeReport(report)).toContain(`${recordingId}: intact and complete: 6 segments, 6.0 s`);
  });

  test('is intact when single files are renamed, or asked for alone', async () => {
    const recording = await evidence.add();
    const other = await evidence.add({ counter: 2, previousHead: recording.head });
    const alone = await verifyPaths([fileOf(other, 1)]);
    expect(alone.recordings).toMatchObject([{ recordingId: other.recordingId, verdict: 'intact-and-complete' }]);
    expect(alone.unproven).toEqual([]);
    const roundabout = join(folder, 'nowhere').replace(
      'nowhere',
      `./x/../${fileOf(other, 1).slice(folder.length + 1)}`,
    );
    expect(await verifyPaths([roundabout, roundabout])).toMatchObject({ recordings: alone.recordings, ignored: [] });
    renameSync(fileOf(recording, 0), join(folder, 'first part'));
    expect((await verifyPaths([folder])).recordings.map(({ verdict }) => verdict)).toEqual([
      'intact-and-complete',
      'intact-and-complete',
    ]);
  });
});

describe('any change to a file is found', () => {
  const change = fc.constantFrom('flip', 'cut', 'drop', 'duplicate', 'swap', 'empty');

  test('flipped, cut, dropped, duplicated, swapped or emptied, with the segment that it hit', async () => {
    const recording = await evidence.add();
    const pristine = new Map(recording.files.map((path) => [path, readFileSync(path)]));
    await fc.assert(
      fc.asyncProperty(change, fc.nat({ max: 5 }), fc.nat(), async (kind, victim, seed) => {
        for (const [path, bytes] of pristine) writeFileSync(path, bytes);
        const place = recording.places[victim];
        const before = pristine.get(place?.path ?? '');
        if (place === undefined || before === undefined) throw new RangeError('six segments');
        writeFileSync(place.path, changed(before, kind, place.byteRange, seed));
        const report = await verifyPaths([folder]);
        expect(report.recordings.map(({ verdict }) => verdict)).toEqual(['altered']);
        const named = report.recordings.flatMap(({ findings }) =>
          findings.flatMap(({ sequences }) => (sequences ? [sequences] : [])),
        );
        expect(named.some(([from, to]) => from <= victim + 1 && victim + 1 <= to)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  test('any byte of any file of the folder: nothing is ever called intact and complete by mistake', async () => {
    const recording = await evidence.add();
    const paths = [...recording.files, recording.manifestPath];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, seed, mask) => {
          const before = readFileSync(path);
          const after = Buffer.from(before);
          const at = seed % after.length;
          after[at] = (after[at] ?? 0) ^ mask;
          writeFileSync(path, after);
          const report = await verifyPaths([folder]);
          writeFileSync(path, before);
          // White space and escapes of the wrapping JSON are not signed: what it says must be the same then.
          const isSameManifest = path === recording.manifestPath && saysTheSame(before, after);
          expect({ at, path, isProven: isProven(report, false) }).toEqual({ at, path, isProven: isSameManifest });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a file that is gone, with its name and its segments', async () => {
    const recording = await evidence.add();
    rmSync(fileOf(recording, 1));
    const report = await verifyPaths([folder]);
    expect(report.recordings[0]?.findings).toMatchObject([
      { reason: 'segment-missing', file: 'i_12.air', sequences: [4, 6], detail: expect.stringContaining('not here') },
    ]);
  });

  test('a file of another recording in its place', async () => {
    const recording = await evidence.add();
    const other = await evidence.add({ counter: 2, previousHead: recording.head });
    writeFileSync(fileOf(recording, 0), readFileSync(fileOf(other, 0)));
    const report = await verifyPaths([folder]);
    expect(report.recordings.map(({ verdict }) => verdict)).toEqual(['altered', 'intact-and-complete']);
  });
});

describe('what the service attested', () => {
  test('by a key that had been retired is refused', async () => {
    await evidence.add();
    await evidence.writeKeys({ validFrom: null, validUntil: '2026-01-02T00:00:00Z' });
    expect(reasonsOf(await verifyPaths([folder]))).toEqual(['manifest-key-out-of-date']);
    await evidence.writeKeys({ validFrom: '2026-01-02T00:00:00Z', validUntil: '2026-01-03T00:00:00Z' });
    expect(reasonsOf(await verifyPaths([folder]))).toEqual([]);
  });

  test('by a key that nobody knows is not believed', async () => {
    await evidence.add();
    const strangerFolder = join(root, 'stranger');
    mkdirSync(strangerFolder);
    await SampleEvidence.create(strangerFolder);
    const report = await verifyPaths([folder], { keysPath: join(strangerFolder, 'keys.json') });
    expect(reasonsOf(report)).toEqual(['manifest-signature-invalid']);
    expect(report.unproven).toHaveLength(2);
    expect(isProven(report, false)).toBe(false);
  });

  test('of another device than the certificate names is refused', async () => {
    await evidence.add({ certificate: await evidence.certificate(new Uint8Array(32).fill(1)) });
    expect(reasonsOf(await verifyPaths([folder]))).toEqual(['certificate-invalid']);
  });

  test.each([['bm8ganNvbg=='], ['e30='], ['%']])('with the certificate %s is refused', async (certificate) => {
    await evidence.add({ certificate });
    expect(reasonsOf(await verifyPaths([folder]))).toEqual(['certificate-invalid']);
  });

  test('in two versions holds when the second names the first', async () => {
    await evidence.writeNextVersion(await evidence.add());
    const report = await verifyPaths([folder]);
    expect(report.recordings).toMatchObject([
      { verdict: 'intact-and-complete', manifestVersion: 2, missingVersions: [] },
    ]);
  });

  test('in two versions of which the second names another first is refused', async () => {
    await evidence.writeNextVersion(await evidence.add(), { previousManifestHash: '00'.repeat(32) });
    expect(reasonsOf(await verifyPaths([folder]))).toEqual(['manifest-history-broken']);
  });

  test('in a version that is gone is named, and does not pass strictly', async () => {
    const recording = await evidence.add();
    await evidence.writeNextVersion(recording);
    rmSync(recording.manifestPath);
    const report = await verifyPaths([folder]);
    expect(report.recordings).toMatchObject([{ verdict: 'intact-and-complete', missingVersions: [1] }]);
    expect([isProven(report, false), isProven(report, true)]).toEqual([true, false]);
  });
});

describe('between the recordings of a device', () => {
  test('recordings that vanished whole leave a hole with their numbers', async () => {
    const first = await evidence.add();
    const later = await evidence.add({ counter: 4, previousHead: new Uint8Array(32).fill(5) });
    const report = await verifyPaths([folder]);
    expect(report.devices).toMatchObject([
      { kind: 'recordings-missing', counters: [2, 3], after: first.recordingId, before: later.recordingId },
    ]);
    expect([isProven(report, false), isProven(report, true)]).toEqual([true, false]);
    expect(describeReport(report)).toMatch(/recordings 2-3 of agt_\w+ are missing between rec_\w+ and rec_\w+/);
  });

  test('one that follows none of the others, though all are here, is called out', async () => {
    await evidence.add();
    await evidence.add({ counter: 2, previousHead: new Uint8Array(32).fill(5) });
    const report = await verifyPaths([folder]);
    expect(report.devices).toMatchObject([{ kind: 'link-broken', counter: 2 }]);
    expect(isProven(report, false)).toBe(false);
  });
});

describe('hostile and odd input', () => {
  test('links and other files are listed as ignored, and not followed', async () => {
    await evidence.add();
    symlinkSync('/etc', join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'notes.txt'), 'hello');
    writeFileSync(join(folder, 'other.json'), '[1]');
    const { ignored, unproven } = await verifyPaths([folder]);
    expect(ignored.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual([
      'elsewhere',
      'notes.txt',
      'other.json',
    ]);
    expect(unproven).toEqual([]);
  });

  test.each<[string, (path: string) => void]>([
    ['empty', (path) => truncateSync(path, 0)],
    ['garbage', (path) => writeFileSync(path, Buffer.alloc(300_000, 'AISG'))],
  ])('a recording file without a manifest is not proven: %s', async (_, spoil) => {
    const path = join(folder, 'i_stray.air');
    writeFileSync(path, '');
    spoil(path);
    const report = await verifyPaths([folder]);
    expect(report.unproven).toEqual([{ path, reason: 'no signed manifest here describes it' }]);
    expect(isProven(report, false)).toBe(false);
  });

  test('what is no file at all is not opened', async () => {
    await evidence.add();
    const report = await verifyPaths(['/dev/null'], { keysPath: join(folder, 'keys.json') });
    expect(report.unproven).toEqual([{ path: '/dev/null', reason: 'not a regular file' }]);
  });

  test('a file that is named like a manifest and is none is not proven', async () => {
    const path = join(folder, 'i_1.manifest.v1.json');
    writeFileSync(path, '{"manifest":');
    expect((await verifyPaths([folder])).unproven).toMatchObject([{ path }]);
  });

  test('a folder without recordings proves nothing', async () => {
    const report = await verifyPaths([folder]);
    expect(isProven(report, false)).toBe(false);
    expect(describeReport(report)).toContain('There is no recording here.');
  });

  test('a path that is not there, no keys, or keys that are none, are said in words', async () => {
    await evidence.add();
    await expect(verifyPaths([join(folder, 'nowhere')])).rejects.toThrow(CannotVerify);
    await expect(verifyPaths([folder], { keysPath: join(folder, 'nowhere') })).rejects.toThrow('no set of public keys');
    rmSync(join(folder, 'keys.json'));
    await expect(verifyPaths([folder])).rejects.toThrow('Name one with --keys FILE');
  });
});

function changed(before: Buffer, kind: string, [from, to]: readonly [number, number], seed: number): Buffer {
  const segment = before.subarray(from, to);
  switch (kind) {
    case 'flip': {
      const after = Buffer.from(before);
      const at = from + (seed % segment.length);
      after[at] = (after[at] ?? 0) ^ (1 << (seed & 7));
      return after;
    }
    case 'cut':
      return before.subarray(0, from + (seed % segment.length));
    case 'drop':
      return Buffer.concat([before.subarray(0, from), before.subarray(to)]);
    case 'duplicate':
      return Buffer.concat([before.subarray(0, to), segment, before.subarray(to)]);
    case 'swap': {
      const half = segment.length >> 1;
      return Buffer.concat([
        before.subarray(0, from),
        segment.subarray(half),
        segment.subarray(0, half),
        before.subarray(to),
      ]);
    }
    default:
      return Buffer.alloc(0);
  }
}

function saysTheSame(before: Buffer, after: Buffer): boolean {
  try {
    const [a, b] = [before, after].map((bytes) => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>);
    return a?.manifest === b?.manifest && a?.signature === b?.signature;
  } catch {
    return false;
  }
}
