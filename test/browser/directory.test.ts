import {
  createScimToken,
  deleteDirectoryUser,
  getSiteSettings,
  importDirectory,
  listDirectoryUsers,
  listScimTokens,
} from '@afterimage/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ScimClient } from '../support/scim-client.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { ConsoleBrowser } from './console-browser.ts';

let stack: Stack;
let browser: ConsoleBrowser;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  browser = await ConsoleBrowser.launch(stack.endpoint);
  page = await browser.openAs(people.administrator, '/directory');
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

const admin = () => stack.api(people.administrator);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const importLines = (...lines: string[]) =>
  admin()(importDirectory, { body: { csv: ['userName,displayName,isActive,groups', ...lines].join('\n') } });
const userNames = async () =>
  (await admin()(listDirectoryUsers, { query: { limit: 200 } })).users.map((user) => user.userName);

async function choose(content: string | Buffer, name = 'people.csv') {
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

/** The cells of a row, by what stands in its first one. */
async function cellsOf(first: string): Promise<string[]> {
  const row = page.locator('tbody tr').filter({ has: page.getByRole('rowheader', { name: first, exact: true }) });
  await row.waitFor();
  return row.locator('td').allTextContents();
}

describe('people and groups', () => {
  beforeAll(async () => {
    await importLines('olga,Olga Ott,true,Night shift;Auditors', 'otto,,false,Night shift', 'mira,Mira Maas,true,');
  });

  test('are listed with their state and source, and found by how a name begins', async () => {
    await page.goto('/directory');
    expect(await cellsOf('olga')).toEqual(expect.arrayContaining(['Olga Ott', 'Active', 'CSV']));
    expect(await cellsOf('otto')).toEqual(expect.arrayContaining(['Not active', 'CSV']));
    await page.getByRole('searchbox', { name: 'Find by how the user name begins' }).fill('OL');
    await page.waitForURL(/find=OL/);
    await page.getByRole('rowheader', { name: 'otto', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('rowheader', { name: 'olga', exact: true }).waitFor();
    await page.goto('/directory?find=nobody-is-called-so');
    await page.getByText('No user name begins like this').waitFor();
  });

  test('a person leads to their groups, a group to its members', async () => {
    await page.goto('/directory');
    await page.getByRole('link', { name: 'olga', exact: true }).click();
    await page.getByRole('link', { name: 'Night shift', exact: true }).click();
    await page.waitForURL(/\/directory\/groups\?find=Night\+shift&group=/);
    await page.getByRole('heading', { name: 'Members', exact: true }).waitFor();
    await page.getByRole('link', { name: 'otto', exact: true }).click();
    await page.getByText('they hold no role: neither by name nor by a group of their sign-in').waitFor();
    await page.getByText('No group counts while the person is not active.').waitFor();
  });

  test('a person is removed after it was said what that ends, and cancelling changes nothing', async () => {
    await page.goto('/directory?find=mira');
    await page.getByRole('link', { name: 'mira', exact: true }).click();
    await button('Remove person').click();
    await dialog().getByText('have them set to not active instead').waitFor();
    await button('Cancel').click();
    expect(await userNames()).toContain('mira');
    await button('Remove person').click();
    await button('Remove').click();
    await page.getByText('mira is removed from the directory.').waitFor();
    await page.getByText('No user name begins like this').waitFor();
    expect(await userNames()).not.toContain('mira');
  });

  test('a link to somebody who is gone says so, and one to nobody shows the list', async () => {
    const [olga] = (await admin()(listDirectoryUsers, { query: { startsWith: 'olga' } })).users;
    if (olga === undefined) throw new Error('imported above');
    await admin()(deleteDirectoryUser, { params: { userId: olga.userId } });
    await page.goto(`/directory?person=${olga.userId}`);
    await page.getByText('This is no longer in the directory').waitFor();
    await page.goto('/directory?person=nonsense');
    await page.getByRole('rowheader', { name: 'otto', exact: true }).waitFor();
    expect(await page.getByText('This is no longer in the directory').count()).toBe(0);
    await page.goto('/directory/nonsense');
    await page.waitForURL(/\/directory$/);
  });
});

describe('the import of a CSV file', () => {
  beforeEach(async () => {
    await page.goto('/directory/import');
  });

  test('shows what would change and writes nothing before it is confirmed', async () => {
    await choose('userName;displayName;groups\nhana;Hana Huber;Lab\nhugo;Hugo Haas;Lab');
    expect((await cellsOf('People')).slice(-4)).toEqual(['2', '0', '0', '0']);
    expect((await cellsOf('Groups')).slice(-4)).toEqual(['1', '0', '0', '0']);
    expect(await userNames()).not.toContain('hana');
    await button('Import').click();
    await dialog().getByText('People: 2 new, 0 changed, 0 removed, 0 unchanged.').waitFor();
    await button('Cancel').click();
    expect(await userNames()).not.toContain('hana');
    await button('Import').click();
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('The file is imported. People: 2 new, 0 changed, 0 removed.').waitFor();
    expect(await userNames()).toEqual(expect.arrayContaining(['hana', 'hugo']));
    await choose('userName;displayName;groups\nhana;Hana Huber;Lab');
    await page.getByText('there is nothing to import').waitFor();
    expect(await button('Import').isDisabled()).toBe(true);
  });

  test('whose answer is lost says that it may be written in part, and is ended by the same again', async () => {
    await choose('userName\nkarl');
    await button('Import').click();
    await page.context().setOffline(true);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await dialog().getByText('import the same file again').waitFor();
    await page.context().setOffline(false);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('The file is imported. People: 1 new').waitFor();
    expect(await userNames()).toContain('karl');
  });

  test('removes those whom the file does not name only where that was chosen, and warns of it', async () => {
    await importLines('ines,,true,', 'ingo,,true,');
    await choose('userName\nines');
    expect((await cellsOf('People')).slice(-4)).toEqual(['0', '0', '0', '1']);
    await page.getByRole('radio', { name: 'Are removed, if they came by CSV' }).click();
    await page.waitForURL(/mode=replace/);
    await page.getByText('The import removes people or groups.').waitFor();
    await button('Import').click();
    await dialog().getByText('Who is removed leaves every group at once.').waitFor();
    await dialog().getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText(/The file is imported\. People: 0 new, 0 changed, [1-9]\d* removed\./).waitFor();
    expect(await userNames()).toEqual(['ines']);
  });

  test('with faults names each by line and column, and cannot be confirmed', async () => {
    await choose('userName,isActive\njana,perhaps\n,true\njana,true');
    await page.getByText('The file has 3 faults').waitFor();
    const rows = await page.locator('tbody tr').allTextContents();
    expect(rows).toEqual([
      '2isActivemust be true or false',
      '3userNamemust not be empty',
      '4userNamestands on line 2 already',
    ]);
    expect(await button('Import').count()).toBe(0);
    await choose('userName,shoeSize\njana,38');
    await page.getByText('The file has a fault').waitFor();
    await page.getByText('there is no column "shoeSize"').waitFor();
  });

  test.each([
    ['an empty file', '', 'The file is empty.'],
    ['a workbook', 'PK\u0003\u0004xl', 'This is a workbook, not CSV.'],
    ['another encoding', Buffer.from('userName\nbj\u00f6rk', 'latin1'), 'This is not text in UTF-8.'],
    ['a file that is too large', `userName\n${'x'.repeat(4_100_000)}`, 'The file is larger than 4 MB.'],
  ])('of %s is refused at once', async (_, content, message) => {
    await choose(content);
    await page.getByText(message).waitFor();
    expect(await button('Import').count()).toBe(0);
  });
});

describe('SCIM', () => {
  test('a token is created, shown once, used and revoked', async () => {
    const { scimUrl } = await admin()(listScimTokens, {});
    await page.goto('/directory/scim');
    await page.getByText(scimUrl, { exact: true }).waitFor();
    await button('Create token').click();
    const create = dialog().getByRole('button', { name: 'Create token', exact: true });
    expect(await create.isDisabled()).toBe(true);
    await dialog().getByLabel('Name', { exact: true }).fill('Entra of the house');
    await dialog().getByLabel('Valid for, in days').fill('731');
    await dialog().getByText('A whole number from 1 to 730.').waitFor();
    expect(await create.isDisabled()).toBe(true);
    await dialog().getByLabel('Valid for, in days').fill('30');
    await create.click();
    await dialog().getByText('The token is shown this once.').waitFor();
    const shown = dialog().getByText(/^sct_[0-9a-z]+\.[\w-]+$/);
    const token = (await shown.textContent()) ?? '';
    await button('I have copied it').click();
    await page.getByRole('rowheader', { name: 'Entra of the house' }).waitFor();
    expect(await cellsOf('Entra of the house')).toEqual(expect.arrayContaining(['Never']));
    await page.reload();
    await page.getByRole('rowheader', { name: 'Entra of the house' }).waitFor();
    expect(await page.getByText(token).count()).toBe(0);

    const provider = new ScimClient({ url: scimUrl, token, userAgent: 'Provider' });
    expect((await provider.get('/Users?filter=userName eq "nobody"')).status).toBe(200);
    await button('Revoke Entra of the house').click();
    await dialog().getByText('nobody tells the directory any more who has left').waitFor();
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Entra of the house is revoked.').waitFor();
    await page.getByText('No token yet').waitFor();
    expect((await provider.get('/Users?filter=userName eq "nobody"')).status).toBe(401);
  });

  test('people of a provider are marked as such', async () => {
    const { token } = await admin()(createScimToken, { body: { name: 'Provider' } });
    const { scimUrl } = await admin()(listScimTokens, {});
    const provider = new ScimClient({ url: scimUrl, token, userAgent: 'Provider' });
    await provider.post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'petra',
      displayName: 'Petra Pohl',
    });
    await page.goto('/directory?find=petra');
    expect(await cellsOf('petra')).toEqual(expect.arrayContaining(['Petra Pohl', 'SCIM']));
    await page.getByRole('link', { name: 'petra', exact: true }).click();
    await button('Remove person').click();
    await dialog().getByText('comes back when the provider sends it again').waitFor();
    await button('Cancel').click();
  });
});

describe('groups that only a host asserts', () => {
  const doCount = async () => (await admin()(getSiteSettings, {})).settings.doHostGroupsCount;

  test('count only after it was said what that means', async () => {
    await page.goto('/directory/sources');
    await page.getByText('They do not count', { exact: true }).waitFor();
    await button('Let them count').click();
    await dialog().getByText('can claim any group there').waitFor();
    await button('Cancel').click();
    expect(await doCount()).toBe(false);
    await button('Let them count').click();
    await dialog().getByRole('button', { name: 'Let them count', exact: true }).click();
    await page.getByText('They count', { exact: true }).waitFor();
    expect(await doCount()).toBe(true);
    await button('Let them not count').click();
    await dialog().getByRole('button', { name: 'Let them not count', exact: true }).click();
    await page.getByText('They do not count', { exact: true }).waitFor();
    expect(await doCount()).toBe(false);
  });
});

test('somebody who is made inactive is told so, at their name and in the place of the page', async () => {
  await importLines('rita,Rita Reviewer,false,');
  const other = await browser.openAs(people.reviewer, '/recordings');
  await other.getByText('You are not active in the directory').waitFor();
  await other.getByRole('button', { name: 'rita' }).click();
  await other.locator('text="Not active in the directory" >> visible=true').first().waitFor();
  await other.context().close();
});

test('those without the role have no link to people and groups, and are refused by their address', async () => {
  const other = await browser.openAs(people.visitor, '/directory');
  await other.getByText('You are not permitted to see people and groups').waitFor();
  expect(await other.getByRole('link', { name: 'People and groups' }).count()).toBe(0);
  await other.context().close();
});
