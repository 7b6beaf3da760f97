import { makePlaybackId, makeRecordingId, makeWatchId } from '@afterimage/contracts';
import type { Playback, TrackedRecording } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryChannel, MemoryConnections, MemoryWatches } from '../_testing/memory-channel.ts';
import { seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { confirmPlayback } from './confirm-playback.ts';

const clock = new TestClock();
const later = new Date(clock.nowMs() + 3_600_000).toISOString();

function setUp() {
  const recording = sampleRecording();
  const watches = new MemoryWatches();
  const playbacks = new Map<string, Playback>();
  const dependencies = {
    recordings: seenByAll({ find: async () => recording as TrackedRecording | undefined }),
    playbacks: { find: async (playbackId: string) => playbacks.get(playbackId) },
    watches,
    marks: watches,
    connections: new MemoryConnections(),
    channel: new MemoryChannel(),
    clock,
  };
  return { recording, watches, playbacks, dependencies };
}

describe('confirmPlayback', () => {
  let world: ReturnType<typeof setUp>;
  beforeEach(() => {
    world = setUp();
  });

  const play = async (userName: string, changes: Partial<Playback> = {}) => {
    const { recordingId, agentId } = world.recording;
    clock.advance(1);
    const playbackId = makePlaybackId(clock);
    const viewerPublicKey = { kty: 'RSA', n: 'n', e: 'AQAB' } as const;
    world.playbacks.set(playbackId, {
      playbackId,
      recordingId,
      userName,
      viewerPublicKey,
      expiresAt: later,
      ...changes,
    });
    const leaseEndsAtMs = clock.nowMs() + 30_000;
    await world.watches.open({
      watchId: makeWatchId(clock),
      recordingId,
      agentId,
      playbackId,
      userName,
      leaseEndsAtMs,
    });
    return playbackId;
  };
  const confirm = (userName: string, playbackId: Playback['playbackId']) => {
    const params = { recordingId: world.recording.recordingId, playbackId };
    const call = { caller: { userName, groups: [] }, requestId: 'r', sourceAddress: undefined };
    return confirmPlayback(world.dependencies, { params, query: undefined, body: undefined }, call);
  };
  const watching = async () => (await world.watches.list(world.recording.recordingId)).map(({ userName }) => userName);

  test('says until when the caller’s own playback holds, and leaves its watch alone', async () => {
    const playbackId = await play('ada');
    expect(await confirm('ada', playbackId)).toMatchObject({ isDone: true, response: { expiresAt: later } });
    expect(await watching()).toEqual(['ada']);
  });

  test('VIEW-004: a recording that the viewer may not see any more ends the watches of that playback, and no others', async () => {
    const playbackId = await play('ada');
    await play('ada');
    await play('grace');
    world.dependencies.recordings = seenByAll({ find: async () => undefined });
    expect(await confirm('ada', playbackId)).toMatchObject({ problem: 'recording-not-found' });
    expect((await watching()).sort()).toEqual(['ada', 'grace']);
  });

  test('tells nothing of what is another’s, of another recording, over or unknown, and ends nobody’s watch by it', async () => {
    const over = new Date(clock.nowMs()).toISOString();
    const elsewhere = await play('ada', { recordingId: makeRecordingId(clock) });
    const past = await play('ada', { expiresAt: over });
    const foreign = await play('grace');
    for (const playbackId of [elsewhere, past, foreign, makePlaybackId(clock)]) {
      expect(await confirm('ada', playbackId)).toMatchObject({ problem: 'playback-expired' });
    }
    expect(await watching()).toEqual(['grace']);
  });

  test('ends with the erasure of the recording', async () => {
    const playbackId = await play('ada');
    world.recording.state = 'erasing';
    expect(await confirm('ada', playbackId)).toMatchObject({ problem: 'recording-erased' });
    expect(await watching()).toEqual([]);
  });
});
