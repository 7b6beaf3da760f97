import { manifestKeyOf, SegmentLocator } from '@afterimage/core';
import { readFooter, readTrailer, type SealedSegment, verifyRecording } from '@afterimage/recording';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryFiles } from '../_testing/memory-files.ts';
import { chunkOf, sampleRecords } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { serviceSigner } from '../_testing/service-signer.ts';
import { ingestChunk } from '../ingest/ingest-chunk.ts';
import { sealRecording } from './seal-recording.ts';

const servicePublicKeySpki = serviceSigner.publicKeySpki;

async function setUp(segmentCount: number) {
  const world = await sampleWorld();
  const files = new MemoryFiles(world.chunks);
  const sealed = await world.device.seal(
    world.recordingId,
    Array.from({ length: segmentCount }, (_, index) => sampleRecords(index)),
  );
  const ingest = async (segments: readonly SealedSegment[]) => {
    const { objectKey, bytes } = await chunkOf(world.recordingId, segments);
    world.chunks.objects.set(objectKey, bytes);
    await ingestChunk(world, objectKey);
  };
  const endWaiting = () =>
    world.recordings.change(world.recordingId, (recording) => ({ ...recording, state: 'sealing' }));
  const dependencies = { ...world, files, manifests: files, signer: serviceSigner };
  const seal = () => sealRecording(dependencies, world.recordingId);
  const verify = async () => {
    const [file] = (await world.find()).files;
    const bytes = files.objects.get(file?.objectKey ?? '');
    const signed = files.manifests.get(manifestKeyOf(file ?? { objectKey: '', manifestVersion: 0 }));
    if (bytes === undefined || signed === undefined) throw new Error('nothing was written');
    const manifest = {
      bytes: new TextEncoder().encode(signed.manifest),
      signature: Buffer.from(signed.signature, 'base64'),
    };
    const source = {
      name: 'file',
      form: 'file' as const,
      bytes: (async function* () {
        yield bytes;
      })(),
    };
    return verifyRecording({ sources: [source], manifest: { signed: manifest, servicePublicKeySpki } });
  };
  return { ...world, dependencies, files, sealed, ingest, endWaiting, seal, verify };
}

describe('sealRecording', () => {
  let world: Awaited<ReturnType<typeof setUp>>;
  beforeEach(async () => {
    world = await setUp(6);
  });

  test('writes a file and a signed manifest that verify as intact and complete', async () => {
    await world.ingest(world.sealed.slice(3));
    await world.ingest(world.sealed.slice(0, 3));
    await world.seal();
    expect(await world.verify()).toMatchObject({ verdict: 'intact-and-complete', findings: [], segmentCount: 6 });
    const recording = await world.find();
    expect(recording).toMatchObject({ state: 'complete', gaps: [], manifestVersion: 1 });
    expect(recording.files[0]?.objectKey).toMatch(/^2026\/11\/22\/i_fil_[0-9a-z]{26}\.air$/);
    expect(world.bus.types()).toEqual(['RecordingFinished']);
  });

  test('the row’s layout and the file’s own footer name the same bytes', async () => {
    await world.ingest(world.sealed);
    await world.seal();
    const recording = await world.find();
    const bytes = world.files.objects.get(recording.files[0]?.objectKey ?? '') ?? new Uint8Array();
    const trailer = readTrailer(bytes);
    const footer = await readFooter(
      bytes.subarray(trailer.footerOffset, trailer.footerOffset + trailer.footerLengthBytes),
      trailer,
    );
    const locator = new SegmentLocator(recording);
    const rows = await world.segments.list(world.recordingId, { afterSequence: 0, limit: 10 });
    expect(rows.map((row) => locator.locate(row).offset)).toEqual(footer.map((entry) => entry.offset));
  });

  test('declares what is missing when the wait ended first, and completes it in the next version', async () => {
    await world.ingest(world.sealed.slice(0, 2));
    await world.ingest(world.sealed.slice(4, 5));
    await world.endWaiting();
    await world.seal();
    const partial = await world.find();
    expect(partial.state).toBe('partial');
    expect(partial.gaps).toMatchObject([
      { reason: 'segments-missing', firstMissingSequence: 3, lastMissingSequence: 4, fromMs: 1999, toMs: 4000 },
      { reason: 'end-not-attested' },
    ]);
    const first = await world.verify();
    expect(first).toMatchObject({
      verdict: 'intact-end-not-attested',
      findings: [],
      declaredHoles: [{ fromSequence: 3 }],
    });
    await world.ingest(world.sealed.slice(2, 4));
    await world.ingest(world.sealed.slice(5));
    await world.seal();
    expect(await world.find()).toMatchObject({ state: 'complete', gaps: [], manifestVersion: 2 });
    expect(await world.verify()).toMatchObject({ verdict: 'intact-and-complete', findings: [] });
    const newest = [...world.files.manifests.values()].at(-1)?.manifest ?? '{}';
    expect(JSON.parse(newest)).toMatchObject({ manifestVersion: 2, previousManifestHash: partial.manifestHash });
  });

  test('run twice, side by side or after it is done, it seals once', async () => {
    await world.ingest(world.sealed);
    await Promise.all([world.seal(), world.seal()]);
    await world.seal();
    expect(world.files.objects.size).toBe(1);
    expect(await world.find()).toMatchObject({ state: 'complete', manifestVersion: 1, files: [{ fileNumber: 1 }] });
    expect(new Set(world.bus.said.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test('a run that died while it wrote is run again, to the same object', async () => {
    await world.ingest(world.sealed);
    const write = world.files.write.bind(world.files);
    let objectKey = '';
    world.files.write = async (key, pieces) => {
      objectKey = key;
      for await (const _piece of pieces) throw new Error('killed');
      return { sizeBytes: 0 };
    };
    await expect(world.seal()).rejects.toThrow('killed');
    expect((await world.find()).state).toBe('sealing');
    world.files.write = write;
    await world.seal();
    expect((await world.find()).files.map((file) => file.objectKey)).toEqual([objectKey]);
  });

  test('what arrives while the file is written is sealed in the next version', async () => {
    await world.ingest(world.sealed.slice(0, 2));
    await world.endWaiting();
    const write = world.files.write.bind(world.files);
    world.files.write = async (key, pieces) => {
      world.files.write = write;
      await world.ingest(world.sealed.slice(2));
      return write(key, pieces);
    };
    await world.seal();
    expect(await world.verify()).toMatchObject({ verdict: 'intact-and-complete' });
    expect(await world.find()).toMatchObject({ state: 'complete', manifestVersion: 2, segmentCount: 6 });
  });

  test('a recording of which nothing arrived has failed, and says so', async () => {
    await world.endWaiting();
    await world.seal();
    expect((await world.find()).state).toBe('failed');
    expect(world.bus.types()).toEqual(['RecordingFailed']);
    expect(world.files.objects.size).toBe(0);
  });
});
