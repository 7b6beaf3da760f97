import { manifestKeyOf } from '@afterimage/core';
import type { SealedSegment } from '@afterimage/recording';
import { parseManifest, type RecordingManifest, readFileHeader, verifyRecording } from '@afterimage/recording';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryFiles } from '../_testing/memory-files.ts';
import { chunkOf, sampleRecords } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { serviceSigner } from '../_testing/service-signer.ts';
import { ingestChunk } from '../ingest/ingest-chunk.ts';
import { sealRecording } from './seal-recording.ts';

/** Segments of three files: 1-3, 4-6, 7-8. */
const fileNumbers = [1, 1, 1, 2, 2, 2, 3, 3];

async function setUp(numbers: readonly number[] = fileNumbers) {
  const world = await sampleWorld();
  const files = new MemoryFiles(world.chunks);
  const sealed = await world.device.seal(
    world.recordingId,
    numbers.map((_, index) => sampleRecords(index)),
    { fileNumbers: numbers },
  );
  const ingest = async (...segments: readonly SealedSegment[]) => {
    const { objectKey, bytes } = await chunkOf(world.recordingId, segments);
    world.chunks.objects.set(objectKey, bytes);
    expect(await ingestChunk(world, objectKey)).toBe('taken');
  };
  const dependencies = { ...world, files, manifests: files, signer: serviceSigner };
  const seal = () => sealRecording(dependencies, world.recordingId);
  const newestManifest = async () => {
    const { files: written, manifestVersion } = await world.find();
    const newest = written.find((file) => file.manifestVersion === manifestVersion);
    return files.manifests.get(newest === undefined ? '' : manifestKeyOf(newest));
  };
  const manifest = async (): Promise<RecordingManifest> =>
    parseManifest(new TextEncoder().encode((await newestManifest())?.manifest));
  const verify = async () => {
    const signed = await newestManifest();
    if (signed === undefined) throw new Error('no manifest was written');
    const written = (await world.find()).files;
    return verifyRecording({
      sources: written.map(({ objectKey }) => ({
        name: objectKey,
        form: 'file' as const,
        bytes: (async function* () {
          yield files.objects.get(objectKey) ?? new Uint8Array();
        })(),
      })),
      manifest: {
        signed: {
          bytes: new TextEncoder().encode(signed.manifest),
          signature: Buffer.from(signed.signature, 'base64'),
        },
        servicePublicKeySpki: serviceSigner.publicKeySpki,
      },
    });
  };
  return { ...world, dependencies, files, sealed, ingest, seal, manifest, verify };
}

/** What must not depend on the order of things: bytes of each file, and what the row says of them. */
async function outcomeOf({ find, files }: Awaited<ReturnType<typeof setUp>>) {
  const { state, files: written, gaps, segmentCount } = await find();
  const shown = written.map(({ fileNumber, firstSequence, lastSequence, sizeBytes, objectKey }) => {
    const header = readFileHeader(files.objects.get(objectKey) ?? new Uint8Array());
    return { fileNumber, firstSequence, lastSequence, sizeBytes, header: [header.fileNumber, header.firstSequence] };
  });
  return { state, gaps, segmentCount, shown };
}

describe('rollover', () => {
  test('STO-009 seals a file while the session goes on, once the next has begun, and links it to the ones before', async () => {
    const world = await setUp();
    await world.ingest(...world.sealed.slice(0, 3));
    await world.seal();
    expect((await world.find()).files).toEqual([]);
    await world.ingest(...world.sealed.slice(3, 4));
    expect(world.finaliseQueue.sent).toEqual([world.recordingId]);
    await world.seal();
    expect(await world.find()).toMatchObject({
      state: 'live',
      files: [{ fileNumber: 1, firstSequence: 1, lastSequence: 3, manifestVersion: 1 }],
    });
    expect(await world.manifest()).toMatchObject({
      state: 'interrupted',
      isEndAttested: false,
      chainHead: { sequence: 3 },
      segmentCount: 3,
      previousManifestHash: null,
    });
    const first = (await world.find()).manifestHash;
    await world.ingest(...world.sealed.slice(4, 7));
    await world.seal();
    expect(await world.manifest()).toMatchObject({
      manifestVersion: 2,
      previousManifestHash: first,
      files: [{ fileNumber: 1 }, { fileNumber: 2 }],
    });
    expect(await world.verify()).toMatchObject({ verdict: 'intact-end-not-attested', findings: [], segmentCount: 6 });
  });

  test('PLY-090 STO-009 the end is sealed as the last file, and all verify together', async () => {
    const world = await setUp();
    for (const segment of world.sealed) {
      await world.ingest(segment);
      await world.seal();
    }
    expect(await world.find()).toMatchObject({ state: 'complete', manifestVersion: 3, gaps: [] });
    expect(await world.manifest()).toMatchObject({
      state: 'complete',
      manifestVersion: 3,
      isEndAttested: true,
      files: [{ fileNumber: 1 }, { fileNumber: 2 }, { fileNumber: 3 }],
    });
    expect(
      (await world.find()).files.every(({ objectKey }) => /^2026\/11\/22\/i_fil_\w{26}\.air$/.test(objectKey)),
    ).toBe(true);
    expect(await world.verify()).toMatchObject({ verdict: 'intact-and-complete', findings: [], segmentCount: 8 });
    expect(world.bus.types().filter((type) => type === 'RecordingFinished')).toHaveLength(1);
  });

  test('does not seal a file with a hole while its segments may still come', async () => {
    const world = await setUp();
    await world.ingest(...world.sealed.slice(0, 2));
    await world.ingest(...world.sealed.slice(3, 5));
    await world.seal();
    expect((await world.find()).files).toEqual([]);
  });

  test('a late segment makes a new version of its own file and leaves the others', async () => {
    const world = await setUp();
    for (const segment of world.sealed.filter((_, index) => index !== 4)) await world.ingest(segment);
    await world.seal();
    await world.recordings.change(world.recordingId, (recording) => ({ ...recording, state: 'sealing' }));
    await world.seal();
    const partial = await world.find();
    expect(partial).toMatchObject({ state: 'partial', manifestVersion: 3 });
    expect(await world.verify()).toMatchObject({
      verdict: 'intact-with-declared-gaps',
      declaredHoles: [{ fromSequence: 5, toSequence: 5 }],
    });
    await world.ingest(...world.sealed.slice(4, 5));
    await world.seal();
    const complete = await world.find();
    expect(complete).toMatchObject({ state: 'complete', manifestVersion: 4, files: [{}, { manifestVersion: 4 }, {}] });
    expect(complete.files[0]).toEqual(partial.files[0]);
    expect(complete.files[2]).toEqual(partial.files[2]);
    expect(complete.supersededFileIds).toEqual([partial.files[1]?.recordingFileId]);
    expect(await world.verify()).toMatchObject({ verdict: 'intact-and-complete', findings: [] });
  });

  test('a segment of a file that can’t be there is refused', async () => {
    const world = await setUp([1, 1, 2, 2, 1, 2]);
    await world.ingest(...world.sealed);
    expect(await world.find()).toMatchObject({ segmentCount: 5, rejections: [{ sequence: 5 }] });
  });

  test('any order of arrival, with sealings and deaths of sealings in between, leads to the same files', async () => {
    const reference = await setUp();
    for (const segment of reference.sealed) await reference.ingest(segment);
    await reference.seal();
    const expected = await outcomeOf(reference);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ingest' as const), at: fc.integer({ min: 0, max: 7 }) }),
      fc.record({ kind: fc.constantFrom('seal' as const, 'die' as const, 'two at once' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await setUp();
        const write = world.files.write.bind(world.files);
        for (const each of steps) {
          if (each.kind === 'ingest') await world.ingest(...world.sealed.slice(each.at, each.at + 1));
          if (each.kind === 'seal') await world.seal();
          if (each.kind === 'two at once') await Promise.all([world.seal(), world.seal()]);
          if (each.kind !== 'die') continue;
          world.files.write = async () => Promise.reject(new Error('killed'));
          await world.seal().catch((error: unknown) => expect(error).toMatchObject({ message: 'killed' }));
          world.files.write = write;
        }
        for (const segment of world.sealed) await world.ingest(segment);
        await world.seal();
        expect(await outcomeOf(world)).toEqual(expected);
        expect((await world.verify()).verdict).toBe('intact-and-complete');
      }),
      { numRuns: 40 },
    );
  });
});
