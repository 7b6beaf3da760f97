import { randomInt } from 'node:crypto';
import type { Agent } from '@afterimage/agent';
import type { RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { KnownScreen, LeapingClock } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

const pictureCount = 60;
/** Of recorded time between two pictures; all of it is made in a moment. */
const leapMs = 15_000;

let stack: Stack;
let agent: Agent;
let browser: ConsoleBrowser;
let context: BrowserContext;
let screen: KnownScreen;
let recordingId: RecordingId;
let player: WatchedPlayer;

beforeAll(async () => {
  stack = await startStack();
  const clock = new LeapingClock();
  agent = await startHost(stack, { clock });
  screen = new KnownScreen(clock);
  const session = await agent.recordSession({ source: screen, user: 'mira', application: 'Order desk' });
  for (let number = 0; number < pictureCount; number++) {
    await screen.draw(number);
    if (number % 20 === 10) screen.notice(`Order ${number}`);
    clock.leap(leapMs);
  }
  recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete');
  browser = await ConsoleBrowser.launch(stack.endpoint);
  const page = await browser.openAs(people.reviewer, '/recordings');
  context = page.context();
  player = new WatchedPlayer(page);
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  await stack?.close();
});

async function differencesAt(timeMs: number): Promise<number> {
  return countDifferences(await player.pixels(), screen.at(timeMs));
}

describe('the picture', () => {
  test('PLY-053: is exact to the pixel wherever one clicks on the seek bar, at ten random places', async () => {
    await player.openAt(recordingId, 0);
    for (let i = 0; i < 10; i++) {
      const timeMs = await player.seekTo(randomInt(1000) / 1000);
      expect({ timeMs, differences: await differencesAt(timeMs) }).toEqual({ timeMs, differences: 0 });
    }
  });

  test('is exact to the pixel at the moment that an address links to', async () => {
    for (let i = 0; i < 3; i++) {
      const timeMs = randomInt(screen.shown.at(-1)?.fromMs ?? 0);
      await player.openAt(recordingId, timeMs);
      expect({ timeMs, differences: await differencesAt(timeMs) }).toEqual({ timeMs, differences: 0 });
    }
  });

  test('PLY-037, PLY-038: fits the window, or is shown pixel by pixel', async () => {
    await player.openAt(recordingId, 1_000);
    const canvas = player.page.locator('.player-canvas');
    const fitted = await canvas.boundingBox();
    const stage = await player.stage.boundingBox();
    expect((fitted?.width ?? 0) / (fitted?.height ?? 1)).toBeCloseTo(screen.width / screen.height, 2);
    const fills = [(fitted?.width ?? 0) / (stage?.width ?? 1), (fitted?.height ?? 0) / (stage?.height ?? 1)];
    expect(Math.max(...fills)).toBeCloseTo(1, 2);
    await player.page.getByRole('button', { name: 'Original size' }).click();
    const original = await canvas.boundingBox();
    expect([original?.width, original?.height]).toEqual([screen.width, screen.height]);
    expect(await differencesAt(1_000)).toBe(0);
  });
});

describe('playing', () => {
  beforeEach(() => player.openAt(recordingId, 60_000));

  test('PLY-024, PLY-025, PLY-047, PLY-048: plays and pauses, by button and by key, and shows exactly where it stopped', async () => {
    await player.page.getByRole('button', { name: 'Play', exact: true }).click();
    await player.untilPosition((positionMs) => positionMs > 60_400);
    await player.page.getByRole('button', { name: 'Pause', exact: true }).click();
    await player.untilStatus('paused');
    const stoppedMs = await player.positionMs();
    expect(await differencesAt(stoppedMs)).toBe(0);
    await player.seekBar.focus();
    await player.page.keyboard.press('Space');
    await player.untilPosition((positionMs) => positionMs > stoppedMs);
    await player.page.keyboard.press('k');
    await player.untilStatus('paused');
  });

  test('PLY-052: has a menu of eight speeds', async () => {
    await player.page.getByRole('button', { name: 'Choose the speed' }).click();
    const items = await player.page.getByRole('menuitemcheckbox').allInnerTexts();
    expect(items.map((item) => item.trim())).toEqual(['×0.25', '×0.5', '×1', '×2', '×4', '×8', '×16', '×32']);
    await player.page.getByRole('menuitemcheckbox', { name: '×32' }).click();
    await player.page.getByRole('button', { name: 'Speed: ×32' }).waitFor();
    await player.page.locator('.player-speed', { hasText: '×32' }).waitFor();
    await player.page.keyboard.press('k');
    await player.untilPosition((positionMs) => positionMs > 90_000);
    await player.page.keyboard.press('k');
    await player.untilStatus('paused');
    expect(await differencesAt(await player.positionMs())).toBe(0);
  });

  test('PLY-033: a click on the speed steps to double, four times, half and back to normal', async () => {
    for (const [shown, next] of [
      ['×1', '×2'],
      ['×2', '×4'],
      ['×4', '×0.5'],
      ['×0.5', '×1'],
    ]) {
      await player.page.getByRole('button', { name: `Speed: ${shown}`, exact: true }).click();
      await player.page.getByRole('button', { name: `Speed: ${next}`, exact: true }).waitFor();
    }
  });

  test('PLY-050, PLY-051: slower halves down to a quarter, faster doubles up to 32', async () => {
    for (let i = 0; i < 4; i++) await player.page.keyboard.press('<');
    await player.page.getByRole('button', { name: 'Speed: ×0.25' }).waitFor();
    for (let i = 0; i < 9; i++) await player.page.keyboard.press('>');
    await player.page.getByRole('button', { name: 'Speed: ×32' }).waitFor();
  });

  test('ends at the end, and plays again from the beginning', async () => {
    await player.page.keyboard.press('End');
    await player.untilStatus('ended');
    await player.page.getByRole('button', { name: 'Play', exact: true }).click();
    await player.untilPosition((positionMs) => positionMs < 5_000);
  });
});

describe('moving', () => {
  const midMs = 400_000;
  beforeEach(() => player.openAt(recordingId, midMs));

  test.each([
    ['ArrowRight', 5],
    ['ArrowLeft', -5],
    ['Control+ArrowRight', 30],
    ['Control+ArrowLeft', -30],
    ['PageDown', 60],
    ['PageUp', -60],
    // In place of Control, which browsers keep for their tabs.
    ['Shift+PageDown', 360],
    ['Shift+PageUp', -360],
  ])(
    'PLY-056 PLY-057 PLY-060 PLY-061 PLY-062 PLY-063 PLY-066 PLY-067: %s moves by %d seconds',
    async (key, seconds) => {
      await player.press(key, midMs, midMs + seconds * 1000);
      await player.untilStatus('paused');
      expect(await differencesAt(midMs + seconds * 1000)).toBe(0);
    },
  );

  test('PLY-054, PLY-055: Home and End go to the ends', async () => {
    const endMs = Number(await player.seekBar.getAttribute('aria-valuemax'));
    await player.press('End', midMs, endMs);
    await player.press('Home', endMs, 0);
  });

  test('PLY-028: a button goes back seven seconds', async () => {
    await player.page.getByRole('button', { name: 'back 7 seconds' }).click();
    await player.untilPosition((positionMs) => positionMs === midMs - 7_000);
  });

  test.each([
    [100, '', 15],
    [-100, '', -15],
    [100, 'Control', 90],
    [-100, 'Control', -90],
  ])(
    'PLY-058 PLY-059 PLY-064 PLY-065: a notch of the wheel of %d with %p moves by %d seconds',
    async (delta, modifier, seconds) => {
      await player.stage.hover();
      if (modifier !== '') await player.page.keyboard.down(modifier);
      await player.page.mouse.wheel(0, delta);
      if (modifier !== '') await player.page.keyboard.up(modifier);
      await player.untilPosition((positionMs) => positionMs === midMs + seconds * 1000);
    },
  );

  test('the address follows where playback stands', async () => {
    await player.press('ArrowRight', midMs, midMs + 5_000);
    await player.page.waitForURL(/[?&]t=405\.0s/);
  });
});

describe('events', () => {
  beforeEach(() => player.openAt(recordingId, 1_000));

  test('PLY-042: a click on an event moves to it, and shows its picture', async () => {
    await player.page.getByRole('button', { name: /Title\s*Order 30/ }).click();
    await player.untilPosition((positionMs) => positionMs > 400_000);
    await player.untilStatus('paused');
    expect(await differencesAt(await player.positionMs())).toBe(0);
    expect(await player.page.locator('.player-event[aria-current]').textContent()).toContain('Order 30');
  });

  test('PLY-043: the search box narrows the list', async () => {
    await player.page.locator('.player-event', { hasText: 'Order 50' }).waitFor();
    await player.page.getByRole('searchbox', { name: 'Find in events' }).fill('order 1');
    await player.page.locator('.player-event', { hasText: 'Order 50' }).waitFor({ state: 'detached' });
    expect(await player.page.locator('.player-event').allInnerTexts()).toHaveLength(1);
  });

  test('PLY-069: keys go to the next and the previous one', async () => {
    await player.page.locator('.player-event', { hasText: 'Order 50' }).waitFor();
    await player.page.keyboard.press('n');
    const firstMs = await player.untilPosition((positionMs) => positionMs > 100_000);
    await player.untilStatus('paused');
    await player.page.keyboard.press('n');
    await player.untilPosition((positionMs) => positionMs > firstMs + 100_000);
    await player.untilStatus('paused');
    await player.page.keyboard.press('p');
    await player.untilPosition((positionMs) => positionMs === firstMs);
  });
});

describe('the page', () => {
  beforeEach(() => player.openAt(recordingId, 12_000));

  test('PLY-034, PLY-079: goes to full screen and back, by button and by key', async () => {
    const isFullScreen = () => player.page.evaluate(() => document.fullscreenElement !== null);
    await player.page.getByRole('button', { name: 'Full screen' }).click();
    await player.page.getByRole('button', { name: 'Leave full screen' }).waitFor();
    expect(await isFullScreen()).toBe(true);
    await player.page.keyboard.press('f');
    await player.page.getByRole('button', { name: 'Full screen', exact: true }).waitFor();
    expect(await isFullScreen()).toBe(false);
  });

  test('PLY-029, PLY-036: counts elapsed time, or tells the date and time of the recording', async () => {
    const readout = player.page.locator('.player-time');
    const endMs = Number(await player.seekBar.getAttribute('aria-valuemax'));
    const [end] = new Date(endMs).toISOString().slice(11).split('.');
    expect(await readout.textContent()).toBe(`00:00:12 / ${end}`);
    await readout.click();
    await player.page.locator('.player-time', { hasText: /\d{4}, \d+:\d\d:\d\d/ }).waitFor();
    await readout.click();
    await player.page.locator('.player-time', { hasText: '00:00:12' }).waitFor();
  });

  test('lists its keys', async () => {
    await player.page.keyboard.press('?');
    const help = player.page.getByRole('dialog');
    await help.getByText('Forward 6 minutes').waitFor();
    await player.page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  });

  test('speaks German to who does', async () => {
    const page = await browser.openAs(people.reviewer, `/recordings/${recordingId}?t=1s`, { language: 'de-AT' });
    await page.getByRole('button', { name: 'Wiedergeben' }).waitFor();
    await page.getByText('Vollständig').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.context().close();
  });

  test('goes on when the access token has run out', async () => {
    await expireToken(player);
    await player.seekTo(0.9);
    expect(await player.isPictureShown()).toBe(true);
    expect(context.pages()).toHaveLength(1);
  });
});

/** As if an hour had passed: the token that the page holds is no longer any good. */
async function expireToken({ page }: WatchedPlayer): Promise<void> {
  await page.evaluate(() => {
    for (const [key, value] of Object.entries(sessionStorage)) {
      if (!key.startsWith('oidc.user:')) continue;
      const user: unknown = JSON.parse(String(value));
      sessionStorage.setItem(key, JSON.stringify(Object.assign({}, user, { expires_at: 1, access_token: 'expired' })));
    }
  });
}
