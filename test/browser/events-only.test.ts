import type { Agent, CaptureExtent, RecordedSession } from '@afterimage/agent';
import {
  activateRecordingPolicy,
  commandRecording,
  getRecordingCommand,
  listRecordedEvents,
  type RecordingId,
  type SystemRecordingPolicyId,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { seriousViolations } from '../a11y/serious-violations.ts';
import { KnownScreen } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { startHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

let stack: Stack;
let agent: Agent;
let browser: ConsoleBrowser;
let page: Page;
let player: WatchedPlayer;

beforeAll(async () => {
  stack = await startStack();
  agent = await startHost(stack);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/recordings');
  player = new WatchedPlayer(page);
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const message = (text: string | RegExp) => player.stage.getByRole('status').filter({ hasText: text });

function lacking(what: string): never {
  throw new Error(what);
}

const activate = (policyId: SystemRecordingPolicyId) => api()(activateRecordingPolicy, { body: { policyId } });

/** Resolves when the host has done it. */
async function command(action: 'start' | 'stop', { sessionId }: RecordedSession): Promise<void> {
  const body = { action, sessionIds: [sessionId], notifiesUser: false };
  const { commands } = await api()(commandRecording, { body });
  const params = { commandId: commands[0]?.commandId ?? lacking('no command was given') };
  await pollUntil(`the host has followed the ${action}`, async () => {
    return (await api()(getRecordingCommand, { params })).command.state === 'done';
  });
}

/** Offers its next picture as soon as the screen is asked for, as a real one does. */
function screenOnDemand() {
  const screen = new KnownScreen();
  const capture = (extent: CaptureExtent) => void (extent === 'screen' && screen.draw(screen.shown.length));
  return Object.assign(screen, { capture });
}

async function sees(screen: KnownScreen, number: number): Promise<void> {
  await pollUntil(`picture ${number} is on the canvas`, async () => {
    const shown = screen.shown[number]?.pixels;
    if (shown === undefined) return false;
    const pixels = await player.pixels();
    return pixels.length === shown.length && countDifferences(pixels, shown) === 0;
  });
  expect(await player.isPictureShown()).toBe(true);
}

const rowOf = (user: string) => page.locator('tbody tr').filter({ hasText: user });

describe('a recording that the policy has of events alone', () => {
  const screen = screenOnDemand();
  let session: RecordedSession;
  let recordingId: RecordingId;

  beforeAll(async () => {
    await activate('record-events-without-notification');
    session = await agent.recordSession({ source: screen, user: 'mira', staysUnrecorded: true, uploadIntervalMs: 300 });
    recordingId = (await session.begun) ?? lacking('nothing was recorded');
    screen.notice('Payroll');
  });

  test('PLY-018: is listed as that', async () => {
    await page.goto('/recordings');
    await rowOf('mira').getByText('Events only', { exact: true }).waitFor();
  });

  test('plays its events, and says in place of the picture that none was taken', async () => {
    await page.goto(`/recordings/${recordingId}`);
    await message('This session was recorded as events only: no picture was taken.').waitFor();
    expect(await player.isPictureShown()).toBe(false);
    await page.locator('.player-side').getByText('Payroll').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('DYN-007, DYN-009: shows the screen live, without a reload, once an administrator adds it', async () => {
    await page.evaluate(() => {
      document.body.dataset.loadedOnce = 'true';
    });
    await command('start', session);
    await sees(screen, 0);
    await screen.draw(screen.shown.length);
    await sees(screen, 1);
    expect(await page.evaluate(() => document.body.dataset.loadedOnce)).toBe('true');
  });

  test('DYN-007: is one time line, in which one seeks from its events to its screen and back', async () => {
    await session.stop();
    const { content, screenFromMs = 0 } = await recordingIn(stack, recordingId, 'complete');
    expect(content).toBe('screen');
    expect(screenFromMs).toBeGreaterThan(0);
    await player.openAt(recordingId, 0);
    await message(/Only events were recorded here.*The screen was recorded from 00:00:\d\d on/).waitFor();
    expect(await player.isPictureShown()).toBe(false);
    await player.seekBar.press('End');
    await sees(screen, 1);
    await player.seekBar.press('Home');
    await message('Only events were recorded here').waitFor();
    expect(await player.isPictureShown()).toBe(false);
    await player.openAt(recordingId, screenFromMs);
    await sees(screen, 0);
  });

  test('is listed as one of the screen afterwards, and its panel says from when on, who began it and why', async () => {
    await page.goto(`/recordings?selected=${recordingId}`);
    await rowOf('mira').getByText('Screen', { exact: true }).waitFor();
    await page.getByText(/^Events only at first, the screen from 00:00:\d\d on$/).waitFor();
    await page.getByText('A policy', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'What the user was told' }).waitFor();
    await page.getByRole('link', { name: /, version 1$/ }).click();
    await page.waitForURL(/\/policies\/recording\/record-events-without-notification\/history/);
  });
});

describe('a recording that an administrator had begun where the policy records nothing', () => {
  const screen = screenOnDemand();
  let session: RecordedSession;
  let recordingId: RecordingId;

  beforeAll(async () => {
    await activate('do-not-record');
    session = await agent.recordSession({ source: screen, user: 'noah', staysUnrecorded: true, uploadIntervalMs: 300 });
    await command('start', session);
    recordingId = (await session.begun) ?? lacking('nothing was recorded');
  });

  test('DYN-009: is watched live while it runs', async () => {
    await page.goto(`/recordings/${recordingId}`);
    await sees(screen, 0);
    for (const number of [1, 2]) {
      await screen.draw(number);
      await sees(screen, number);
    }
    expect((await showRecording(stack, recordingId)).state).toBe('live');
  });

  test('DYN-013: is complete once an administrator has stopped it, plays to its end, and says that this was the reason', async () => {
    await command('stop', session);
    await recordingIn(stack, recordingId, 'complete');
    await player.openAt(recordingId, 0);
    await player.seekBar.press('End');
    await sees(screen, 2);
    const ends = await pollUntil('its end is listed', async () => {
      const { events } = await api()(listRecordedEvents, { params: { recordingId }, query: { limit: 100 } });
      const found = events.filter(({ kind }) => kind === 'session-end');
      return found.length > 0 && found;
    });
    expect(ends).toMatchObject([{ text: 'stopped-by-administrator' }]);
    await session.stop();
  });

  test('its panel names the administrator', async () => {
    await page.goto(`/recordings?selected=${recordingId}`);
    await page.getByText(`${people.administrator.username}, an administrator`, { exact: true }).waitFor();
  });
});
