import { createDynamoClient, DynamoDocuments, DynamoPublishedResourceStore } from '@afterimage/aws';
import {
  deletePublishingSite,
  importPublishedResources,
  listPublishedResources,
  listPublishingSites,
  makePublishingSiteId,
  namePublishedResources,
} from '@afterimage/contracts';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../_runtime/system-clock.ts';
import { callRoute } from '../_testing/call-route.ts';
import { startOneMachine } from '../_testing/one-machine.ts';

type Handler = Parameters<typeof callRoute>[0];

let machine: Awaited<ReturnType<typeof startOneMachine>> | undefined;
let handler: Handler;
const savedEnvironment = { ...process.env };

beforeAll(async () => {
  machine = await startOneMachine();
  Object.assign(process.env, machine.environment);
  handler = (await import('./handler.ts')).handler as unknown as Handler;
});

afterAll(async () => {
  process.env = savedEnvironment;
  await machine?.stop();
});

const take = async (siteAddress: string, content: string, isDryRun = false) =>
  (await callRoute(handler, importPublishedResources, { body: { siteAddress, content, isDryRun } })).json;
const sites = async () => (await callRoute(handler, listPublishingSites)).json.sites;
const listOf = async (siteAddress: string) => {
  const siteId = (await sites()).find(({ address }) => address === siteAddress)?.siteId;
  const { json } = await callRoute(handler, listPublishedResources, { query: { siteId } });
  return json.resources.map(({ displayName }) => displayName);
};
const csv = (...lines: string[]) => ['resourceId,displayName,kind', ...lines].join('\n');
const none = { added: 0, changed: 0, removed: 0, unchanged: 0 };

/** Rows in which content is kept. */
async function countPieces(): Promise<number> {
  const { Items = [] } = await createDynamoClient().send(
    new QueryCommand({
      TableName: 'Directory',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'PUBLISHED_RESOURCES' },
    }),
  );
  return Items.length;
}

describe('the catalogue of published resources', () => {
  test('POL-041: takes the list of a site in place of the one before, and keeps nothing of that', async () => {
    const pieces = await countPieces();
    expect(await take('apps-1', csv('calc.exe,Calculator,', 'desk-1,Office,desktop'))).toEqual({
      counts: { ...none, added: 2 },
      errors: [],
    });
    expect(await take('APPS-1', csv('calc.exe,Computer,', 'mail.exe,Post,'))).toMatchObject({
      counts: { added: 1, changed: 1, removed: 1 },
    });
    expect(await listOf('APPS-1')).toEqual(['Computer', 'Post']);
    expect((await sites()).filter(({ address }) => address.toLowerCase() === 'apps-1')).toMatchObject([
      { address: 'APPS-1', applicationCount: 2, desktopCount: 0, importedBy: 'root' },
    ]);
    expect(await countPieces()).toBe(pieces + 1);
  });

  test('says in a dry run what would change, and writes nothing', async () => {
    expect(await take('apps-dry', csv('a,A,'), true)).toMatchObject({ counts: { added: 1 } });
    expect((await sites()).map(({ address }) => address)).not.toContain('apps-dry');
  });

  test('takes nothing of a file with a fault', async () => {
    await take('apps-2', csv('a,A,'));
    expect(await take('apps-2', csv('b,B,', 'c,,'))).toEqual({
      counts: none,
      errors: [{ line: 3, column: 'displayName', detail: 'must not be empty' }],
    });
    expect(await listOf('apps-2')).toEqual(['A']);
  });

  test('refuses what is no address of a site', async () => {
    const body = { siteAddress: 'not an address', content: csv('a,A,') };
    const { status, problem } = await callRoute(handler, importPublishedResources, { body });
    expect([status, problem.errors?.[0]?.pointer]).toEqual([400, '/siteAddress']);
  });

  test('lists page by page, and begins again where a cursor is none', async () => {
    await take('apps-3', csv('a,Page A,', 'b,Page B,', 'c,Pagé C,'));
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const query = { find: 'pag', limit: 2, ...(cursor === undefined ? {} : { cursor }) };
      const { json } = await callRoute(handler, listPublishedResources, { query });
      pages.push(json.resources.map(({ displayName }) => displayName));
      cursor = json.cursor;
    } while (cursor !== undefined && pages.length < 5);
    expect(pages).toEqual([['Page A', 'Page B'], ['Pagé C']]);
    const { json } = await callRoute(handler, listPublishedResources, { query: { find: 'pag', cursor: '' } });
    expect(json.resources).toHaveLength(3);
  });

  test('names ids as each site publishes them', async () => {
    await take('apps-4', csv('shared.exe,Here,'));
    await take('apps-5', csv('Shared.exe,There,'));
    const { json } = await callRoute(handler, namePublishedResources, { body: { resourceIds: ['SHARED.EXE', 'no'] } });
    expect(json.resources.map(({ siteAddress, displayName }) => [siteAddress, displayName])).toEqual([
      ['apps-4', 'Here'],
      ['apps-5', 'There'],
    ]);
  });

  test('forgets a site with all that was kept of it, once', async () => {
    const pieces = await countPieces();
    await take('apps-6', csv('a,A,'));
    const siteId =
      (await sites()).find(({ address }) => address === 'apps-6')?.siteId ?? makePublishingSiteId(systemClock);
    const params = { siteId };
    expect((await callRoute(handler, deletePublishingSite, { params })).status).toBe(204);
    expect((await callRoute(handler, deletePublishingSite, { params })).status).toBe(404);
    expect((await sites()).map(({ address }) => address)).not.toContain('apps-6');
    expect(await countPieces()).toBe(pieces);
  });

  test('of imports at once the site is as one of them says, whole, and nothing else is kept', async () => {
    const pieces = await countPieces();
    const lists = ['one', 'two', 'three'].map((name) => [`${name} A`, `${name} B`]);
    const written = await Promise.all(lists.map(([a, b]) => take('apps-7', csv(`a,${a},`, `b,${b},`))));
    expect(written.every(({ errors }) => errors.length === 0)).toBe(true);
    expect(lists).toContainEqual(await listOf('apps-7'));
    expect(await countPieces()).toBe(pieces + 1);
  });

  test('is read whole while it is imported again and again', async () => {
    const table = { client: createDynamoClient(), tableName: 'Directory' };
    // Its own documents: what another process has written was never read here.
    const reader = () => new DynamoPublishedResourceStore(table, new DynamoDocuments(table, systemClock));
    await take('apps-8', csv('a,0,', 'b,0,'));
    const writing = (async () => {
      for (let round = 1; round <= 15; round++) await take('apps-8', csv(`a,${round},`, `b,${round},`));
    })();
    for (let round = 0; round < 40; round++) {
      const names = (await reader().find('apps-8'))?.resources.map(({ displayName }) => displayName) ?? [];
      expect([names.length, new Set(names).size]).toEqual([2, 1]);
    }
    await writing;
  });

  test('holds as many sites as are searched together, and says so of more', async () => {
    const count = (await sites()).length;
    for (let at = count; at < 100; at++) await take(`many-${at}`, csv('a,A,'));
    expect(await take('one-more', csv('a,A,'))).toMatchObject({
      errors: [{ line: 1, detail: expect.stringContaining('100 sites') }],
    });
    expect(await take('many-99', csv('a,A,'))).toMatchObject({ errors: [], counts: { unchanged: 1 } });
  });
});
