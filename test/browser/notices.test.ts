import { getNoticeMessages } from '@afterimage/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/notices');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByRole('textbox', { name, exact: true });

test('a message is written in a language, seen as its reader will see it, and saved with consent', async () => {
  await page.getByText('Nobody has changed the messages yet').waitFor();
  await page.getByRole('checkbox', { name: 'Users must agree to be recorded' }).check();
  await button('Add a language').click();
  expect(await button('Save messages').isDisabled()).toBe(true);
  await field('Language').fill('de');
  await field('Title').fill('Aufzeichnung');
  await field('Message').fill('Diese Sitzung wird aufgezeichnet.');
  await page.getByText('[ OK ] [ Cancel ]').waitFor();
  await button('Save messages').click();
  await page.getByText('The session of one who declines ends.').waitFor();
  await button('Save').click();
  await page.getByText('The messages are saved.').waitFor();
  await page.getByText('Version 1, changed by').waitFor();
  const { messages } = await stack.api(people.administrator)(getNoticeMessages, {});
  expect(messages).toMatchObject({
    version: 1,
    requiresConsent: true,
    messages: [{ language: 'de', title: 'Aufzeichnung', body: 'Diese Sitzung wird aufgezeichnet.' }],
  });
});

test('a second message in the same language cannot be saved', async () => {
  await button('Add a language').click();
  await field('Language').last().fill('de');
  await field('Title').last().fill('Noch einmal');
  await field('Message').last().fill('Noch einmal.');
  await page.getByText('This language has a message already.').first().waitFor();
  expect(await button('Save messages').isDisabled()).toBe(true);
});
