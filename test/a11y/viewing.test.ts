import { changeSiteSettings, createViewingPolicy, makeRuleId, type PolicyId } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { seriousViolations } from './serious-violations.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let policyId: PolicyId;
const ruleId = makeRuleId(new TestClock());

beforeAll(async () => {
  stack = await startStack();
  const api = stack.api(people.administrator);
  await api(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
  const criteria = { principals: [{ kind: 'user' as const, name: 'mira' }], applications: ['Ledger'] };
  const rule = { ruleId, name: 'Auditors', viewer: { kind: 'group' as const, name: 'Auditors' }, criteria };
  const { policy } = await api(createViewingPolicy, { body: { draft: { name: 'Finance', rules: [rule] } } });
  policyId = policy.policyId;
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
  test('viewing policies, one that is edited, and what is asked before it is saved', async () => {
    const page = await browser.openAs(people.administrator, '/policies/viewing', { isDark, width: 1024, height: 768 });
    await page.getByRole('link', { name: 'Finance', exact: true }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto(`/policies/viewing?policy=${policyId}&rule=${ruleId}`);
    await page.getByRole('combobox', { name: 'Viewer', exact: true }).fill('');
    await page.getByRole('button', { name: 'Save …' }).click();
    await page.getByText('Enter one user or one group.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Viewer', exact: true }).fill('Revision');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save …' }).click();
    await page.getByText('Rules that change').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });
});
