import { S3ChunkStore, S3RecordingFileStore } from '@afterimage/aws';
import { idToBytes } from '@afterimage/contracts';
import type { RecordingRecord, SealedSegment } from '@afterimage/recording';
import { verifyRecording } from '@afterimage/recording';
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryFiles } from '../_testing/memory-files.ts';
import { startOneMachine } from '../_testing/one-machine.ts';
import { chunkOf } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { ingestChunk } from '../ingest/ingest-chunk.ts';
import { sealRecording } from './seal-recording.ts';

const segmentCount = 48;
const segmentsPerChunk = 8;
const partBytes = 8 * 1024 * 1024;

/** Nearly as much as one segment may hold. */
function manyRecords(index: number): RecordingRecord[] {
  return Array.from({ length: 120 }, (_, each): RecordingRecord => {
    const fields = { text: String.fromCharCode(97 + ((index + each) % 26)).repeat(4000) };
    return { type: 'event', timeMs: index * 1000 + each, kind: 'title', assertedBy: 'agent', fields };
  });
}

/** Written in parts to a real S3, read back and proven. */
describe('a recording of more than 20 MB', () => {
  let machine: Awaited<ReturnType<typeof startOneMachine>>;
  let s3: S3Client;
  let world: Awaited<ReturnType<typeof sampleWorld>>;
  let sealed: SealedSegment[];
  const savedEnvironment = { ...process.env };
  const buckets = { landing: 'landing', recordings: 'recordings' };

  beforeAll(async () => {
    machine = await startOneMachine();
    Object.assign(process.env, machine.environment);
    s3 = new S3Client({});
    world = await sampleWorld();
    sealed = await world.device.seal(
      world.recordingId,
      Array.from({ length: segmentCount }, (_, index) => manyRecords(index)),
    );
    for (let first = 0; first < segmentCount; first += segmentsPerChunk) {
      const { objectKey, bytes } = await chunkOf(world.recordingId, sealed.slice(first, first + segmentsPerChunk));
      await s3.send(new PutObjectCommand({ Bucket: 'landing', Key: objectKey, Body: bytes }));
      expect(await ingestChunk({ ...world, chunks: new S3ChunkStore(s3, 'landing') }, objectKey)).toBe('taken');
    }
  });

  afterAll(async () => {
    s3.destroy();
    process.env = savedEnvironment;
    await machine.stop();
  });

  const dependencies = () => {
    const manifests = new MemoryFiles(world.chunks);
    const signer = { sign: async () => 'AAAA' };
    return { ...world, files: new S3RecordingFileStore(s3, buckets, { partBytes }), manifests, signer };
  };
  const uploadsLeft = async () =>
    (await s3.send(new ListMultipartUploadsCommand({ Bucket: 'recordings' }))).Uploads ?? [];

  test('that can’t be read to its end leaves neither a file nor parts of one', async () => {
    const files = new S3RecordingFileStore(s3, buckets, { partBytes });
    const torn = async function* () {
      yield new Uint8Array(20 * 1024 * 1024);
      throw new Error('the chunk is gone');
    };
    await expect(files.write('torn.air', torn())).rejects.toThrow('the chunk is gone');
    expect(await uploadsLeft()).toEqual([]);
    const read = async () => {
      for await (const _piece of files.read({
        location: { store: 'recordings', objectKey: 'torn.air' },
        offset: 0,
        sizeBytes: 1,
      }));
    };
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('is written in parts, byte for byte what its chunks held, and proven', async () => {
    await sealRecording(dependencies(), world.recordingId);
    const recording = await world.find();
    const [file] = recording.files;
    expect(recording).toMatchObject({ state: 'complete', segmentCount });
    expect(file?.sizeBytes).toBeGreaterThan(20_000_000);
    expect(await uploadsLeft()).toEqual([]);
    const range = {
      location: { store: 'recordings', objectKey: file?.objectKey ?? '' },
      offset: 0,
      sizeBytes: file?.sizeBytes ?? 0,
    } as const;
    const pieces = new S3RecordingFileStore(s3, buckets, { partBytes }).read(range);
    const origin = {
      recordingId: idToBytes(world.recordingId),
      agentId: idToBytes(recording.agentId),
      devicePublicKey: Buffer.from(recording.devicePublicKey, 'base64'),
    };
    const verdict = await verifyRecording({ origin, sources: [{ name: 'file', form: 'file', bytes: pieces }] });
    expect(verdict).toMatchObject({ verdict: 'intact-and-complete', segmentCount, findings: [] });
  });
});
