import { createRecordingPolicy, importPublishedResources, listPublishingSites } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/applications');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const admin = () => stack.api(people.administrator);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const addresses = async () => (await admin()(listPublishingSites, {})).sites.map(({ address }) => address);
const siteField = () => page.getByRole('combobox', { name: 'Site', exact: true });

async function choose(content: string | Buffer, name = 'apps.csv') {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

/** The cells of a row, by what stands in its first one. */
async function cellsOf(first: string): Promise<string[]> {
  const row = page.locator('tbody tr').filter({ has: page.getByRole('rowheader', { name: first, exact: true }) });
  await row.waitFor();
  return row.locator('td').allTextContents();
}

describe('the import of what a site publishes', () => {
  test('a new deployment says how the list comes to be', async () => {
    await page.getByText('Nothing is published yet').waitFor();
    await page.getByRole('tab', { name: 'Import' }).click();
    await page.waitForURL(/\/applications\/import/);
  });

  test('says of an address that is none what it may be, and checks nothing', async () => {
    await siteField().fill('not an address');
    await siteField().blur();
    await choose('resourceId,displayName\nsap.exe,SAP Finance');
    await page.getByText('This is no IP address, no URL').waitFor();
    expect(await page.getByText('What the import would change').count()).toBe(0);
  });

  test('POL-041: shows what would change and writes it when it is told to', async () => {
    await siteField().fill('https://apps.example.com');
    await siteField().blur();
    await choose('resourceId;displayName;kind\nsap.exe;SAP Finance;\ncalc.exe;Calculator;\ndesk-1;Office;desktop');
    expect((await cellsOf('Applications and desktops')).slice(-4)).toEqual(['3', '0', '0', '0']);
    expect(await addresses()).toEqual([]);
    await button('Import').click();
    await page.getByText('https://apps.example.com is imported: 3 new, 0 changed, 0 removed.').waitFor();
    expect(await cellsOf('https://apps.example.com')).toEqual(expect.arrayContaining(['2', '1', 'ada']));
  });

  test('warns of what the file takes away', async () => {
    await button('Import anew: https://apps.example.com').click();
    await choose(JSON.stringify([{ resourceId: 'sap.exe', displayName: 'SAP Finance' }]), 'apps.json');
    await page.getByText('The import removes applications or desktops.').waitFor();
    expect((await cellsOf('Applications and desktops')).slice(-4)).toEqual(['0', '0', '2', '1']);
  });

  test.each([
    ['is empty', '', 'The file is empty.'],
    ['is not UTF-8', Buffer.from([0x72, 0xf6, 0x0a]), 'This is not text in UTF-8.'],
    ['is too large', 'x'.repeat(950_000), 'The file is larger than 900 KB.'],
    ['has an unknown kind', 'resourceId,displayName,kind\na,A,printer', 'The file has a fault'],
    ['lacks a column', 'resourceId\na', 'the column is missing'],
  ])('says so of a file that %s', async (_name, content, said) => {
    await choose(content);
    await page.getByText(said).waitFor();
    expect(await button('Import').count()).toBe(0);
  });
});

describe('what is published', () => {
  beforeAll(async () => {
    const content = 'resourceId,displayName\nmail.exe,Post\nsap.exe,SAP of Oslo';
    await admin()(importPublishedResources, { body: { siteAddress: '10.0.0.7', content } });
    await page.goto('/applications');
  });

  test('is listed by the name that people know, and found by parts of name and id', async () => {
    expect(await cellsOf('SAP Finance')).toEqual(expect.arrayContaining(['Application', 'sap.exe']));
    expect(await cellsOf('Office')).toContain('Desktop');
    await page.getByRole('searchbox', { name: 'Find by a part of the name or the id' }).fill('MAIL.');
    await page.getByRole('rowheader', { name: 'Office' }).waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'Post' }).waitFor();
    await page.goto('/applications?find=nothing-has-this');
    await page.getByText('No name and no id holds this').waitFor();
  });

  test('a site leads to its own, and is removed after a question', async () => {
    await page.goto('/applications/sites');
    await page.getByRole('link', { name: '10.0.0.7' }).click();
    await page.getByRole('rowheader', { name: 'Post' }).waitFor();
    expect(await page.getByRole('rowheader', { name: 'Office' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Show all sites' }).click();
    await page.getByRole('rowheader', { name: 'Office' }).waitFor();
    await page.goto('/applications/sites');
    await button('Remove: 10.0.0.7').click();
    await page.getByRole('dialog').getByText('Rules keep the ids and decide as before.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('10.0.0.7 is removed.').waitFor();
    expect(await addresses()).toEqual(['https://apps.example.com']);
  });
});

describe('the wizard', () => {
  test('POL-041: suggests applications by their names with their sites, keeps the id, and says both', async () => {
    const { policy } = await admin()(createRecordingPolicy, { body: { draft: { name: 'Published' } } });
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Add rule').click();
    await page.getByText('Record the screen, tell the user').click();
    await button('Next').click();
    await page.getByLabel('Applications and desktops').check();
    await button('Next').click();
    const field = page.getByRole('combobox').first();
    await field.fill('finance');
    const option = page.getByRole('option', { name: /SAP Finance/ });
    await option.getByText('https://apps.example.com').waitFor();
    await option.click();
    await page.getByText('SAP Finance', { exact: true }).waitFor();
    await button('Next').click();
    await page.getByText('the application is “SAP Finance” (sap.exe)').first().waitFor();
    await button('Finish').click();
    await page.getByText('1 change is not saved').waitFor();
    await page.getByText('“SAP Finance” (sap.exe)').first().waitFor();
  });
});
