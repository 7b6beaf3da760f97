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
  test('the messages to users, one of them being written', async () => {
    const page = await browser.openAs(people.administrator, '/notices', { isDark, width: 1024, height: 768 });
    await page.getByRole('button', { name: 'Add a language', exact: true }).click();
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Recording');
    await page.getByRole('button', { name: 'Built-in texts' }).click();
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });
});
