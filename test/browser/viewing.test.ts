import {
  assignRole,
  changeSiteSettings,
  changeViewingPolicy,
  createViewingPolicy,
  deleteViewingPolicy,
  getSiteSettings,
  listViewingPolicies,
  makeRuleId,
  type Principal,
  type ViewingPolicy,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestClock } from '../../functions/_testing/test-clock.ts';
import { pollUntil } from '../support/poll-until.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

const clock = new TestClock();
let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;
/** A second browser: somebody who may watch. */
let viewer: Page;

beforeAll(async () => {
  stack = await startStack();
  const members: Principal[] = [
    { kind: 'group', name: 'reviewers' },
    { kind: 'user', name: 'vic' },
  ];
  await api()(assignRole, { params: { role: 'Player' }, body: { members } });
  for (const user of ['mira', 'noah']) await (await RawAgent.enrol(stack)).begin(user);
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/policies/viewing');
  viewer = await browser.openAs(people.visitor, '/recordings');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const combobox = (name: string) => page.getByRole('combobox', { name });

async function policies(): Promise<ViewingPolicy[]> {
  return (await api()(listViewingPolicies, {})).policies;
}

async function only(): Promise<ViewingPolicy> {
  const [policy, ...others] = await policies();
  if (policy === undefined || others.length > 0) throw new Error('one policy was expected');
  return policy;
}

/** Whose recordings the viewer's list shows once it is loaded anew. */
async function viewerSees(...users: string[]): Promise<void> {
  await viewer.goto('/recordings');
  await pollUntil(`the viewer to see ${users.join(', ') || 'nothing'}`, async () => {
    if (await viewer.getByText('Loading recordings').first().isVisible()) return false;
    const text = (await viewer.locator('main').textContent()) ?? '';
    return ['mira', 'noah'].every((user) => text.includes(user) === users.includes(user));
  });
}

async function makePolicy(name: string, viewerName: string, user: string): Promise<ViewingPolicy> {
  const criteria = { principals: [{ kind: 'user' as const, name: user }] };
  const rule = { ruleId: makeRuleId(clock), name: user, viewer: { kind: 'user' as const, name: viewerName }, criteria };
  return (await api()(createViewingPolicy, { body: { draft: { name, rules: [rule] } } })).policy;
}

describe('a new deployment', () => {
  test('VIEW-002, VIEW-003: has viewing policies off and none of them, says so, and lets none be made', async () => {
    await page.getByText('Off', { exact: true }).waitFor();
    await page.getByText('sees every recording. Policies below are kept and count for nothing.').waitFor();
    await page.getByText('No viewing policies', { exact: true }).waitFor();
    expect(await button('Create viewing policy').getAttribute('aria-disabled')).toBe('true');
    await viewerSees('mira', 'noah');
  });

  test('VIEW-002: switching them on asks first, says who sees what then, and changes nothing when declined', async () => {
    await button('Switch on …').click();
    await dialog().getByText('goes on seeing every recording until you create the first one').waitFor();
    await button('Cancel').click();
    expect((await api()(getSiteSettings, {})).settings.areViewingPoliciesOn).toBe(false);
    await button('Switch on …').click();
    await button('Switch on').click();
    await page.getByText('Viewing policies are on.').waitFor();
    await page.getByText('As long as there is no policy').waitFor();
    expect((await api()(getSiteSettings, {})).settings.areViewingPoliciesOn).toBe(true);
    await viewerSees('mira', 'noah');
  });
});

describe('writing a policy', () => {
  test('marks what is missing at its field, and saves nothing', async () => {
    await button('Create viewing policy').first().click();
    await page.waitForURL(/new=1/);
    await page.getByText('the policy shows nothing to anybody').waitFor();
    await button('Add rule').click();
    await button('Save …').click();
    await page.getByText('It is marked below; nothing was saved.').waitFor();
    await page.getByText('Enter a name of at most 256 characters.').waitFor();
    await page.getByText('Enter one user or one group.').waitFor();
    expect(await dialog().count()).toBe(0);
    expect(await policies()).toEqual([]);
  });

  test('VIEW-008: offers three kinds of lists, and neither addresses nor tags', async () => {
    for (const title of ['Users and groups', 'Applications and desktops', 'Machines and machine groups'])
      await page.getByText(title, { exact: true }).first().waitFor();
    expect(await page.getByText('Client addresses').count()).toBe(0);
    expect(await page.getByText('Access tags').count()).toBe(0);
  });

  test('VIEW-006: takes one viewer, out of those that are known, and another choice replaces the one before', async () => {
    await combobox('Viewer').fill('noah');
    await page.getByRole('option', { name: 'noah', exact: true }).click();
    await combobox('Viewer').fill('vic');
    await page.keyboard.press('Escape');
    await page.getByText('vic sees nothing by this rule.').waitFor();
    expect(await page.getByText('noah sees nothing by this rule.').count()).toBe(0);
  });

  test('VIEW-010: warns of a rule without lists, keeps what was entered through a reload, and says the rule in words', async () => {
    await field('Name').first().fill('Support');
    await page.getByText('this rule shows its viewer nothing.').waitFor();
    await page.reload();
    await page.getByText('vic sees nothing by this rule.').waitFor();
    await combobox('User').fill('mira');
    await page.keyboard.press('Enter');
    await combobox('Application or desktop').fill('Ledger');
    await page.keyboard.press('Enter');
    await page.getByText('vic sees a recording if the user is mira or the application is “Ledger”.').waitFor();
    expect(await page.getByText('this rule shows its viewer nothing.').count()).toBe(0);
  });

  test('VIEW-004: saving says that it is the first and in force at once, and the viewer has another list from then on', async () => {
    await viewerSees('mira', 'noah');
    await button('Save …').click();
    await dialog().getByText('This is the first viewing policy').waitFor();
    await dialog().getByText('in force at once, from the next request').waitFor();
    await button('Save, in force at once').click();
    await page.getByText('“Support” is saved and in force.').waitFor();
    await page.getByText('ada, version 1').waitFor();
    expect((await only()).rules).toMatchObject([
      {
        viewer: { kind: 'user', name: 'vic' },
        criteria: { principals: [{ kind: 'user', name: 'mira' }], applications: ['Ledger'] },
      },
    ]);
    await viewerSees('mira');
  });
});

describe('a policy in force', () => {
  test('VIEW-005: is renamed and given another rule, after it was said what changes for whom', async () => {
    await page.getByRole('link', { name: 'Support', exact: true }).click();
    await page.waitForURL(/policy=pol_/);
    await field('Name').first().fill('Help desk');
    await button('Add rule').click();
    await combobox('Viewer').fill('vic');
    await page.keyboard.press('Escape');
    await combobox('User').fill('noah');
    await page.keyboard.press('Enter');
    await button('Save …').click();
    await dialog().getByText('Rules that are new').waitFor();
    expect(await dialog().getByText('Rules that change').count()).toBe(0);
    await button('Save, in force at once').click();
    await page.getByText('“Help desk” is saved and in force.').waitFor();
    await page.getByText('ada, version 2').waitFor();
    await viewerSees('mira', 'noah');
  });

  test('that somebody else has changed meanwhile is not overwritten: it says who, keeps what was typed, and either goes on', async () => {
    const before = await only();
    await page.getByRole('link', { name: 'Help desk', exact: true }).click();
    await field('Description').fill('Mine');
    const draft = { name: 'Theirs', rules: before.rules };
    const change = { params: { policyId: before.policyId }, body: { expectedVersion: before.version, draft } };
    await api()(changeViewingPolicy, change);
    await button('Save …').click();
    await button('Save, in force at once').click();
    await page.getByText('ada saved this policy while you were editing it').waitFor();
    expect(await field('Description').inputValue()).toBe('Mine');
    expect((await only()).name).toBe('Theirs');
    await page.reload();
    await button('Load theirs').click();
    expect(await field('Name').first().inputValue()).toBe('Theirs');
    expect(await field('Description').inputValue()).toBe('');
    await field('Description').fill('Mine again');
    await api()(changeViewingPolicy, { ...change, body: { ...change.body, expectedVersion: before.version + 1 } });
    await button('Save …').click();
    await button('Save, in force at once').click();
    await button('Keep mine').click();
    await button('Save …').click();
    await button('Save, in force at once').click();
    await page.getByText('“Theirs” is saved and in force.').waitFor();
    expect(await only()).toMatchObject({ description: 'Mine again', version: before.version + 3 });
  });

  test('is copied with rules of its own, and what was entered is discarded only when one says so', async () => {
    const [rule] = (await only()).rules;
    await button('Copy “Theirs”').click();
    await page.getByRole('heading', { name: 'Create viewing policy' }).waitFor();
    expect(await field('Name').first().inputValue()).toBe('Copy of Theirs');
    await field('Name').first().fill('Second');
    await button('Cancel').click();
    await button('Go on editing').click();
    await button('Save …').click();
    await button('Save, in force at once').click();
    await page.getByText('“Second” is saved and in force.').waitFor();
    const second = (await policies()).find(({ name }) => name === 'Second');
    expect(second?.rules).toHaveLength(2);
    expect(second?.rules.map(({ ruleId }) => ruleId)).not.toContain(rule?.ruleId);
  });

  test('that somebody else has deleted meanwhile is not lost: saving makes a new one of what was entered', async () => {
    const policy = await makePolicy('Short lived', 'rita', 'noah');
    await page.goto(`/policies/viewing?policy=${policy.policyId}`);
    await field('Name').first().fill('Long lived');
    await api()(deleteViewingPolicy, { params: { policyId: policy.policyId } });
    await button('Save …').click();
    await button('Save, in force at once').click();
    await page.getByText('Somebody has deleted this policy meanwhile').waitFor();
    await button('Save …').click();
    await button('Save, in force at once').click();
    await page.getByText('“Long lived” is saved and in force.').waitFor();
    expect((await policies()).map(({ name }) => name).toSorted()).toEqual(['Long lived', 'Second', 'Theirs']);
  });

  test('is deleted after it was said that what it alone showed is seen no more', async () => {
    for (const name of ['Theirs', 'Second']) {
      await button(`Delete “${name}”`).click();
      await dialog().getByText('What this policy alone shows is seen no more.').waitFor();
      await dialog().getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText(`“${name}” is deleted.`).waitFor();
    }
    await viewerSees();
  });
});

describe('switched off again', () => {
  test('VIEW-002: policies are kept, can be read and not changed, and everybody sees everything', async () => {
    await button('Switch off …').click();
    await dialog().getByText('sees every recording again').waitFor();
    await button('Switch off').click();
    await page.getByText('Viewing policies are off: they count for nothing.').waitFor();
    await button('Delete “Long lived”').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Long lived', exact: true }).click();
    await page.getByText('rita sees a recording if the user is noah.').waitFor();
    expect(await button('Save …').count()).toBe(0);
    await viewerSees('mira', 'noah');
  });

  test('by somebody else in the middle, nothing is saved and what was typed stays', async () => {
    await api()(changeSiteSettings, { body: { areViewingPoliciesOn: true } });
    const policy = await only();
    await page.goto(`/policies/viewing?policy=${policy.policyId}`);
    await field('Description').fill('Too late');
    await api()(changeSiteSettings, { body: { areViewingPoliciesOn: false } });
    await button('Save …').click();
    await button('Save, in force at once').click();
    await dialog().getByText('Switch viewing policies on in the settings first.').waitFor();
    await button('Keep editing').click();
    expect(await field('Description').inputValue()).toBe('Too late');
    expect(await only()).toEqual(policy);
  });
});

test('an address of no policy says so', async () => {
  await page.goto('/policies/viewing?policy=pol_01hzzzzzzzzzzzzzzzzzzzzzzz');
  await page.getByText('There is no such policy').first().waitFor();
  await button('All viewing policies').click();
  await page.getByRole('link', { name: 'Long lived', exact: true }).waitFor();
});

test('those without the role have no link to viewing policies, and are refused by their address', async () => {
  await viewer.goto('/policies/viewing');
  await viewer.getByText('You are not permitted to see policies').waitFor();
  expect(await viewer.getByRole('link', { name: 'Viewing', exact: true }).count()).toBe(0);
});
