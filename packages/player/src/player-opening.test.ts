import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { busySteps, type MadeRecording, makeRecording } from './testing/made-recording.ts';
import { MemorySource } from './testing/memory-source.ts';
import { openPlayer } from './testing/opened-player.ts';
import { isSamePicture } from './testing/picture-recorder.ts';

const durationMs = 20_000;
/** A segment a second, a key image at each fifth. */
let busy: MadeRecording;
beforeAll(async () => {
  busy = await makeRecording(busySteps(durationMs));
});

/** Of the index only some segments are known until `release` is called. */
function partlyKnown(from: number, to: number) {
  const source = new MemorySource(busy);
  const { promise, resolve } = Promise.withResolvers<void>();
  source.around = [from, to];
  source.refreshGate = promise;
  return { source, release: resolve };
}

describe('a recording of which only the surroundings of a moment are known', () => {
  test('shows that moment exactly, before the rest of the index is asked for', async () => {
    const { source } = partlyKnown(10, 15);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 12_300 });
    expect(isSamePicture(sink.shown, busy.pictureAt(12_300))).toBe(true);
    expect(player.state).toMatchObject({ status: 'paused', hasPicture: true, positionMs: 12_300, durationMs });
    expect(source.refreshCount).toBe(0);
    await ticker.until(() => source.refreshCount > 0);
    expect(source.refreshCount).toBe(1);
  });

  test('claims no gap where segments are only not known yet', async () => {
    const { source, release } = partlyKnown(10, 15);
    const { player, ticker } = await openPlayer(source, { atMs: 12_300 });
    expect(player.state).toMatchObject({ gaps: [], notice: undefined });
    release();
    await ticker.until(() => source.isWhole);
    await ticker.tick();
    expect(player.state.gaps).toEqual([]);
  });

  test('goes elsewhere as soon as the rest is there, and says so meanwhile', async () => {
    const { source, release } = partlyKnown(10, 15);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 12_300 });
    const sought = player.seek(3_300);
    for (let i = 0; i < 10; i++) await ticker.tick();
    expect(player.state).toMatchObject({ status: 'buffering', positionMs: 3_300 });
    release();
    await ticker.settle(sought);
    expect(isSamePicture(sink.shown, busy.pictureAt(3_300))).toBe(true);
  });

  test('does not end where that ends: it plays on when the rest is there', async () => {
    const { source, release } = partlyKnown(10, 16);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 14_500, plays: true });
    await ticker.until(() => player.state.status === 'buffering');
    expect(player.state.positionMs).toBeLessThan(16_000);
    release();
    await ticker.until(() => player.state.positionMs > 17_000);
    player.pause();
    expect(isSamePicture(sink.shown, busy.pictureAt(player.state.positionMs))).toBe(true);
  });

  test('reads the whole index at once when the moment is not among what is known', async () => {
    const { source, release } = partlyKnown(10, 15);
    release();
    const { player, sink } = await openPlayer(source, { atMs: 2_200 });
    expect(isSamePicture(sink.shown, busy.pictureAt(2_200))).toBe(true);
    expect(player.state.positionMs).toBe(2_200);
  });

  test('shows any moment exactly, whatever part is known first', async () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 21 })).filter(([a, b]) => a < b);
    await fc.assert(
      fc.asyncProperty(part, fc.integer({ min: 0, max: durationMs }), async ([from, to], atMs) => {
        const { source, release } = partlyKnown(from, to);
        release();
        const { player, ticker, sink } = await openPlayer(source, { atMs });
        expect(isSamePicture(sink.shown, busy.pictureAt(atMs))).toBe(true);
        await ticker.settle(player.seek(durationMs - atMs));
        expect(isSamePicture(sink.shown, busy.pictureAt(durationMs - atMs))).toBe(true);
        player.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('the first picture', () => {
  test('does not wait for what plays after it', async () => {
    const source = new MemorySource(busy);
    const { ticker } = await openPlayer(source, { atMs: 6_300 });
    expect(source.reads.map(({ to }) => to)).toEqual([7]);
    await ticker.until(() => source.reads.length > 1);
    expect(source.reads.at(-1)?.from).toBe(7);
  });
});
