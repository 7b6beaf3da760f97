import type { Agent, RecordedSession } from '@afterimage/agent';
import { eraseRecording, type RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { KnownScreen } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

let stack: Stack;
let truth: StoredTruth;
let agent: Agent;
let session: RecordedSession;
let browser: ConsoleBrowser;
let page: Page;
let player: WatchedPlayer;
let recordingId: RecordingId;
const screen = new KnownScreen();

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
  agent = await startHost(stack);
  session = await agent.recordSession({ source: screen, user: 'mira' });
  await screen.draw(0);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.reviewer, '/recordings');
  player = new WatchedPlayer(page);
});

afterAll(async () => {
  await browser?.close();
  await session?.stop();
  await agent?.close();
  truth?.close();
  await stack?.close();
});

async function sees(number: number): Promise<void> {
  const shown = screen.shown[number]?.pixels ?? new Uint32Array();
  await pollUntil(`picture ${number} is on the canvas`, async () => {
    const pixels = await player.pixels();
    return pixels.length === shown.length && countDifferences(pixels, shown) === 0;
  });
}

/** Until when the host was told that somebody watches. */
async function watchedUntilMs(): Promise<number> {
  const rows = await truth.rows('Connections', `REC#${recordingId}`);
  const mark = rows.find(({ sk }) => sk === 'MARK')?.data as { watchedUntilMs: number } | undefined;
  return mark?.watchedUntilMs ?? 0;
}

describe('a live recording in the console', () => {
  test('PLY-020: is marked as live in the list, and opens from there at what happens now', async () => {
    const row = page.getByRole('row').filter({ hasText: 'mira' });
    await row.getByText('Live', { exact: true }).first().waitFor();
    await row.getByRole('link').or(row.getByRole('button')).first().click();
    await page.waitForURL(/\/recordings\/rec_/);
    recordingId = /rec_\w+/.exec(page.url())?.[0] as RecordingId;
    await sees(0);
  });

  test('PLY-004: shows each change as it happens, without a reload, and how far behind it is', async () => {
    await page.evaluate(() => {
      document.body.dataset.loadedOnce = 'true';
    });
    await pollUntil('the host is told', async () => (await watchedUntilMs()) > Date.now());
    for (let number = 1; number <= 5; number++) {
      await screen.draw(number);
      await sees(number);
    }
    await page.getByText(/^\d+\.\d s behind$/).waitFor();
  });

  test('one can go back, and return to what happens now', async () => {
    await player.seekBar.press('Home');
    await sees(0);
    await screen.draw(6);
    await page.getByRole('button', { name: 'Go to the live edge' }).click();
    await sees(6);
  });

  test('TRN-009: the host stops streaming when the last viewer leaves, and streams again for the next', async () => {
    await page.goto('/recordings');
    await pollUntil('the host is told of the end', async () => (await watchedUntilMs()) <= Date.now());
    await page.goto(`/recordings/${recordingId}`);
    await pollUntil('the host is told again', async () => (await watchedUntilMs()) > Date.now());
    await screen.draw(7);
    await sees(7);
  });

  test('becomes a finished one in place: state, bar and picture, without a reload', async () => {
    await page.evaluate(() => {
      document.body.dataset.loadedOnce = 'true';
    });
    expect(recordingIdOf(await session.stop())).toBe(recordingId);
    await page.locator('.player-header').getByText('Complete').waitFor();
    await player.untilStatus('ended', 'paused');
    await sees(7);
    expect(await page.getByRole('button', { name: /live edge|Live:/ }).count()).toBe(0);
    await player.seekBar.press('Home');
    await sees(0);
    expect(await page.evaluate(() => document.body.dataset.loadedOnce)).toBe('true');
  });

  test('disappears from the page of who plays it when it is erased, and the page says so', async () => {
    const channel = page.waitForEvent('websocket');
    await player.openAt(recordingId, 0);
    await sees(0);
    await channel;
    const justification = 'the person recorded asked for it';
    const api = stack.api(people.administrator);
    await api(eraseRecording, { params: { recordingId }, body: { justification } });
    await recordingIn(stack, recordingId, 'erased');
    await page.getByText('The recording was erased').waitFor({ timeout: 5000 });
    expect(new Set(await player.pixels())).toEqual(new Set([0xff000000]));
    expect(await page.locator('.player-side').count()).toBe(0);
  });
});
