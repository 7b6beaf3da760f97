import { makePlaybackId, makeWatchId } from '@afterimage/contracts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { chunkOf, sampleRecords } from '../_testing/sample-device.ts';
import { sampleWorld } from '../_testing/sample-world.ts';
import { announceSegments } from './announce-segments.ts';
import { ingestChunk } from './ingest-chunk.ts';

describe('announceSegments', () => {
  let world: Awaited<ReturnType<typeof sampleWorld>>;
  beforeEach(async () => {
    world = await sampleWorld();
    const { watches, clock, recordingId, device } = world;
    await watches.open({
      watchId: makeWatchId(clock),
      recordingId,
      agentId: device.agent.agentId,
      playbackId: makePlaybackId(clock),
      userName: 'ada',
      leaseEndsAtMs: clock.nowMs() + 30_000,
      connectionId: 'ada',
    });
  });

  test('tells viewers of streaming segments and of a change of state, and of nothing else', async () => {
    const before = await world.find();
    const after = { ...before, contiguousSequence: 7, contiguousMs: 3500 };
    await announceSegments(world, { before, after, stored: [{ isStreaming: false }] });
    expect(world.channel.posted).toEqual([]);
    await announceSegments(world, { before, after, stored: [{ isStreaming: false }, { isStreaming: true }] });
    await announceSegments(world, { before, after: { ...after, state: 'sealing' }, stored: [] });
    expect(world.channel.toldOf('ada')).toMatchObject([
      { kind: 'segments', contiguousSequence: 7, contiguousMs: 3500, state: 'live' },
      { kind: 'segments', state: 'sealing' },
    ]);
  });

  test('a channel that is down keeps nothing from being stored', async () => {
    world.channel.post = async () => {
      throw new Error('the channel is down');
    };
    const recording = await world.find();
    const change = { before: recording, after: recording, stored: [{ isStreaming: true }] };
    await expect(announceSegments(world, change)).resolves.toBeUndefined();
  });

  test('the same chunk told of twice at a time is announced once', async () => {
    const segments = await world.device.seal(world.recordingId, [0, 1].map(sampleRecords), { isStreaming: true });
    const { objectKey, bytes } = await chunkOf(world.recordingId, segments.slice(0, 1));
    world.chunks.objects.set(objectKey, bytes);
    await Promise.all([ingestChunk(world, objectKey), ingestChunk(world, objectKey)]);
    expect(world.channel.toldOf('ada')).toMatchObject([{ contiguousSequence: 1 }]);
  });
});
