import {
  type ApiClient,
  deletePublishingSite,
  importPublishedResources,
  type ListedResource,
  listPublishedResources,
  listPublishingSites,
  type PublishingSite,
  publishingSiteIdSchema,
  type RouteResponse,
} from '@afterimage/contracts';
import { Option } from 'commander';
import { NegativeAnswer } from '../output/command-error.ts';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';
import { formatFaults, readText, refuseFaults } from './import-file.ts';

type Answer = RouteResponse<typeof importPublishedResources>;

interface ListOptions {
  find?: string;
  site?: string;
  kind?: ListedResource['kind'];
}

const batchSize = 200;
/** As many as a hundred full sites are. */
const maxPages = 1_000;

export const addApplicationCommands: AddCommands = (program, _host, context) => {
  const applications = program.command('applications').description('published applications and desktops, by site');
  applications
    .command('import <site> <file>')
    .description('takes what a site publishes, in place of what was known of it, from CSV or, named .json, JSON')
    .option('--dry-run', 'only says what would change')
    .action(async (siteAddress: string, file: string, { dryRun = false }: { dryRun?: boolean }) => {
      const { api, print } = context();
      const content = await readText(file);
      const format = file.toLowerCase().endsWith('.json') ? 'json' : 'csv';
      const answer = await api(importPublishedResources, { body: { siteAddress, content, format, isDryRun: dryRun } });
      print(answer, (counted) => describeImport(counted, dryRun));
      refuseFaults(answer.errors);
    });
  applications
    .command('list')
    .description('what is published, by the name that people know')
    .option('--find <text>', 'part of a name or an id')
    .option('--site <site>', 'of one site, by its address')
    .addOption(new Option('--kind <kind>', 'of one kind').choices(['application', 'desktop']))
    .action(async ({ site, ...search }: ListOptions) => {
      const { api, print } = context();
      const query = { ...search, ...(site === undefined ? {} : { siteId: (await siteNamed(api, site)).siteId }) };
      print({ resources: await listAll(api, query) }, ({ resources }) =>
        formatTable(
          ['NAME', 'KIND', 'ID', 'SITE'],
          resources.map(({ displayName, kind, resourceId, siteAddress }) => [
            displayName,
            kind,
            resourceId,
            siteAddress,
          ]),
        ),
      );
    });
  applications
    .command('sites')
    .description('whose resources are known')
    .action(async () => {
      const { api, print } = context();
      print(await api(listPublishingSites, {}), ({ sites }) => formatSites(sites));
    });
  applications
    .command('remove <site>')
    .description('forgets what a site publishes; rules that hold its ids stay as they are')
    .action(async (address: string) => {
      const { api, print } = context();
      const site = await siteNamed(api, address);
      await api(deletePublishingSite, { params: { siteId: site.siteId } });
      print(site, () => `${site.address} is removed.\n`);
    });
};

/** By its address, upper and lower case alike, or its id. @throws NegativeAnswer where there is none */
async function siteNamed(api: ApiClient, name: string): Promise<PublishingSite> {
  const { sites } = await api(listPublishingSites, {});
  const isId = publishingSiteIdSchema.safeParse(name).success;
  const found = sites.find(({ siteId, address }) =>
    isId ? siteId === name : address.toLowerCase() === name.toLowerCase(),
  );
  if (found === undefined) throw new NegativeAnswer(`There is no site ${name}. Nothing was changed.`);
  return found;
}

async function listAll(api: ApiClient, search: Omit<ListOptions, 'site'>): Promise<ListedResource[]> {
  const resources: ListedResource[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages && (page === 0 || cursor !== undefined); page++) {
    const found = await api(listPublishedResources, {
      query: { ...search, limit: batchSize, ...(cursor === undefined ? {} : { cursor }) },
    });
    resources.push(...found.resources);
    cursor = found.cursor;
  }
  return resources;
}

function describeImport({ counts, errors }: Answer, isDryRun: boolean): string {
  if (errors.length > 0) return formatFaults(errors);
  const { added, changed, removed, unchanged } = counts;
  const table = formatTable(
    ['ADDED', 'CHANGED', 'REMOVED', 'UNCHANGED'],
    [[added, changed, removed, unchanged].map(String)],
  );
  return isDryRun ? `${table}Nothing was written.\n` : table;
}

function formatSites(sites: readonly PublishingSite[]): string {
  return formatTable(
    ['SITE', 'APPLICATIONS', 'DESKTOPS', 'IMPORTED', 'BY'],
    sites.map(({ address, applicationCount, desktopCount, importedAt, importedBy }) => [
      address,
      String(applicationCount),
      String(desktopCount),
      importedAt,
      importedBy,
    ]),
  );
}
