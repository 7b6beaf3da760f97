import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  activateRecordingPolicy,
  changeRecordingPolicy,
  createRecordingPolicy,
  deleteRecordingPolicy,
  getRecordingPolicy,
  listRecordingPolicies,
  makeRuleId,
  type RecordingPolicy,
  type RecordingRule,
  recordingPolicyDraftSchema,
} from '@afterimage/contracts';
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
  page = await browser.openAs(people.administrator, '/policies/recording');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const clock = {
  nowMs: () => Date.now(),
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
};

function ruleFor(name: string, change: Partial<RecordingRule> = {}): RecordingRule {
  const options = { recordsAudio: false, isLossy: false, allowsUserInitiated: false };
  const criteria = { applications: [name] };
  return { ruleId: makeRuleId(clock), name, action: 'record-with-notification', options, criteria, ...change };
}

async function makePolicy(name: string, rules: RecordingRule[] = []): Promise<RecordingPolicy> {
  const { policy } = await api()(createRecordingPolicy, { body: { draft: { name, rules }, comment: '' } });
  return policy;
}

const stored = async ({ policyId }: Pick<RecordingPolicy, 'policyId'>) =>
  (await api()(getRecordingPolicy, { params: { policyId } })).policy;

/** As another administrator saves it, from elsewhere. */
async function changeElsewhere(policy: RecordingPolicy, change: Partial<RecordingPolicy>): Promise<void> {
  const draft = recordingPolicyDraftSchema.parse({ ...policy, ...change });
  const body = { expectedVersion: policy.version, draft, comment: 'from elsewhere', confirmsActive: true };
  await api()(changeRecordingPolicy, { params: { policyId: policy.policyId }, body });
}

const rows = () => page.locator('tbody tr');
const button = (name: string) => page.getByRole('button', { name, exact: true });

const ruleNames = async () => (await rows().locator('th').allTextContents()).map((name) => name.trim());

async function choose(action: string, of: string): Promise<void> {
  await rows().filter({ hasText: of }).click();
  await button('Actions').click();
  await page.getByRole('menuitem', { name: action }).click();
}

describe('the list', () => {
  test('POL-012: shows which policy is active, and which ones come with the product', async () => {
    const active = rows().filter({ hasText: 'Record everyone without notification' });
    await active.getByText('Active', { exact: true }).waitFor();
    expect(await rows().filter({ hasText: 'System-defined' }).count()).toBe(9);
  });

  test('POL-004: a new policy has a name to begin with, and opens', async () => {
    await button('Create policy').click();
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('New policy');
    await button('Create').click();
    await page.waitForURL(/\/policies\/recording\/pol_/);
    await page.getByText('No rules yet').waitFor();
  });

  test('POL-005: activating says what it does first, and then replaces the active one', async () => {
    await makePolicy('Office', [ruleFor('Ledger')]);
    await page.goto('/policies/recording');
    await choose('Activate', 'Office');
    await page.getByText('Sessions that start from now on are decided by this policy.').waitFor();
    await page.getByRole('dialog').getByText('1 rule').waitFor();
    await button('Activate').click();
    await page.getByText('“Office” is active.').waitFor();
    await rows().filter({ hasText: 'Office' }).getByText('Active', { exact: true }).waitFor();
    await api()(activateRecordingPolicy, { body: { policyId: 'do-not-record' } });
  });

  test('POL-013: deletes after a yes, and not after a no', async () => {
    const policy = await makePolicy('Short-lived');
    await page.goto('/policies/recording');
    await choose('Delete', 'Short-lived');
    await button('No').click();
    expect(await stored(policy)).toMatchObject({ name: 'Short-lived' });
    await choose('Delete', 'Short-lived');
    await button('Yes').click();
    await page.getByText('“Short-lived” is deleted.').waitFor();
    await rows().filter({ hasText: 'Short-lived' }).waitFor({ state: 'detached' });
  });

  test('POL-010, POL-011: what can’t be deleted says why', async () => {
    await page.goto('/policies/recording');
    await rows().filter({ hasText: 'Do not record' }).click();
    await button('Actions').click();
    const item = page.getByRole('menuitem', { name: 'Delete' });
    expect(await item.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
  });

  test('takes an exported document back as a new policy, and says what is wrong with another', async () => {
    await makePolicy('Travelling', [ruleFor('Ledger'), ruleFor('Mail', { action: 'do-not-record' })]);
    await page.goto('/policies/recording');
    const download = page.waitForEvent('download');
    await choose('Export', 'Travelling');
    const file = join(stack.scratch, 'travelling.json');
    await (await download).saveAs(file);
    await button('Import').click();
    const upload = page.locator('input[type=file]');
    await upload.setInputFiles({
      name: 'bad.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"rules":[{}]}'),
    });
    await page.getByText('/rules/0/action').waitFor();
    expect(await button('Create from this file').isDisabled()).toBe(true);
    await upload.setInputFiles({ name: 'travelling.json', mimeType: 'application/json', buffer: readFileSync(file) });
    await button('Create from this file').click();
    await page.getByText('Ledger').first().waitFor();
    const { policies } = await api()(listRecordingPolicies, {});
    expect(policies.filter(({ name }) => name === 'Travelling').map(({ ruleCount }) => ruleCount)).toEqual([2, 2]);
  });
});

describe('a policy', () => {
  test('POL-048, POL-050: shows its rules in the order in which they win, the locked fallback last', async () => {
    const { policyId } = await makePolicy('Ordered', [
      ruleFor('Silent', { action: 'record-without-notification' }),
      ruleFor('Told'),
      ruleFor('None', { action: 'do-not-record' }),
    ]);
    await page.goto(`/policies/recording/${policyId}`);
    await rows().first().waitFor();
    expect(await ruleNames()).toEqual(['None', 'Told', 'Silent', 'Otherwise']);
    expect(await rows().last().getByRole('button').count()).toBe(0);
  });

  test('finds one rule among a thousand, and keeps what was looked for in the address', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => ruleFor(`Application ${index}`));
    const { policyId } = await makePolicy('Many', many);
    await page.goto(`/policies/recording/${policyId}`);
    await page.getByRole('searchbox').fill('Application 777');
    await rows().nth(2).waitFor({ state: 'detached' });
    expect(await ruleNames()).toEqual(['Application 777', 'Otherwise']);
    await page.waitForURL(/find=Application\+777/);
  });

  test('POL-002: marked read-only can’t be edited until the mark is taken away', async () => {
    const { policyId } = await makePolicy('Settled', [ruleFor('Ledger')]);
    await page.goto(`/policies/recording/${policyId}`);
    await button('Actions').click();
    await page.getByRole('menuitem', { name: 'Mark read-only' }).click();
    await page.getByText('Marked read-only.').waitFor();
    expect(await button('Add rule').count()).toBe(0);
    await button('Actions').click();
    await page.getByRole('menuitem', { name: 'Allow changes' }).click();
    await button('Add rule').waitFor();
  });

  test.each(['pol_01arz3ndektsv4rrffq69g5fav', 'nonsense'])('%s does not exist', async (id) => {
    await page.goto(`/policies/recording/${id}`);
    await page.getByText('There is no such policy').first().waitFor();
  });
});

describe('the wizard', () => {
  let policy: RecordingPolicy;

  beforeAll(async () => {
    policy = await makePolicy('Made by hand');
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Add rule').click();
  });

  test('POL-032: offers audio, lossy pictures and hidden applications under the actions that record the screen alone', async () => {
    await page.getByText('Record events only, tell the user').click();
    expect(await page.getByLabel('Record audio').count()).toBe(0);
    await page.getByText('Record the screen, tell the user').click();
    await page.getByLabel('Record audio').check();
    await page.getByLabel('Hide applications').check();
  });

  test('POL-034, POL-035: takes programs separated by semicolons, and covers them in black unless told otherwise', async () => {
    expect(await page.getByRole('radio', { name: 'Black' }).isChecked()).toBe(true);
    await page.getByLabel('Programs').fill('/usr/bin/keepassxc');
    await button('Next').click();
    await page.getByText('Enter names of programs without folders').waitFor();
    await page.getByLabel('Programs').fill('keepassxc; outlook.exe');
    await button('Next').click();
  });

  test('POL-039: wants at least one criterion', async () => {
    await button('Next').click();
    await page.getByText('Choose at least one criterion.').waitFor();
    await page.getByLabel('Users and groups').check();
    await page.getByLabel('Client addresses').check();
    await button('Next').click();
  });

  test('POL-043: checks addresses as they are typed, with the rule of the service', async () => {
    const address = page.getByRole('combobox', { name: 'Client addresses' });
    await address.fill('10.0.0.0/33');
    await page.getByText('(10.0.0.0/33)').waitFor();
    await address.fill('10.0.0.0/8; 2001:db8::/32');
    await page.keyboard.press('Enter');
    await page.getByText('2001:db8::/32', { exact: true }).waitFor();
  });

  test('POL-040: takes users and groups, and keeps what was entered through a reload', async () => {
    await page.getByRole('combobox', { name: 'User' }).fill('mira');
    await page.keyboard.press('Enter');
    await button('Group').click();
    await page.getByRole('combobox', { name: 'Group' }).fill('Support');
    await page.keyboard.press('Enter');
    await page.getByText('Support', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('Support', { exact: true }).waitFor();
    await button('Next').click();
  });

  test('POL-068: says the rule in words, and nothing is saved until the policy is', async () => {
    await page
      .getByText('If the user is mira or a member of Support and the client address is in 10.0.0.0/8 or 2001:db8::/32')
      .waitFor();
    await button('Finish').click();
    await page.getByText('1 change is not saved').waitFor();
    expect((await stored(policy)).rules).toEqual([]);
  });

  test('saving shows what changes, and the rule is stored as it was entered', async () => {
    await button('Review and save').click();
    await page.getByRole('dialog').getByText('Rule “Rule 1”').waitFor();
    await page.getByLabel('Why (optional)').fill('Asked for by Finance');
    await button('Save').click();
    await page.getByText('is saved as version 2.').waitFor();
    const [rule] = (await stored(policy)).rules;
    expect(rule).toMatchObject({
      name: 'Rule 1',
      action: 'record-with-notification',
      options: {
        recordsAudio: true,
        hiddenApplications: { processNames: ['keepassxc', 'outlook.exe'], maskColour: 'black' },
      },
      criteria: {
        principals: [
          { kind: 'user', name: 'mira' },
          { kind: 'group', name: 'Support' },
        ],
        clientAddresses: ['10.0.0.0/8', '2001:db8::/32'],
      },
    });
  });

  test('POL-068: opened again it shows what each criterion lists, and cancelling keeps nothing', async () => {
    await button('Edit the rule Rule 1').click();
    await button('Next').click();
    await page.getByText('Now: mira or group Support').waitFor();
    await page.getByLabel('Client addresses').uncheck();
    await button('Cancel').click();
    await button('Discard').click();
    await page.getByText('10.0.0.0/8').waitFor();
    expect(await page.getByText('not saved').count()).toBe(0);
  });
});

describe('changes that are not saved', () => {
  test('stay when one goes elsewhere in the console and comes back, and through a reload', async () => {
    const { policyId } = await makePolicy('Half done', [ruleFor('Ledger'), ruleFor('Mail')]);
    await page.goto(`/policies/recording/${policyId}`);
    await button('Remove the rule Mail').click();
    await page.getByRole('link', { name: 'Simulate' }).click();
    await page.goto(`/policies/recording/${policyId}`);
    await page.getByText('1 change is not saved').waitFor();
    await button('Discard').click();
    await button('Remove the rule Mail').waitFor();
  });

  test('of a rule that was removed can be taken back alone', async () => {
    await button('Remove the rule Ledger').click();
    await button('Remove the rule Mail').click();
    await page.getByText('2 changes are not saved').waitFor();
    await button('Take the rule Ledger back').click();
    await page.getByText('1 change is not saved').waitFor();
    expect(await ruleNames()).toEqual(['Ledger', 'Otherwise', 'Mail Removed']);
    await button('Discard').click();
  });

  test('POL-009: of the active policy are saved only when one says that it is meant', async () => {
    const policy = await makePolicy('In force', [ruleFor('Ledger'), ruleFor('Mail')]);
    await api()(activateRecordingPolicy, { body: { policyId: policy.policyId } });
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Remove the rule Mail').click();
    await button('Review and save').click();
    expect(await button('Save').isDisabled()).toBe(true);
    await page.getByLabel('I mean to change the active policy.').check();
    await button('Save').click();
    await page.getByText('is saved as version 2.').waitFor();
    await api()(activateRecordingPolicy, { body: { policyId: 'do-not-record' } });
  });

  test('are kept when somebody else saves first: it says who, compares, and brings them over', async () => {
    const [ledger, mail, web] = [ruleFor('Ledger'), ruleFor('Mail'), ruleFor('Web')];
    const policy = await makePolicy('Contended', [ledger, mail]);
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Remove the rule Mail').click();
    await changeElsewhere(policy, { rules: [ledger, mail, web] });
    await button('Review and save').click();
    await button('Save').click();
    await page.getByText('ada saved this policy while you were editing it').waitFor();
    await button('Compare').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Rule “Web”').waitFor();
    await dialog.getByText('Rule “Mail”').waitFor();
    await button('Bring my changes onto version 2').click();
    await button('Review and save').click();
    await button('Save').click();
    await page.getByText('is saved as version 3.').waitFor();
    expect((await stored(policy)).rules.map(({ name }) => name)).toEqual(['Ledger', 'Web']);
  });

  test('are not lost when the policy is gone by the time of saving', async () => {
    const policy = await makePolicy('Vanishing', [ruleFor('Ledger')]);
    await page.goto(`/policies/recording/${policy.policyId}`);
    await button('Remove the rule Ledger').click();
    await api()(deleteRecordingPolicy, { params: { policyId: policy.policyId } });
    await button('Review and save').click();
    await button('Save').click();
    await page
      .getByRole('dialog')
      .getByRole('alert')
      .or(page.getByRole('dialog').locator('[class*=alert]'))
      .first()
      .waitFor();
    await button('Keep editing').click();
    await page.getByText('1 change is not saved').waitFor();
    await button('Discard').click();
  });
});

describe('the history', () => {
  test('says who changed what and why, and rolls back after showing what that changes', async () => {
    const ledger = ruleFor('Ledger');
    const policy = await makePolicy('Long-lived', [ledger]);
    await changeElsewhere(policy, { rules: [{ ...ledger, action: 'do-not-record' }] });
    await page.goto(`/policies/recording/${policy.policyId}/history`);
    await page.getByText('“from elsewhere”').waitFor();
    await page.getByText('Record the screen, tell the user → Do not record').waitFor();
    await page.locator('tbody tr').nth(1).click();
    await page.waitForURL(/version=1/);
    await button('Roll back to 1 …').click();
    await page.getByRole('dialog').getByText('Do not record → Record the screen, tell the user').waitFor();
    await button('Roll back').click();
    await page.getByText('Version 1 is taken back, as version 3.').waitFor();
    await page.getByText('Rolled back to version 1').waitFor();
    expect((await stored(policy)).rules[0]?.action).toBe('record-with-notification');
  });
});

describe('who may see policies', () => {
  test('POL-003: those without the role have no link to them, and are refused by their address', async () => {
    const other = await browser.openAs(people.reviewer, '/policies/recording');
    await other.getByText('You are not permitted to see policies').waitFor();
    expect(await other.getByRole('link', { name: 'Simulate' }).count()).toBe(0);
    await other.context().close();
  });
});
