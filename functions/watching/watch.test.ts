import {
  endedWatchLeaseSeconds,
  makePlaybackId,
  makeRecordingId,
  type makeWatchId,
  watchLeaseSeconds,
} from '@afterimage/contracts';
import type { Playback, TrackedRecording } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../../packages/core/src/testing/sample-recording.ts';
import { MemoryChannel, MemoryConnections, MemoryWatches } from '../_testing/memory-channel.ts';
import { seenByAll } from '../_testing/seen-by-all.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { stopWatching } from './end-watch.ts';
import { startWatch } from './open-watch.ts';
import { goOnWatching } from './renew-watch.ts';

const hostConnection = 'host-connection';

function setUp() {
  const clock = new TestClock();
  const recording = sampleRecording();
  const playbacks = new Map<string, Playback>();
  const connections = new MemoryConnections();
  const watches = new MemoryWatches();
  const dependencies = {
    recordings: seenByAll({ find: async () => recording as TrackedRecording | undefined }),
    playbacks: { find: async (playbackId: string) => playbacks.get(playbackId) },
    watches,
    marks: watches,
    connections,
    tickets: connections,
    channel: new MemoryChannel(),
    channelUrl: 'wss://channel.example/live',
    isLiveViewAllowed: true,
    clock,
  };
  return { clock, recording, playbacks, dependencies };
}

describe('watching', () => {
  let world: ReturnType<typeof setUp>;
  beforeEach(async () => {
    world = setUp();
    const { recording, dependencies } = world;
    await dependencies.connections.open(hostConnection, { kind: 'agent', agentId: recording.agentId });
  });

  const callOf = (userName: string) => ({
    caller: { userName, groups: [] },
    requestId: 'r',
    sourceAddress: undefined,
  });
  const play = (userName: string, changes: Partial<Playback> = {}) => {
    const playback: Playback = {
      playbackId: makePlaybackId(world.clock),
      recordingId: world.recording.recordingId,
      userName,
      viewerPublicKey: { kty: 'RSA', n: 'n', e: 'AQAB' },
      expiresAt: new Date(world.clock.nowMs() + 3_600_000).toISOString(),
      ...changes,
    };
    world.playbacks.set(playback.playbackId, playback);
    return playback.playbackId;
  };
  const open = (userName: string, playbackId = play(userName)) => {
    const params = { recordingId: world.recording.recordingId };
    return startWatch(world.dependencies, { params, query: undefined, body: { playbackId } }, callOf(userName));
  };
  const opened = async (userName: string) => {
    const outcome = await open(userName);
    if (!outcome.isDone) throw new Error(outcome.problem);
    return outcome.response;
  };
  const paramsOf = (watchId: ReturnType<typeof makeWatchId>) => ({
    recordingId: world.recording.recordingId,
    watchId,
  });
  const renew = (userName: string, watchId: ReturnType<typeof makeWatchId>, needsChannel = false) =>
    goOnWatching(
      world.dependencies,
      { params: paramsOf(watchId), query: undefined, body: { needsChannel } },
      callOf(userName),
    );
  const end = (userName: string, watchId: ReturnType<typeof makeWatchId>) =>
    stopWatching(
      world.dependencies,
      { params: paramsOf(watchId), query: undefined, body: undefined },
      callOf(userName),
    );
  const toldHost = () => world.dependencies.channel.toldOf(hostConnection);
  const secondsLeft = (notice: object | undefined) =>
    notice !== undefined && 'watchedUntil' in notice
      ? (Date.parse(String(notice.watchedUntil)) - world.clock.nowMs()) / 1000
      : undefined;

  test('TRN-009: the first who watches turns the host to short segments, the last who leaves turns it back', async () => {
    const ada = await opened('ada');
    expect(toldHost()).toMatchObject([{ kind: 'watched', segmentMs: 500 }]);
    expect(secondsLeft(toldHost()[0])).toBe(watchLeaseSeconds);
    const bob = await opened('bob');
    await end('ada', ada.watchId);
    expect(toldHost()).toHaveLength(1);
    await end('bob', bob.watchId);
    expect(toldHost()).toHaveLength(2);
    expect(secondsLeft(toldHost()[1])).toBe(0);
  });

  test.each([1, 10])('%i viewers for a minute cost their host six messages', async (count) => {
    const names = Array.from({ length: count }, (_, i) => `viewer-${i}`);
    const viewers = await Promise.all(names.map(async (name) => ({ name, ...(await opened(name)) })));
    for (let second = 1; second <= 60; second++) {
      world.clock.advance(1000);
      for (const [i, { name, watchId }] of viewers.entries()) {
        if ((second + i) % 10 === 0) expect(await renew(name, watchId)).toMatchObject({ isDone: true });
      }
      expect(secondsLeft(toldHost().at(-1))).toBeGreaterThanOrEqual(10);
    }
    expect(toldHost().length).toBeLessThanOrEqual(7);
    expect(toldHost().length).toBeGreaterThanOrEqual(6);
  });

  test('somebody who comes while the last one leaves is not left without a stream', async () => {
    const ada = await opened('ada');
    const { drawBack } = world.dependencies.watches;
    world.dependencies.watches.drawBack = async (...args) => {
      await opened('bob');
      return drawBack.apply(world.dependencies.watches, args);
    };
    await end('ada', ada.watchId);
    expect(secondsLeft(toldHost().at(-1))).toBe(watchLeaseSeconds);
  });

  test('a lease that is not renewed ends, and who comes back later opens another', async () => {
    const { watchId } = await opened('ada');
    world.clock.advance(watchLeaseSeconds * 1000);
    expect(await renew('ada', watchId)).toMatchObject({ problem: 'watch-not-found' });
    await opened('ada');
    expect(toldHost()).toHaveLength(2);
  });

  test('a renewal gives another ticket when it is asked for one', async () => {
    const { watchId, channel } = await opened('ada');
    const renewed = await renew('ada', watchId, true);
    expect(renewed).toMatchObject({ isDone: true, response: { channel: { url: expect.stringMatching(/\?ticket=/) } } });
    expect(renewed).not.toMatchObject({ response: { channel } });
    expect(await renew('ada', watchId)).not.toHaveProperty('response.channel');
  });

  test('one can neither renew nor end what another person watches', async () => {
    const { watchId } = await opened('ada');
    expect(await renew('eve', watchId)).toMatchObject({ problem: 'watch-not-found' });
    await end('eve', watchId);
    expect(await renew('ada', watchId)).toMatchObject({ isDone: true });
  });

  test('a right that is withdrawn ends the watch with its next renewal', async () => {
    const { watchId } = await opened('ada');
    world.dependencies.recordings = seenByAll({ find: async () => undefined });
    expect(await renew('ada', watchId)).toMatchObject({ problem: 'recording-not-found' });
    expect(await world.dependencies.watches.list(world.recording.recordingId)).toEqual([]);
    expect(secondsLeft(toldHost().at(-1))).toBe(0);
  });

  test('needs an open playback of the same person and recording', async () => {
    const past = new Date(world.clock.nowMs()).toISOString();
    const refused = [
      play('bob'),
      play('ada', { expiresAt: past }),
      play('ada', { recordingId: makeRecordingId(world.clock) }),
      makePlaybackId(world.clock),
    ];
    for (const playbackId of refused) {
      expect(await open('ada', playbackId)).toMatchObject({ problem: 'playback-expired' });
    }
    expect(toldHost()).toEqual([]);
  });

  test.each([
    ['failed', 'recording-ended'],
    ['erasing', 'recording-erased'],
    ['erased', 'recording-erased'],
  ] as const)('there is nothing to watch of a recording that is %s', async (state, problem) => {
    world.recording.state = state;
    expect(await open('ada')).toMatchObject({ problem });
  });

  test.each(['complete', 'partial'] as const)(
    'a recording that is %s is watched for long, at no cost to its host, and live view or not',
    async (state) => {
      world.recording.state = state;
      world.dependencies.isLiveViewAllowed = false;
      const { watchId, leaseSeconds } = await opened('ada');
      expect(leaseSeconds).toBe(endedWatchLeaseSeconds);
      world.clock.advance(100_000);
      expect(await renew('ada', watchId)).toMatchObject({ response: { leaseSeconds: endedWatchLeaseSeconds, state } });
      expect(toldHost()).toEqual([]);
    },
  );

  test('a watch goes on when the recording ends, and ends with its next renewal when it is erased', async () => {
    const { watchId } = await opened('ada');
    world.recording.state = 'complete';
    expect(await renew('ada', watchId)).toMatchObject({ response: { leaseSeconds: endedWatchLeaseSeconds } });
    world.recording.state = 'erased';
    expect(await renew('ada', watchId)).toMatchObject({ problem: 'recording-erased' });
    expect(await world.dependencies.watches.list(world.recording.recordingId)).toEqual([]);
  });

  test('STO-023: a deployment can forbid live view, and says so', async () => {
    expect(await open('ada')).toMatchObject({ isDone: true });
    world.dependencies.isLiveViewAllowed = false;
    expect(await open('ada')).toMatchObject({ problem: 'live-view-not-allowed' });
  });
});
