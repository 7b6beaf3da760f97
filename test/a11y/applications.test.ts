import { importPublishedResources } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let browser: ConsoleBrowser;

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  const content = 'resourceId,displayName,kind\nsap.exe,SAP Finance,\ndesk-1,Office,desktop';
  await stack.api(people.administrator)(importPublishedResources, { body: { siteAddress: 'apps-1', content } });
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
    page = await browser.openAs(people.administrator, '/applications', { isDark, width: 1024, height: 768 });
  });

  afterAll(() => page?.context().close());

  test('what is published', async () => {
    await page.getByRole('rowheader', { name: 'SAP Finance' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the sites, and the question before one is removed', async () => {
    await page.goto('/applications/sites');
    await page.getByRole('button', { name: 'Remove: apps-1', exact: true }).click();
    await page.getByRole('dialog').getByText('Rules keep the ids').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the import: what would change, and what is wrong', async () => {
    await page.goto('/applications/import?site=apps-1');
    const choose = (content: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'apps.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await choose('resourceId,displayName\nnew.exe,New');
    await page.getByText('The import removes applications or desktops.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await choose('resourceId,displayName\nnew.exe,');
    await page.getByText('must not be empty').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});
