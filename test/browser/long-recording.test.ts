import { randomInt } from 'node:crypto';
import type { Agent } from '@afterimage/agent';
import type { RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

/** A segment each: several times what is asked for at once around a moment, and what lies between two anchors of a file. */
const pictureCount = 600;
/** So old a segment is closed. */
const leapMs = 10_100;

let stack: Stack;
let agent: Agent;
let browser: ConsoleBrowser;
let screen: KnownScreen;
let recordingId: RecordingId;
let player: WatchedPlayer;

beforeAll(async () => {
  stack = await startStack();
  const clock = new LeapingClock();
  agent = await startHost(stack, { clock });
  screen = new KnownScreen(clock, { width: 64, height: 40 });
  const session = await agent.recordSession({ source: screen, user: 'mira', application: 'Order desk' });
  for (let number = 0; number < pictureCount; number++) {
    await screen.draw(number);
    clock.leap(leapMs);
  }
  recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete', 120_000);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  player = new WatchedPlayer(await browser.openAs(people.reviewer, '/recordings'));
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  await stack?.close();
});

const differencesAt = async (timeMs: number) => countDifferences(await player.pixels(), screen.at(timeMs));

describe('a recording of hours', () => {
  test('is opened at any moment, and shows it and any other exactly', async () => {
    for (let i = 0; i < 5; i++) {
      const timeMs = randomInt(screen.shown.at(-1)?.fromMs ?? 0);
      await player.openAt(recordingId, timeMs);
      expect({ timeMs, differences: await differencesAt(timeMs) }).toEqual({ timeMs, differences: 0 });
      const soughtMs = await player.seekTo(randomInt(1000) / 1000);
      expect({ soughtMs, differences: await differencesAt(soughtMs) }).toEqual({ soughtMs, differences: 0 });
    }
  });

  test('is opened from the list, at its beginning and playing', async () => {
    const { page } = player;
    await page.goto('/recordings');
    const row = page.getByRole('row').filter({ hasText: 'mira' });
    await row.getByRole('link').or(row.getByRole('button')).first().click();
    await page.waitForURL(/\/recordings\/rec_/);
    await player.untilPosition((positionMs) => positionMs > 0);
    await page.keyboard.press('k');
    await player.untilStatus('paused');
    const stoppedMs = await player.positionMs();
    expect(stoppedMs).toBeLessThan(60_000);
    expect({ stoppedMs, differences: await differencesAt(stoppedMs) }).toEqual({ stoppedMs, differences: 0 });
  });
});
