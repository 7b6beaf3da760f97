import { createRecordingPolicy, makeRuleId, startSession } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let policyId: string;

const clock = {
  nowMs: () => Date.now(),
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
};

beforeAll(async () => {
  stack = await startStack();
  const agent = await RawAgent.enrol(stack);
  await agent.call(startSession, { body: agent.sessionBody() });
  const options = { recordsAudio: true, isLossy: false, allowsUserInitiated: true };
  const criteria = { applications: ['Ledger'], accessTags: ['outside'] };
  const rule = {
    ruleId: makeRuleId(clock),
    name: 'Ledger',
    action: 'record-with-notification' as const,
    options,
    criteria,
  };
  const body = { draft: { name: 'Office', description: 'For all', rules: [rule] }, comment: '' };
  policyId = (await stack.api(people.administrator)(createRecordingPolicy, { body })).policy.policyId;
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
    page = await browser.openAs(people.administrator, '/policies/recording', { isDark });
  });

  const show = async (path: string, text: string) => {
    await page.goto(path);
    await page.getByText(text).first().waitFor();
  };

  test('the list of policies, and the question before activating one', async () => {
    await page.getByText('Office').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await show(`/policies/recording/${policyId}?edit=activate`, 'What happens then');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a policy, with changes that are not saved, and the question before saving them', async () => {
    await show(`/policies/recording/${policyId}`, 'Ledger');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove the rule Ledger' }).click();
    await page.getByText('1 change is not saved').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep editing' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  test('each step of the wizard', async () => {
    await show(`/policies/recording/${policyId}`, 'Ledger');
    await page.getByRole('button', { name: 'Edit the rule Ledger' }).click();
    for (const step of ['Action and options', 'Choose criteria', 'Edit criteria', 'Finish']) {
      await page.getByRole('heading', { name: step, exact: true, level: 1 }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      if (step !== 'Finish') await page.getByRole('button', { name: 'Next' }).click();
    }
  });

  test('the wizard can be gone through with keys alone', async () => {
    await show(`/policies/recording/${policyId}/rules/new`, 'When this rule decides');
    await page.getByRole('radio', { name: 'Record the screen, tell the user' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'Users and groups' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'User' }).focus();
    await page.keyboard.type('mira');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove mira' }).waitFor();
    await page.getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Finish', exact: true, level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  test('the history', async () => {
    await show(`/policies/recording/${policyId}/history`, 'The policy was created');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a tested session', async () => {
    await show(`/policies/test?policy=${policyId}&user=mira&host=desk-7&application=Ledger`, 'Does not match');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a simulation', async () => {
    await show(`/policies/simulate?policy=${policyId}&run=1`, 'What would have been different');
    expect(await seriousViolations(page)).toEqual([]);
  });
});
