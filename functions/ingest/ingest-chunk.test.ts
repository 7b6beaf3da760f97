import { makeRecordingId } from '@afterimage/contracts';
import type { SealedSegment } from '@afterimage/recording';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunkOf, SampleDevice, sampleRecords } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { ingestChunk } from './ingest-chunk.ts';

const bodies = [0, 1, 2, 3, 4, 5].map(sampleRecords);

describe('ingestChunk', () => {
  let world: Awaited<ReturnType<typeof sampleWorld>>;
  let sealed: SealedSegment[];

  beforeEach(async () => {
    world = await sampleWorld();
    sealed = await world.device.seal(world.recordingId, bodies);
  });

  const upload = async (segments: readonly SealedSegment[], change = (bytes: Uint8Array) => bytes) => {
    const { objectKey, bytes } = await chunkOf(world.recordingId, segments);
    world.chunks.objects.set(objectKey, change(new Uint8Array(bytes)));
    return objectKey;
  };

  test('chunks in any order and any number of times lead to the same recording, sealed once it is whole', async () => {
    const deliveries = fc.tuple(
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      fc.array(fc.constantFrom(0, 1, 2), { maxLength: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(deliveries, async ([order, repeats]) => {
        world = await sampleWorld();
        sealed = await world.device.seal(world.recordingId, bodies);
        const keys = await Promise.all([0, 2, 4].map((first) => upload(sealed.slice(first, first + 2))));
        for (const index of [...order, ...repeats]) await ingestChunk(world, keys[index] ?? '');
        expect(await world.find()).toMatchObject({
          state: 'sealing',
          contiguousSequence: 6,
          finalSequence: 6,
          segmentCount: 6,
          rejectedCount: 0,
          durationMs: 5999,
        });
        expect(world.finaliseQueue.sent).toContain(world.recordingId);
      }),
      { numRuns: 20 },
    );
  });

  test('the same messages side by side store each segment once', async () => {
    const keys = await Promise.all([upload(sealed.slice(0, 3)), upload(sealed.slice(3))]);
    await Promise.all([...keys, ...keys].map((key) => ingestChunk(world, key)));
    expect(await world.find()).toMatchObject({ state: 'sealing', segmentCount: 6, rejectedCount: 0 });
  });

  test('an altered segment is refused, kept in quarantine and reported; its neighbours are stored', async () => {
    const offset = (sealed[0]?.bytes.length ?? 0) + (sealed[1]?.bytes.length ?? 0) - 70;
    const objectKey = await upload(sealed.slice(0, 3), (bytes) => {
      bytes[offset] = (bytes[offset] ?? 0) ^ 1;
      return bytes;
    });
    await ingestChunk(world, objectKey);
    const recording = await world.find();
    expect(recording).toMatchObject({ contiguousSequence: 1, segmentCount: 2, rejectedCount: 1 });
    expect(recording.rejections).toEqual([{ sequence: 2, objectKey, reason: 'signature-invalid' }]);
    expect(world.chunks.quarantined).toEqual([objectKey]);
    expect(world.bus.types()).toEqual(['SegmentRejected']);
  });

  test('a segment that another device signed is refused', async () => {
    const other = await SampleDevice.create(world.clock);
    const forged = await world.device.seal(world.recordingId, bodies, other.signer);
    await ingestChunk(world, await upload(forged.slice(0, 1)));
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['signature-invalid']);
  });

  test('segments of another recording are refused', async () => {
    const foreign = await world.device.seal(makeRecordingId(world.clock), bodies);
    await ingestChunk(world, await upload(foreign.slice(0, 1)));
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['wrong-recording']);
  });

  test('other bytes under a stored sequence are a conflict, and the first bytes stay', async () => {
    await ingestChunk(world, await upload(sealed.slice(0, 1)));
    const other = await world.device.seal(world.recordingId, [[], ...bodies.slice(1)]);
    await ingestChunk(world, await upload(other.slice(0, 1)));
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['sequence-conflict']);
    expect((await world.segments.find(world.recordingId, 1))?.hash).toBe(
      Buffer.from(sealed[0]?.hash ?? []).toString('base64'),
    );
  });

  test('a segment that does not chain to its stored neighbour is refused', async () => {
    await ingestChunk(world, await upload(sealed.slice(0, 1)));
    const other = await world.device.seal(world.recordingId, [[], ...bodies.slice(1)]);
    await ingestChunk(world, await upload(other.slice(1, 2)));
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['hash-mismatch']);
    await ingestChunk(world, await upload(sealed.slice(1, 2)));
    expect(await world.find()).toMatchObject({ contiguousSequence: 2 });
  });

  test('bytes that are no segments, and chunks that are too large, are refused and not tried again', async () => {
    const garbage = await upload(sealed.slice(0, 1), () => new Uint8Array(300).fill(1));
    await expect(ingestChunk(world, garbage)).resolves.toBeUndefined();
    const huge = await upload(sealed.slice(1, 2), () => new Uint8Array(6 * 1024 * 1024));
    await expect(ingestChunk(world, huge)).resolves.toBeUndefined();
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['malformed', 'too-large']);
  });

  test('what may yet come right is tried again: an unknown recording, an object that is not there', async () => {
    const { objectKey } = await chunkOf(makeRecordingId(world.clock), sealed.slice(0, 1));
    await expect(ingestChunk(world, objectKey)).rejects.toThrow('unknown recording');
    const missing = await chunkOf(world.recordingId, sealed.slice(0, 1));
    await expect(ingestChunk(world, missing.objectKey)).rejects.toThrow('not there');
  });

  test('a key that is no chunk’s is left alone', async () => {
    await expect(ingestChunk(world, 'quarantine/whatever')).resolves.toBeUndefined();
  });
});
