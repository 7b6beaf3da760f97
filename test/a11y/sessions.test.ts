import { commandRecording, type SessionId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { CommandedHost } from '../support/commanded-host.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let sessionId: SessionId;

beforeAll(async () => {
  stack = await startStack();
  const host = await CommandedHost.enrol(stack);
  sessionId = await host.startSession('mira');
  await host.report(sessionId);
  await stack.api(people.administrator)(commandRecording, { body: { action: 'start', sessionIds: [sessionId] } });
  browser = await ConsoleBrowser.launch(stack.endpoint);
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

describe.each([
  ['light', false],
  ['dark', true],
])('in %s mode, usable by everybody:', (_, isDark) => {
  let page: Page;

  beforeAll(async () => {
    page = await browser.openAs(people.administrator, '/sessions', { isDark });
  });

  test('active sessions, one of them shown, and the question before a start and a stop', async () => {
    await page.getByRole('link', { name: 'mira' }).click();
    await page.getByText('What administrators did').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    for (const action of ['Start recording', 'Stop recording']) {
      await page.getByRole('button', { name: `${action} this …` }).click();
      await page.getByRole('dialog').getByText('What happens').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel' }).click();
    }
  });

  test('the log', async () => {
    await page.goto('/sessions/commands');
    await page.getByText(sessionId).first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});
