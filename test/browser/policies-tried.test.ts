import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRecordingPolicy,
  getRecordingPolicy,
  makeRuleId,
  type RecordingPolicy,
  type SessionAttributes,
  type SessionId,
  startSession,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { RawAgent } from '../support/raw-agent.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;
let agent: RawAgent;
let policy: RecordingPolicy;
let sessionOfMira: SessionId;

const sessionCount = 7;
const clock = {
  nowMs: () => Date.now(),
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
};
const button = (name: string) => page.getByRole('button', { name, exact: true });
const asserted = (value: string) => ({ value, assertedBy: 'agent' as const });

/** As a host reports it; decided by the policy that is active now. */
async function report(attributes: Partial<SessionAttributes>): Promise<SessionId> {
  const body = agent.sessionBody();
  Object.assign(body.attributes, attributes);
  const { status } = await agent.call(startSession, { body });
  if (status !== 200) throw new Error(`the session was not taken: ${status}`);
  return body.sessionId;
}

/** One rule for mira's ledger, one that loses against it, and one that needs an address from outside. */
async function makePolicy(): Promise<RecordingPolicy> {
  const options = { recordsAudio: false, isLossy: false, allowsUserInitiated: false };
  const rule = { options, ruleId: '' };
  const mira = { kind: 'user' as const, name: 'MIRA' };
  const rules = [
    {
      ...rule,
      name: 'Ledger',
      action: 'record-with-notification',
      criteria: { principals: [mira], applications: ['Ledger'] },
    },
    { ...rule, name: 'Mira', action: 'record-without-notification', criteria: { principals: [mira] } },
    { ...rule, name: 'Outside', action: 'do-not-record', criteria: { clientAddresses: ['203.0.113.0/24'] } },
  ] as const;
  const draft = { name: 'Tried', rules: rules.map((one) => ({ ...one, ruleId: makeRuleId(clock) })) };
  const body = { draft: JSON.parse(JSON.stringify(draft)) as typeof draft & { rules: never }, comment: '' };
  return (await stack.api(people.administrator)(createRecordingPolicy, { body })).policy;
}

beforeAll(async () => {
  stack = await startStack();
  agent = await RawAgent.enrol(stack);
  sessionOfMira = await report({ user: asserted('mira'), application: asserted('Ledger') });
  for (let number = 1; number < sessionCount; number++) await report({ user: asserted(`tom-${number}`) });
  policy = await makePolicy();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/policies/test');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const ruleRow = (name: string) => page.locator('tbody tr', { has: page.getByRole('rowheader', { name }) });

describe('testing a session', () => {
  test('POL-066: of the past says how a policy that is not active would decide it, and why each rule matches or not', async () => {
    await page.goto(`/policies/test?policy=${policy.policyId}`);
    await page.getByRole('button', { name: 'Choose a session' }).click();
    await page.getByRole('option', { name: 'mira on desk-7' }).click();
    await button('Test').click();
    await page.getByRole('heading', { name: 'Record the screen, tell the user' }).waitFor();
    await ruleRow('Ledger').getByText('Decides').waitFor();
    await ruleRow('Mira').getByText('Lost:').waitFor();
    await ruleRow('Outside').getByText('Does not match').waitFor();
    expect(await ruleRow('Outside').getByLabel('Not met').count()).toBe(1);
    expect(await ruleRow('Ledger').getByLabel('Met', { exact: true }).count()).toBe(2);
  });

  test('is a link that asks the same question again', async () => {
    const url = new URL(page.url());
    expect(url.searchParams.get('session')).toBe(sessionOfMira);
    await page.goto(url.href);
    await ruleRow('Ledger').getByText('Decides').waitFor();
  });

  test('POL-047: that one describes shows that the higher rank wins, POL-050 and that what nothing matches is not recorded', async () => {
    await page.goto(`/policies/test?policy=${policy.policyId}`);
    await button('One that I describe').click();
    await page.getByLabel('User').fill('mira');
    await page.getByLabel('Machine', { exact: true }).fill('desk-9');
    await page.getByLabel('Client address').fill('203.0.113.9');
    await button('Test').click();
    await ruleRow('Outside').getByText('Decides').waitFor();
    await page.getByLabel('User').fill('nobody');
    await page.getByLabel('Client address').fill('');
    await button('Test').click();
    await page.getByText('Otherwise').waitFor();
    await page.getByRole('heading', { name: 'Do not record' }).waitFor();
  });

  test('asks about changes that are not saved when one says so', async () => {
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Remove the rule Ledger').click();
    await page.goto(`/policies/test?policy=${policy.policyId}&draft=1&session=${sessionOfMira}`);
    await ruleRow('Mira').getByText('Decides').waitFor();
    await page.getByLabel('With my changes that are not saved').uncheck();
    await button('Test').click();
    await ruleRow('Ledger').getByText('Decides').waitFor();
  });
});

describe('simulating', () => {
  test('counts what would have been different, and lists it with the way to look closer', async () => {
    await page.goto(`/policies/simulate?policy=${policy.policyId}`);
    await button('Simulate').click();
    await page.getByText(`${sessionCount} sessions would have been treated otherwise (100 %)`).waitFor();
    await page.getByText(`Of ${sessionCount} sessions in the last 30 days.`).waitFor();
    const told = page.locator('.policy-total', { hasText: 'Users told' });
    expect(await told.locator('.policy-total-after').textContent()).toBe('1');
    await page.getByRole('link', { name: 'mira on desk-7' }).click();
    await ruleRow('Ledger').getByText('Decides').waitFor();
  });

  test('keeps its result for who comes back', async () => {
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/simulations')) asked += 1;
    });
    await page.goBack();
    await page.getByText('sessions would have been treated otherwise').waitFor();
    expect(asked).toBe(0);
  });

  test('shows one kind of change alone, and has it in the address', async () => {
    await page.getByText('1 session', { exact: true }).click();
    await page.waitForURL(/change=record-without-notification%3Erecord-with-notification/);
    await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('tbody tr').textContent()).toContain('mira on desk-7');
  });

  test('gives the sessions as CSV', async () => {
    const download = page.waitForEvent('download');
    await button('Download CSV').click();
    const file = join(stack.scratch, 'simulation.csv');
    await (await download).saveAs(file);
    const [header, ...lines] = readFileSync(file, 'utf8').trim().split('\r\n');
    expect(header).toBe('sessionId,startedAt,user,host,application,before,after,ruleName,reason');
    expect(lines).toHaveLength(sessionCount);
    expect(lines.find((line) => line.startsWith(sessionOfMira))).toContain(
      ',mira,desk-7,Ledger,record-without-notification,record-with-notification,Ledger,',
    );
  });

  test('of changes that are not saved changes nothing that is stored', async () => {
    await page.goto(`/policies/simulate?policy=${policy.policyId}&draft=1&run=1`);
    await page.getByText(`${sessionCount - 1} sessions would have been treated otherwise`).waitFor();
    const params = { policyId: policy.policyId };
    expect((await stack.api(people.administrator)(getRecordingPolicy, { params })).policy.version).toBe(1);
  });

  test('goes through all pages, adds them up, and can be stopped', async () => {
    const totals = { sessions: 500, recorded: 400, eventsOnly: 0, told: 100, bytes: 5e9 };
    const measured = { recordings: 3, screenBytesPerHour: 1e7, eventBytesPerHour: 1e4 };
    let pages = 0;
    let hold = false;
    await page.route('**/api/v1/policies/recording/simulations', async (route) => {
      pages += 1;
      if (hold) return;
      const reachedAt = new Date(Date.now() - pages * 7 * 86_400_000).toISOString();
      const next = pages < 4 ? { cursor: String(pages) } : {};
      await route.fulfill({
        json: { before: totals, after: totals, changedCount: 0, changed: [], measured, reachedAt, ...next },
      });
    });
    await page.goto('/policies/simulate?days=28&run=1');
    await page.getByText('Of 2,000 sessions in the last 28 days.').waitFor();
    await page.getByText('Nothing would have been different').waitFor();
    expect(pages).toBe(4);
    pages = 0;
    hold = true;
    await button('Simulate').click();
    await page.getByRole('progressbar').waitFor();
    await button('Stop').click();
    await page.getByText('Stopped.').waitFor();
    await page.unroute('**/api/v1/policies/recording/simulations');
  });
});
