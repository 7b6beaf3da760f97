import { beforeAll, describe, expect, test } from '@jest/globals';
import { PlaybackFailure } from './source/recording-source.ts';
import { busySteps, type MadeRecording, makeRecording } from './testing/made-recording.ts';
import { MemorySource } from './testing/memory-source.ts';
import { openPlayer } from './testing/opened-player.ts';
import { isSamePicture } from './testing/picture-recorder.ts';

let busy: MadeRecording;
beforeAll(async () => {
  busy = await makeRecording(busySteps(40_000));
});

function liveSource(arrived: number): MemorySource {
  const source = new MemorySource(busy);
  source.state = 'live';
  source.arrived = arrived;
  return source;
}

const atEdge = { atMs: Number.POSITIVE_INFINITY, plays: true };

describe('a live recording', () => {
  test('opens at its edge, waits there, and grows without a reload', async () => {
    const source = liveSource(5);
    const { player, ticker, sink } = await openPlayer(source, atEdge);
    await ticker.until(() => player.state.status === 'waiting-for-live');
    expect(player.state).toMatchObject({ positionMs: 4_800, isLive: true, isAtLiveEdge: true });
    source.arrived = 8;
    await ticker.until(() => player.state.status === 'playing');
    await ticker.until(() => player.state.status === 'waiting-for-live');
    expect(player.state).toMatchObject({ positionMs: 7_800, durationMs: 7_800, isAtLiveEdge: true });
    expect(isSamePicture(sink.shown, busy.pictureAt(7_800))).toBe(true);
  });

  test('that was empty when it was opened starts to play by itself', async () => {
    const source = liveSource(0);
    const { player, ticker } = await openPlayer(source, atEdge);
    await ticker.tick();
    expect(player.state).toMatchObject({ status: 'waiting-for-live', hasPicture: false });
    source.arrived = 2;
    await ticker.until(() => player.state.hasPicture && player.state.positionMs > 0);
  });

  test('becomes a finished one in place: it is asked until it is sealed, and playback ends at its end', async () => {
    const source = liveSource(5);
    const { player, ticker } = await openPlayer(source, atEdge);
    source.arrived = busy.segments.length;
    source.state = 'sealing';
    await ticker.until(() => player.state.recordingState === 'sealing');
    expect(player.state).toMatchObject({ isLive: false, isAtLiveEdge: false });
    await ticker.until(() => player.state.status === 'ended', 200);
    source.state = 'complete';
    await ticker.until(() => player.state.recordingState === 'complete');
    const { refreshCount } = source;
    for (let i = 0; i < 200; i++) await ticker.tick();
    expect(source.refreshCount).toBe(refreshCount);
  });

  test('lets one go back and return to the edge', async () => {
    const { player, ticker } = await openPlayer(liveSource(20), atEdge);
    await ticker.settle(player.seek(2_000));
    expect(player.state).toMatchObject({ positionMs: 2_000, isAtLiveEdge: false });
    await ticker.settle(player.goLive());
    expect(player.state).toMatchObject({ positionMs: 19_800, isAtLiveEdge: true, wantsToPlay: true });
  });

  test('is not followed while paused', async () => {
    const source = liveSource(5);
    const { player, ticker } = await openPlayer(source, atEdge);
    player.pause();
    source.arrived = 35;
    await ticker.until(() => player.state.durationMs > 30_000);
    expect(player.state).toMatchObject({ positionMs: 4_800, isAtLiveEdge: false, status: 'paused' });
  });

  test('is followed through a leap: who was at the edge is never far behind what has arrived', async () => {
    const source = liveSource(5);
    const { player, ticker, sink } = await openPlayer(source, atEdge);
    await ticker.until(() => player.state.status === 'waiting-for-live');
    source.arrived = 36;
    await ticker.until(() => player.state.durationMs > 30_000 && player.state.positionMs > 5_000);
    await ticker.tick();
    expect(player.state.durationMs - player.state.positionMs).toBeLessThanOrEqual(15_100);
    player.pause();
    expect(isSamePicture(sink.shown, busy.pictureAt(player.state.positionMs))).toBe(true);
  });

  test('is asked once a second, and outlasts a network that is away', async () => {
    const source = liveSource(5);
    const { player, ticker } = await openPlayer(source, atEdge);
    const { refreshCount } = source;
    for (let i = 0; i < 300; i++) await ticker.tick(16);
    expect(source.refreshCount - refreshCount).toBeGreaterThanOrEqual(4);
    expect(source.refreshCount - refreshCount).toBeLessThanOrEqual(6);
    source.failure = new PlaybackFailure('unreachable');
    await ticker.until(() => player.state.isUnreachable);
    source.failure = undefined;
    await ticker.until(() => !player.state.isUnreachable);
    expect(player.state.status).toBe('waiting-for-live');
  });

  test('that falls silent keeps what is stored and goes on when it is heard again', async () => {
    const source = liveSource(5);
    const { player, ticker } = await openPlayer(source, atEdge);
    source.state = 'interrupted';
    await ticker.until(() => player.state.recordingState === 'interrupted');
    expect(player.state).toMatchObject({ status: 'waiting-for-live', isLive: false, isAtLiveEdge: false });
    source.state = 'live';
    source.arrived = 8;
    await ticker.until(() => player.state.positionMs > 5_000);
    expect(player.state.isLive).toBe(true);
  });
});
