import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let browser: ConsoleBrowser;

beforeAll(async () => {
  stack = await startStack();
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
  test('the roles, and the change of their members', async () => {
    const page = await browser.openAs(people.administrator, '/roles', { isDark, width: 1024, height: 768 });
    await page.getByText('Privileged player').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto('/roles?role=Player');
    await page.getByRole('combobox', { name: 'User' }).fill('mira');
    await page.keyboard.press('Enter');
    await page.getByText('Gains the role: mira').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });
});
