import { makeRecordingFileId, makeRecordingId, maxChunkBytes } from '@afterimage/contracts';
import { planFile } from '@afterimage/core';
import type { SealedSegment } from '@afterimage/recording';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chunkOf, SampleDevice, sampleRecords } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { ingestChunk } from './ingest-chunk.ts';
import { takeMessage } from './take-message.ts';

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

  test('chunks that are sent again with other boundaries store what is new, each segment once, whatever comes first', async () => {
    const cuts = fc.shuffledSubarray(
      [
        [0, 3],
        [1, 2],
        [2, 5],
        [0, 6],
        [4, 6],
      ] as const,
      { minLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(cuts, async (order) => {
        world = await sampleWorld();
        sealed = await world.device.seal(world.recordingId, bodies);
        for (const [from, to] of order) await ingestChunk(world, await upload(sealed.slice(from, to)));
        expect(await world.find()).toMatchObject({ state: 'sealing', segmentCount: 6, rejectedCount: 0 });
        const rows = await world.segments.list(world.recordingId, { afterSequence: 0, limit: 10 });
        expect(rows.map(({ hash }) => hash)).toEqual(sealed.map(({ hash }) => Buffer.from(hash).toString('base64')));
      }),
      { numRuns: 20 },
    );
  });

  test('of a chunk that overlaps what is stored by other bytes the rest is stored, and the conflict is told once', async () => {
    await ingestChunk(world, await upload(sealed.slice(0, 2)));
    const other = await world.device.seal(world.recordingId, [bodies[0] ?? [], [], ...bodies.slice(2)]);
    const { bytes } = await chunkOf(
      world.recordingId,
      [other[1], ...sealed.slice(2, 4)].flatMap((one) => one ?? []),
    );
    const objectKey = await upload(sealed.slice(1, 4), () => bytes);
    for (let times = 0; times < 2; times++) await ingestChunk(world, objectKey);
    expect(await world.find()).toMatchObject({
      contiguousSequence: 4,
      rejections: [{ sequence: 2, objectKey, reason: 'sequence-conflict' }],
    });
    expect(world.chunks.quarantined).toContain(objectKey);
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
    const forged = await world.device.seal(world.recordingId, bodies, { signer: other.signer });
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
    const [first] = await world.segments.list(world.recordingId, { afterSequence: 0, limit: 1 });
    expect(first?.hash).toBe(Buffer.from(sealed[0]?.hash ?? []).toString('base64'));
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
    expect(await ingestChunk(world, garbage)).toBe('taken');
    const huge = await upload(sealed.slice(1, 2), () => new Uint8Array(maxChunkBytes + 1));
    expect(await ingestChunk(world, huge)).toBe('taken');
    expect((await world.find()).rejections.map(({ reason }) => reason)).toEqual(['malformed', 'too-large']);
  });

  test('what may yet come right is left to be tried again: an unknown recording, an object that is not there', async () => {
    const { objectKey } = await chunkOf(makeRecordingId(world.clock), sealed.slice(0, 1));
    const missing = await chunkOf(world.recordingId, sealed.slice(0, 1));
    for (const key of [objectKey, missing.objectKey]) {
      await expect(takeMessage(world, { Records: [{ s3: { object: { key } } }] })).rejects.toThrow();
    }
  });

  test('an agent’s notice that leads nowhere, or is none, is dropped and not tried again', async () => {
    const { objectKey } = await chunkOf(world.recordingId, sealed.slice(0, 1));
    const notice = { version: 1, kind: 'chunk-uploaded', recordingId: world.recordingId, objectKey };
    for (const body of [notice, { ...notice, version: 2 }, 'text', undefined, null, {}]) {
      await expect(takeMessage(world, body)).resolves.toBeUndefined();
    }
    expect(await world.find()).toMatchObject({ segmentCount: 0, rejectedCount: 0 });
  });

  test('a file that is being written is not begun again by the message that comes second', async () => {
    const objectKey = await upload(sealed);
    await ingestChunk(world, objectKey);
    await ingestChunk(world, objectKey);
    expect(world.finaliseQueue.sent).toHaveLength(2);
    const recordingFileId = makeRecordingFileId(world.clock);
    const at = '2026-11-22T10:00:00.000Z';
    await world.recordings.change(world.recordingId, (current) => planFile(current, recordingFileId, at));
    await ingestChunk(world, objectKey);
    expect(world.finaliseQueue.sent).toHaveLength(2);
  });

  test('a key that is no chunk’s is left alone', async () => {
    expect(await ingestChunk(world, 'quarantine/whatever')).toBe('taken');
  });
});
