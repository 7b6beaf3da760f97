import type { Agent } from '@afterimage/agent';
import type { RecordingId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { KnownScreen } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let agent: Agent;
let browser: ConsoleBrowser;
let recordingId: RecordingId;

beforeAll(async () => {
  stack = await startStack();
  agent = await startHost(stack);
  const screen = new KnownScreen();
  const session = await agent.recordSession({ source: screen, user: 'mira' });
  await screen.draw(1);
  screen.notice('Orders');
  recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete');
  browser = await ConsoleBrowser.launch(stack.endpoint);
});

afterAll(async () => {
  await browser?.close();
  await agent?.close();
  await stack?.close();
});

describe.each([
  ['light', false],
  ['dark', true],
])('in %s mode, usable by everybody:', (_, isDark) => {
  let page: Page;

  beforeAll(async () => {
    page = await browser.openAs(people.reviewer, '/recordings', { isDark });
  });

  test('the list, and a chosen row of it', async () => {
    await page.locator('tbody tr', { hasText: 'mira' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.locator('tbody tr', { hasText: 'mira' }).click();
    await page.getByText('Why it was recorded').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the empty list', async () => {
    await page.goto('/recordings?state=failed');
    await page.getByText('Nothing in this state').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the player, and its list of keys', async () => {
    await page.goto(`/recordings/${recordingId}?t=0s`);
    await page.locator('.player-picture[data-shown=true]').waitFor();
    await page.locator('.player-event').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the badge of what is proven, before and after all of it was read', async () => {
    await page.goto(`/recordings/${recordingId}?t=0s`);
    await page.locator('.player-marks').getByRole('button').first().click();
    await page.getByRole('button', { name: 'Verify all of it' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Verify all of it' }).click();
    await page.locator('.player-marks').getByText('Intact and complete').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('what is refused or is not there', async () => {
    for (const path of ['/recordings/rec_01arz3ndektsv4rrffq69g5fav', '/nowhere']) {
      await page.goto(path);
      await page.locator('main').getByRole('button').first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    }
    const refused = await browser.openAs(people.visitor, '/recordings', { isDark });
    await refused.getByText('You are not permitted to see recordings').waitFor();
    expect(await seriousViolations(refused)).toEqual([]);
  });
});
