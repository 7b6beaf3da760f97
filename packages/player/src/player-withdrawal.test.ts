import { playbackCheckSeconds } from '@afterimage/contracts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PlaybackFailure } from './source/recording-source.ts';
import { busySteps, type MadeRecording, makeRecording } from './testing/made-recording.ts';
import { MemorySource } from './testing/memory-source.ts';
import { openPlayer } from './testing/opened-player.ts';

let busy: MadeRecording;
beforeAll(async () => {
  busy = await makeRecording(busySteps(20_000));
});

describe('a right that is withdrawn while a recording is played', () => {
  test.each(['not-permitted', 'not-visible', 'signed-out', 'erased'] as const)(
    '%s: within five seconds there is no picture, no key and no opened segment, and nothing is asked for any more',
    async (kind) => {
      const source = new MemorySource(busy);
      const { player, ticker, sink } = await openPlayer(source, { atMs: 1_000, plays: true });
      await ticker.until(() => player.state.status === 'playing');
      const withdrawnAtMs = ticker.nowMs();
      source.withdrawal = new PlaybackFailure(kind);
      await ticker.until(() => player.state.failure !== undefined);
      expect(ticker.nowMs() - withdrawnAtMs).toBeLessThan(5_000);
      expect(player.state).toMatchObject({ status: 'failed', failure: kind, hasPicture: false, buffered: [] });
      expect([sink.shown, source.releasedEpochs, ticker.isTicking]).toEqual([undefined, [], false]);
      const { length } = source.reads;
      await player.seek(10_000);
      player.play();
      expect([sink.shown, source.reads.length, source.releasedEpochs]).toEqual([undefined, length, []]);
    },
  );

  test('is noticed also while it stands still, whatever is read already', async () => {
    const source = new MemorySource(busy);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 1_000 });
    source.withdrawal = new PlaybackFailure('not-visible');
    await ticker.until(() => player.state.failure === 'not-visible');
    expect(sink.shown).toBeUndefined();
  });

  test('is noticed by the first tick after the page was hidden', async () => {
    const source = new MemorySource(busy);
    const { player, ticker } = await openPlayer(source, { atMs: 1_000 });
    source.withdrawal = new PlaybackFailure('not-permitted');
    await ticker.tick(600_000);
    expect(player.state.failure).toBe('not-permitted');
  });

  test.each(['unreachable', 'internal', 'expired'] as const)('%s is no withdrawal: it is asked again', async (kind) => {
    const source = new MemorySource(busy);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 1_000 });
    source.withdrawal = new PlaybackFailure(kind);
    for (let asked = 1; asked <= 3; asked++) {
      await ticker.until(() => source.confirmations === asked);
    }
    expect(player.state.failure).toBeUndefined();
    expect(sink.shown).toBeDefined();
  });

  test('a question without an answer is asked anew, and never two at once', async () => {
    const source = new MemorySource(busy);
    const { player, ticker } = await openPlayer(source, { atMs: 1_000 });
    const never = Promise.withResolvers<void>();
    source.confirmationGate = never.promise;
    const askedAtMs: number[] = [];
    for (let asked = 1; asked <= 3; asked++) {
      await ticker.until(() => source.confirmations === asked);
      askedAtMs.push(ticker.nowMs());
    }
    for (const [i, atMs] of askedAtMs.slice(1).entries()) {
      expect(atMs - (askedAtMs[i] ?? 0)).toBeGreaterThan(2 * playbackCheckSeconds * 1000);
    }
    never.resolve();
    player.close();
  });
});
