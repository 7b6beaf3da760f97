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
    await ticker.until(() => player.state.durationMs > 30_000);
    const beganMs = ticker.nowMs();
    await ticker.until(() => player.state.durationMs - player.state.positionMs <= 100);
    expect(ticker.nowMs() - beganMs).toBeLessThan(3_000);
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

  test('TRN-010: says how far behind it is, and since when nothing is new', async () => {
    const source = liveSource(5);
    source.ageOfEndMs = 600;
    const { player, ticker } = await openPlayer(source, atEdge);
    expect(player.state).toMatchObject({ liveLagMs: undefined, quietMs: 0 });
    source.arrived = 8;
    await ticker.until(() => player.state.positionMs > 5_000);
    await ticker.until(() => player.state.status === 'waiting-for-live');
    expect(player.state.liveLagMs).toBeGreaterThanOrEqual(600);
    expect(player.state.liveLagMs).toBeLessThan(2_000);
    await ticker.until(() => player.state.quietMs === 7_000);
    await ticker.settle(player.seek(0));
    expect(player.state).toMatchObject({ liveLagMs: undefined, quietMs: 0 });
  });

  test('what arrives late is caught up with, faster than it happened', async () => {
    const source = liveSource(5);
    const { player, ticker } = await openPlayer(source, atEdge);
    source.arrived = 8;
    await ticker.until(() => player.state.durationMs === 7_800);
    while ((player.state.buffered.at(-1)?.toMs ?? 0) < 7_800) await ticker.tick(0);
    const beganMs = ticker.nowMs();
    await ticker.until(() => player.state.positionMs === 7_800);
    expect(ticker.nowMs() - beganMs).toBeLessThan(2_000);
  });

  test('is asked once for each piece of news, and in between only in its interval', async () => {
    const source = liveSource(5);
    let news = 0;
    const live = {
      tick: () => {},
      takeNews: () => news-- > 0,
      askIntervalMs: 60_000,
      isForbidden: false,
      isErased: false,
      letGo: () => {},
    };
    const { player, ticker } = await openPlayer(source, atEdge, { live });
    await ticker.tick();
    const { refreshCount } = source;
    source.arrived = 8;
    news = 5;
    await ticker.until(() => player.state.positionMs === 7_800 && news < 0);
    expect(source.refreshCount - refreshCount).toBe(5);
    await ticker.tick(30_000);
    expect(source.refreshCount - refreshCount).toBe(5);
  });

  test('segments that come late join where they belong: the gap closes and its pictures are there', async () => {
    const source = liveSource(20);
    source.missing.add(7);
    source.missing.add(8);
    const { player, ticker, sink } = await openPlayer(source, atEdge);
    await ticker.settle(player.seek(6_500));
    player.pause();
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'gap' } });
    source.missing.clear();
    await ticker.until(() => player.state.gaps.length === 0);
    await ticker.settle(player.seek(6_500));
    expect(isSamePicture(sink.shown, busy.pictureAt(6_500))).toBe(true);
    await ticker.settle(player.seek(8_900));
    expect(isSamePicture(sink.shown, busy.pictureAt(8_900))).toBe(true);
  });

  test('late segments bring back the picture of who waits behind the gap', async () => {
    const source = liveSource(9);
    source.missing.add(8);
    const { player, ticker, sink } = await openPlayer(source, atEdge);
    await ticker.until(() => player.state.status === 'waiting-for-live');
    expect(player.state.hasPicture).toBe(false);
    source.missing.clear();
    await ticker.until(() => player.state.hasPicture && player.state.status === 'waiting-for-live');
    expect(isSamePicture(sink.shown, busy.pictureAt(8_800))).toBe(true);
  });
});
