import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { playbackSpeeds } from './player-state.ts';
import { PlaybackFailure } from './source/recording-source.ts';
import { busySteps, type MadeRecording, makeRecording } from './testing/made-recording.ts';
import { MemorySource } from './testing/memory-source.ts';
import { newPlayer, openPlayer } from './testing/opened-player.ts';
import { isSamePicture } from './testing/picture-recorder.ts';

const durationMs = 20_000;
let busy: MadeRecording;
beforeAll(async () => {
  busy = await makeRecording(busySteps(durationMs));
});

describe('seeking', () => {
  test('shows the exact pixels of any moment, in any order, at any speed, playing or not', async () => {
    const seek = fc.record({
      timeMs: fc.integer({ min: -100, max: durationMs + 100 }),
      speed: fc.constantFrom(...playbackSpeeds),
      playsForTicks: fc.integer({ min: 0, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(seek, { minLength: 1, maxLength: 8 }), async (seeks) => {
        const { player, ticker, sink } = await openPlayer(new MemorySource(busy));
        for (const { timeMs, speed, playsForTicks } of seeks) {
          await ticker.settle(player.seek(timeMs));
          const atMs = Math.min(durationMs, Math.max(0, timeMs));
          expect(player.state.positionMs).toBe(atMs);
          expect(isSamePicture(sink.shown, busy.pictureAt(atMs))).toBe(true);
          player.setSpeed(speed);
          player.play();
          for (let i = 0; i < playsForTicks; i++) await ticker.tick();
          player.pause();
          const isInStep = () => isSamePicture(sink.shown, busy.pictureAt(player.state.positionMs));
          // Playing from the end begins anew, which is a seek of its own.
          if (atMs === durationMs) await ticker.until(isInStep);
          expect(isInStep()).toBe(true);
        }
        player.close();
      }),
      { numRuns: 25 },
    );
  });

  test('lets the last of several seeks win, and resolves all of them', async () => {
    const { player, ticker, sink } = await openPlayer(new MemorySource(busy));
    const seeks = [12_000, 3_300, 17_900, 6_050].map((timeMs) => player.seek(timeMs));
    await ticker.settle(Promise.all(seeks));
    expect(player.state.positionMs).toBe(6_050);
    expect(isSamePicture(sink.shown, busy.pictureAt(6_050))).toBe(true);
  });

  test('gives up what an earlier seek was still reading', async () => {
    const source = new MemorySource(busy);
    const { player, ticker } = await openPlayer(source);
    source.gate = new Promise(() => {});
    void player.seek(18_000);
    await ticker.tick();
    const reading = source.reads.at(-1);
    source.gate = Promise.resolve();
    await ticker.settle(player.seek(9_000));
    expect(reading?.signal.aborted).toBe(true);
  });

  test('goes to the place that was asked for while the recording was still loading', async () => {
    const { player, ticker, sink } = newPlayer(new MemorySource(busy));
    const opened = player.open({ atMs: 1_000 });
    void player.seek(14_500);
    await ticker.settle(opened);
    expect(player.state.positionMs).toBe(14_500);
    expect(isSamePicture(sink.shown, busy.pictureAt(14_500))).toBe(true);
  });

  test('shows what is near first when the exact picture takes more than one tick, and the exact one next', async () => {
    const { player, ticker, sink } = newPlayer(new MemorySource(busy), { nowMs: countingClock(), decodeBudgetMs: 4 });
    const opened = player.open({ atMs: 9_900 });
    await ticker.until(() => sink.shown !== undefined);
    expect(player.state).toMatchObject({ status: 'buffering', hasPicture: true, positionMs: 9_900 });
    const near = [5_000, 5_200, 5_400, 5_600].map((timeMs) => isSamePicture(sink.shown, busy.pictureAt(timeMs)));
    expect(near).toContain(true);
    await ticker.settle(opened);
    expect(isSamePicture(sink.shown, busy.pictureAt(9_900))).toBe(true);
    expect(sink.paintCount).toBe(2);
  });

  test('reads only from the nearest key image on', async () => {
    const source = new MemorySource(busy);
    await openPlayer(source, { atMs: 16_000 });
    expect(source.segments[source.reads[0]?.from ?? 0]).toMatchObject({ startMs: 15_000, hasKeyBegin: true });
  });
});

describe('playing', () => {
  test.each(playbackSpeeds)('PLY-052: moves at %d times the speed of the clock, at once', async (speed) => {
    const { player, ticker } = await openPlayer(new MemorySource(busy), { atMs: 2_000 });
    await ticker.until(() => player.state.buffered.some(({ fromMs, toMs }) => fromMs <= 2_000 && toMs >= 9_000));
    player.setSpeed(speed);
    player.play();
    for (let i = 0; i < 10; i++) await ticker.tick(16);
    player.pause();
    expect(player.state.positionMs).toBeCloseTo(2_000 + 160 * speed, 6);
  });

  test('PLY-025: stands still while paused', async () => {
    const { player, ticker, sink } = await openPlayer(new MemorySource(busy), { atMs: 2_000, plays: true });
    await ticker.until(() => player.state.positionMs > 3_000);
    player.pause();
    const { positionMs } = player.state;
    for (let i = 0; i < 100; i++) await ticker.tick();
    expect(player.state).toMatchObject({ status: 'paused', positionMs });
    expect(isSamePicture(sink.shown, busy.pictureAt(positionMs))).toBe(true);
  });

  test('ends at the end, and begins anew from there', async () => {
    const { player, ticker, sink } = await openPlayer(new MemorySource(busy), { atMs: 19_000, plays: true });
    await ticker.until(() => player.state.status === 'ended');
    expect(player.state).toMatchObject({ positionMs: durationMs, wantsToPlay: false });
    expect(isSamePicture(sink.shown, busy.pictureAt(durationMs))).toBe(true);
    player.play();
    await ticker.until(() => player.state.status === 'playing');
    expect(player.state.positionMs).toBeLessThan(1_000);
  });

  test('waits for bytes, says so, and goes on by itself', async () => {
    const source = new MemorySource(busy);
    const gate = Promise.withResolvers<void>();
    const { player, ticker } = await openPlayer(source);
    source.gate = gate.promise;
    player.setSpeed(32);
    player.play();
    await ticker.until(() => player.state.status === 'buffering');
    const { positionMs } = player.state;
    for (let i = 0; i < 10; i++) await ticker.tick();
    expect(player.state.positionMs).toBe(positionMs);
    gate.resolve();
    await ticker.until(() => player.state.status === 'ended');
  });

  test('goes on where it was when the page was not drawn for long', async () => {
    const { player, ticker } = await openPlayer(new MemorySource(busy), { plays: true });
    await ticker.until(() => player.state.positionMs > 500);
    const { positionMs } = player.state;
    await ticker.tick(3_600_000);
    await ticker.tick();
    expect(player.state.positionMs).toBeLessThan(positionMs + 2_000);
  });

  test('tells of the position no more than ten times a second', async () => {
    const { player, ticker } = await openPlayer(new MemorySource(busy), { plays: true });
    await ticker.until(() => player.state.status === 'playing' && player.state.buffered[0]?.toMs === durationMs);
    let toldCount = 0;
    player.subscribe(() => toldCount++);
    for (let i = 0; i < 100; i++) await ticker.tick(10);
    expect(toldCount).toBeGreaterThan(5);
    expect(toldCount).toBeLessThanOrEqual(11);
  });

  test('keeps the same state while nothing changes', async () => {
    const { player, ticker } = await openPlayer(new MemorySource(busy));
    await ticker.until(() => player.state.buffered[0]?.toMs === 13_000);
    const { state } = player;
    for (let i = 0; i < 10; i++) await ticker.tick();
    expect(player.state).toBe(state);
  });
});

describe('closing', () => {
  test('while loading stops the clock and tells nobody', async () => {
    const source = new MemorySource(busy);
    const gate = Promise.withResolvers<void>();
    source.gate = gate.promise;
    const { player, ticker, sink } = newPlayer(source);
    const opened = player.open();
    await ticker.until(() => source.reads.length > 0);
    let toldCount = 0;
    player.subscribe(() => toldCount++);
    player.close();
    gate.resolve();
    await opened;
    for (let i = 0; i < 10; i++) await ticker.tick();
    expect(ticker.isTicking).toBe(false);
    expect(source.reads.at(-1)?.signal.aborted).toBe(true);
    expect([toldCount, sink.paintCount]).toEqual([0, 0]);
  });

  test('before the index has come never starts the clock', async () => {
    const { player, ticker } = newPlayer(new MemorySource(busy));
    const opened = player.open();
    player.close();
    await opened;
    expect(ticker.isTicking).toBe(false);
  });
});

describe('failures', () => {
  test.each(['not-permitted', 'not-found', 'signed-out'] as const)('%s ends playback and is named', async (kind) => {
    const source = new MemorySource(busy);
    source.failure = new PlaybackFailure(kind);
    const { player } = await openPlayer(source);
    expect(player.state).toMatchObject({ status: 'failed', failure: kind });
  });

  test('a lost network is asked again less and less often, and heals', async () => {
    const source = new MemorySource(busy);
    const { player, ticker, sink } = await openPlayer(source);
    source.failure = new PlaybackFailure('unreachable');
    const readCount = source.reads.length;
    void player.seek(18_000);
    await ticker.until(() => player.state.isUnreachable);
    for (let i = 0; i < 125; i++) await ticker.tick();
    expect(source.reads.length - readCount).toBeLessThanOrEqual(4);
    expect(player.state).toMatchObject({ status: 'buffering', isUnreachable: true });
    source.failure = undefined;
    await ticker.until(() => player.state.status === 'paused' && !player.state.isUnreachable);
    expect(isSamePicture(sink.shown, busy.pictureAt(18_000))).toBe(true);
  });
});

/** Each look at this clock takes a millisecond. */
function countingClock(): () => number {
  let nowMs = 0;
  return () => nowMs++;
}
