import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;

/** Six tries with their pauses take a quarter of a minute on a machine with nothing else to do. */
const patience = { timeout: 120_000 };
const whoAmI = '**/api/v1/me';

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/roles');
});

beforeEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const frame = () => page.locator('#top-bar');
const unreachable = () => page.getByText('The service cannot be reached', { exact: true });
const tryingAgain = () => page.getByText('It is tried again by itself');

/** The first so many calls fail, as `fail` has it. */
function failing(count: number, fail: (route: Route) => Promise<void>) {
  let left = count;
  return (route: Route) => (left-- > 0 ? fail(route) : route.continue());
}

describe('a console whose first calls fail', () => {
  test('says so, tries again by itself and opens the page that was wanted', async () => {
    await page.route(
      whoAmI,
      failing(2, (route) => route.abort()),
    );
    await page.goto('/roles');
    await unreachable().waitFor(patience);
    await tryingAgain().waitFor(patience);
    await frame().waitFor(patience);
    await page.getByRole('rowheader', { name: 'Policy query', exact: true }).waitFor(patience);
    expect(await unreachable().count()).toBe(0);
  });

  test('opens after an overload of the service', async () => {
    await page.route(
      whoAmI,
      failing(1, (route) => route.fulfill({ status: 503, body: '' })),
    );
    await page.goto('/roles');
    await frame().waitFor(patience);
  });

  test('leaves it to the person after some tries, and opens when they try again', async () => {
    let calls = 0;
    await page.route(whoAmI, (route) => {
      calls++;
      return route.abort();
    });
    await page.goto('/roles');
    await tryingAgain().waitFor(patience);
    await tryingAgain().waitFor({ state: 'detached', ...patience });
    await unreachable().waitFor(patience);
    expect(calls).toBe(6);
    await page.unroute(whoAmI);
    await page.getByRole('button', { name: 'Try again' }).click();
    await frame().waitFor(patience);
  });

  test('does not ask again where the answer is final', async () => {
    let calls = 0;
    await page.route(whoAmI, (route) => {
      calls++;
      return route.fulfill({ status: 401, body: '' });
    });
    await page.goto('/roles');
    await page.getByRole('button', { name: 'Sign in again' }).waitFor(patience);
    expect(await tryingAgain().count()).toBe(0);
    expect(calls).toBe(1);
  });

  test('opens when its configuration comes at the second try', async () => {
    await page.route(
      '**/config.json',
      failing(1, (route) => route.abort()),
    );
    await page.goto('/roles');
    await frame().waitFor(patience);
  });
});

describe('a page that cannot be loaded', () => {
  test('says so within the console, and the other pages are still there', async () => {
    await page.route('**/assets/roles-page-*.js', (route) => route.abort());
    await page.goto('/roles');
    await page.getByText('This page could not be shown').waitFor(patience);
    await page.getByRole('link', { name: 'Notification messages' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor(patience);
    expect(await page.getByText('This page could not be shown').count()).toBe(0);
  });

  test('is there after it is loaded anew', async () => {
    await page.route(
      '**/assets/roles-page-*.js',
      failing(1, (route) => route.abort()),
    );
    await page.goto('/roles');
    await page.getByRole('button', { name: 'Reload the page' }).click(patience);
    await page.getByRole('rowheader', { name: 'Policy query', exact: true }).waitFor(patience);
  });
});
