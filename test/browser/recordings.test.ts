import type { Agent } from '@afterimage/agent';
import { listSegments, type Recording, type RecordingId } from '@afterimage/contracts';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { KnownScreen } from '../support/known-screen.ts';
import { startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, resourceName, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { WatchedPlayer } from './watched-player.ts';

const longName = 'a-very-long-user-name-that-no-column-of-a-table-could-ever-hold@subsidiary.example.com';

let stack: Stack;
let agent: Agent;
let browser: ConsoleBrowser;
let page: Page;
let finished: Recording;

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.reviewer, '/recordings');
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  await stack?.close();
});

/** `?` and what follows it in the address. */
const query = () => new URL(page.url()).searchParams;

describe('before anything was recorded', () => {
  test('the list says what would be here', async () => {
    await page.getByText('No recordings yet').waitFor();
  });
});

describe('a live recording', () => {
  let recordingId: RecordingId;
  let screen: KnownScreen;
  let player: WatchedPlayer;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    agent = await startHost(stack);
    screen = new KnownScreen();
    const session = await agent.recordSession({ source: screen, user: longName, uploadIntervalMs: 300 });
    stop = () => session.stop();
    await screen.draw(0);
    const begun = await session.begun;
    if (begun === undefined) throw new Error('nothing was recorded');
    recordingId = begun;
    await page.goto('/recordings');
  });

  test('PLY-020: appears in the list by itself, marked as live, and its duration counts', async () => {
    const row = page.locator('tbody tr', { hasText: longName });
    await row.getByText('Live', { exact: true }).waitFor();
    const duration = row.locator('.tabular');
    const before = await duration.textContent();
    await page
      .locator('tbody tr', { hasText: longName })
      .filter({ hasNotText: String(before) })
      .waitFor();
  });

  test('a name that is too long for its column is there whole when one points at it', async () => {
    expect(await page.locator(`tbody [title="${longName}"]`).count()).toBe(1);
  });

  test('PLY-023: opens at its edge from the play button, and shows what comes without a reload', async () => {
    await page.getByRole('button', { name: `Play the recording of ${longName}` }).click();
    player = new WatchedPlayer(page);
    await page.getByRole('button', { name: 'Live: you see what happens now' }).waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    for (let number = 1; number < 4; number++) {
      await screen.draw(number);
      const { fromMs } = screen.shown.at(-1) ?? { fromMs: 0 };
      await player.untilPosition((positionMs) => positionMs >= fromMs);
      expect(countDifferences(await player.pixels(), screen.at(fromMs))).toBe(0);
    }
  });

  test('lets one go back, and return to the edge', async () => {
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'Go to the live edge' }).click();
    await page.getByRole('button', { name: 'Live: you see what happens now' }).waitFor();
  });

  test('becomes a finished one in front of who watches, without a reload', async () => {
    await screen.draw(4);
    await stop();
    finished = await recordingIn(stack, recordingId, 'complete');
    await player.untilStatus('ended');
    await page.locator('.player-header').getByText('Complete').waitFor();
    await page.locator('.player-live').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    expect(countDifferences(await player.pixels(), screen.at(finished.durationMs))).toBe(0);
  });
});

describe('the list', () => {
  test('a chosen row tells who, where and why, and is part of the address', async () => {
    await page.goto('/recordings');
    await page.locator('tbody tr', { hasText: longName }).click();
    await page.getByText('Why it was recorded').waitFor();
    expect(query().get('selected')).toBe(finished.recordingId);
    await page.reload();
    await page.getByText('Why it was recorded').waitFor();
  });

  test('keeps what was searched for in the address, and says when nothing matches', async () => {
    await page.goto('/recordings');
    await page.getByRole('searchbox').fill('nobody');
    await page.getByText('No recording matches').waitFor();
    await page.waitForURL(/find=nobody/);
    await page.reload();
    await page.getByText('No recording matches').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.locator('tbody tr', { hasText: longName }).waitFor();
    expect(query().has('find')).toBe(false);
  });

  test('shows one state alone by its own address', async () => {
    await page.getByRole('link', { name: 'Interrupted' }).click();
    await page.getByRole('heading', { name: 'Interrupted recordings' }).waitFor();
    await page.getByText('Nothing in this state').waitFor();
    expect(query().get('state')).toBe('interrupted');
  });

  test('PLY-021: asks again when its link is followed', async () => {
    const asked = page.waitForRequest(/\/api\/v1\/recordings\?/);
    await page.getByRole('link', { name: 'All recordings' }).click();
    await asked;
    await page.locator('tbody tr', { hasText: longName }).waitFor();
  });
});

describe('what cannot be watched', () => {
  test.each(['rec_01arz3ndektsv4rrffq69g5fav', 'nonsense'])('%s does not exist', async (id) => {
    await page.goto(`/recordings/${id}`);
    await page.getByText('There is no such recording').waitFor();
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.waitForURL(/\/recordings$/);
  });

  test('a page that is none says so', async () => {
    await page.goto('/nowhere');
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
  });

  test.each(['/recordings', '/recordings/ID'])('%s is refused to who has no role', async (path) => {
    const refused = await browser.openAs(people.visitor, path.replace('ID', finished.recordingId));
    await refused.getByText('You are not permitted to see recordings').waitFor();
    await refused.context().close();
  });

  test('a service that cannot be reached is said to be so, and asked again', async () => {
    await page.goto('/recordings');
    await page.locator('tbody tr').first().waitFor();
    await page.route('**/api/v1/recordings?*', (route) => route.abort());
    await page.getByText('The list could not be refreshed').waitFor();
    await page.unroute('**/api/v1/recordings?*');
    await page.getByText('The list keeps itself up to date').waitFor();
  });

  test('a sign-in that has ended leads back to the same place', async () => {
    const leaving = await browser.openAs(people.reviewer, `/recordings/${finished.recordingId}?t=0.5s`);
    await leaving.route('**/segments?*', (route) => route.fulfill({ status: 401, body: '' }));
    await leaving.reload();
    await leaving.getByText('Your sign-in has ended').waitFor();
    await leaving.unroute('**/segments?*');
    await leaving.getByRole('button', { name: 'Sign in again' }).click();
    await leaving.waitForURL((url) => url.pathname.includes('authorize') || url.searchParams.get('t') === '0.5s');
    await leaving.context().close();
  });
});

describe('a recording with faults', () => {
  test('says which gaps it has, and why', async () => {
    const gaps = [{ fromMs: 200, toMs: 400, reason: 'spool-full' }];
    await page.route(`**/api/v1/recordings/${finished.recordingId}`, async (route) => {
      const answer = (await (await route.fetch()).json()) as { recording: Recording };
      await route.fulfill({ json: { ...answer, recording: { ...answer.recording, gaps } } });
    });
    await page.goto(`/recordings/${finished.recordingId}`);
    await page.getByRole('button', { name: '1 gap, 0 s missing' }).click();
    await page.getByText('The host had no room left while the service could not be reached.').waitFor();
    await page.unroute(`**/api/v1/recordings/${finished.recordingId}`);
  });

  test('shows nothing of what is not as it was sealed, and says so', async () => {
    const truth = new StoredTruth(stack);
    const { objectKey } = finished.files[0] ?? { objectKey: '' };
    const { segments } = await stack.api(people.reviewer)(listSegments, {
      params: { recordingId: finished.recordingId },
    });
    const file = await truth.object('Recordings', objectKey);
    for (const { offset, sizeBytes } of segments) {
      const middle = offset + Math.floor(sizeBytes / 2);
      file[middle] = (file[middle] ?? 0) ^ 1;
    }
    const Bucket = resourceName(stack, 'Recordings');
    await truth.s3.send(new PutObjectCommand({ Bucket, Key: objectKey, Body: file }));
    truth.close();
    await page.goto(`/recordings/${finished.recordingId}?t=0.5s`);
    await page.getByText('This part is damaged').waitFor();
    expect(await new WatchedPlayer(page).isPictureShown()).toBe(false);
  });
});
