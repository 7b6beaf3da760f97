import { assignRole, listRoleAssignments, type Role } from '@afterimage/contracts';
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
  page = await browser.openAs(people.administrator, '/roles');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const api = () => stack.api(people.administrator);
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function membersOf(role: Role) {
  const { roles } = await api()(listRoleAssignments, {});
  return roles.find((one) => one.role === role)?.members;
}

describe('roles', () => {
  test('are all listed, with what they permit', async () => {
    for (const name of [
      'Policy administrator',
      'Policy query',
      'Logging reader',
      'Logging writer',
      'Privileged player',
    ])
      await page.getByRole('rowheader', { name, exact: true }).waitFor();
    await page.getByRole('rowheader', { name: 'Player', exact: true }).waitFor();
    await page.getByText('It does not permit to watch recordings.').waitFor();
  });

  test('a person and a group are given one, after it was said who gains it', async () => {
    await button('Change members of Policy query').click();
    await page.waitForURL(/role=PolicyQuery/);
    expect(await button('Save members').isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'User' }).fill('mira');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Group', exact: true }).click();
    await page.getByRole('combobox', { name: 'Group' }).fill('auditors');
    await page.keyboard.press('Enter');
    await page.getByText('Gains the role: mira, auditors').waitFor();
    await button('Save members').click();
    await page.getByText('The members of Policy query are changed.').waitFor();
    await page.locator('tbody tr').filter({ hasText: 'Policy query' }).getByText('auditors').waitFor();
    const members = await membersOf('PolicyQuery');
    expect(members).toHaveLength(2);
    expect(members).toEqual(
      expect.arrayContaining([
        { kind: 'user', name: 'mira' },
        { kind: 'group', name: 'auditors' },
      ]),
    );
  });

  test('administration is taken from somebody only after a warning, and cancelling changes nothing', async () => {
    const members = [{ kind: 'user' as const, name: 'olga' }];
    await api()(assignRole, { params: { role: 'PolicyAdministrator' }, body: { members } });
    await page.goto('/roles?role=PolicyAdministrator');
    await button('Remove olga').click();
    await page.getByText('Loses the role: olga').waitFor();
    await page.getByText('only another administrator can give it back').waitFor();
    await button('Cancel').click();
    expect(await membersOf('PolicyAdministrator')).toEqual(members);
    await button('Change members of Policy administrator').click();
    await button('Remove olga').click();
    await button('Save members').click();
    await page.getByText('The members of Policy administrator are changed.').waitFor();
    expect(await membersOf('PolicyAdministrator')).toEqual([]);
  });
});

test('those without the role have no link to roles, and are refused by their address', async () => {
  const other = await browser.openAs(people.reviewer, '/roles');
  await other.getByRole('button', { name: 'Try again' }).waitFor();
  expect(await other.getByRole('link', { name: 'Roles' }).count()).toBe(0);
  expect(await other.getByRole('rowheader').count()).toBe(0);
  await other.context().close();
});
