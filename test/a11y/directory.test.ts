import { createScimToken, importDirectory } from '@afterimage/contracts';
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
  const admin = stack.api(people.administrator);
  const csv = 'userName,displayName,isActive,groups\nolga,Olga Ott,true,Night shift\notto,Otto Ort,false,Night shift';
  await admin(importDirectory, { body: { csv } });
  await admin(createScimToken, { body: { name: 'Provider' } });
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

async function choose(page: Page, content: string) {
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
}

describe.each([
  ['light', false],
  ['dark', true],
])('in %s mode, usable by everybody:', (_, isDark) => {
  let page: Page;
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  beforeAll(async () => {
    page = await browser.openAs(people.administrator, '/directory', { isDark, width: 1024, height: 768 });
  });

  afterAll(() => page?.context().close());

  test('people, groups, and one of them', async () => {
    await page.getByRole('link', { name: 'otto', exact: true }).click();
    await page.getByText('No group counts while the person is not active.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto('/directory/groups');
    await page.getByRole('link', { name: 'Night shift', exact: true }).click();
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('the import: what would change, and what is wrong', async () => {
    await page.goto('/directory/import?mode=replace');
    await choose(page, 'userName\nnew');
    await page.getByText('The import removes people or groups.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await choose(page, 'userName,isActive\nnew,perhaps');
    await page.getByText('must be true or false').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('SCIM: tokens, and a new one as it is shown', async () => {
    await page.goto('/directory/scim');
    await page.getByRole('rowheader', { name: 'Provider' }).first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await button('Create token').click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(`Okta ${isDark}`);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Create token', exact: true }).click();
    await page.getByText('The token is shown this once.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await button('I have copied it').click();
  });

  test('who says what, and the setting with its question', async () => {
    await page.goto('/directory/sources');
    await button('Let them count').click();
    await page.getByRole('dialog').getByText('can claim any group there').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await button('Cancel').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await seriousViolations(page)).toEqual([]);
  });
});
