import { importDirectory, type RouteResponse } from '@afterimage/contracts';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';
import { formatFaults, readText, refuseFaults } from './import-file.ts';

type Answer = RouteResponse<typeof importDirectory>;

interface ImportOptions {
  replace?: boolean;
  dryRun?: boolean;
}

export const addDirectoryCommands: AddCommands = (program, _host, context) => {
  const directory = program.command('directory').description('people and groups');
  directory
    .command('import <file>')
    .description('takes people and their groups from a CSV with userName, displayName, email, isActive, groups')
    .option('--replace', 'removes who came by CSV before and is not in this file')
    .option('--dry-run', 'only says what would change')
    .action(async (file: string, { replace = false, dryRun = false }: ImportOptions) => {
      const { api, print } = context();
      const csv = await readText(file);
      const answer = await api(importDirectory, {
        body: { csv, mode: replace ? 'replace' : 'merge', isDryRun: dryRun },
      });
      print(answer, (counts) => describe(counts, dryRun));
      refuseFaults(answer.errors);
    });
};

function describe({ users, groups, errors }: Answer, isDryRun: boolean): string {
  if (errors.length > 0) return formatFaults(errors);
  const table = formatTable(
    ['', 'ADDED', 'CHANGED', 'REMOVED', 'UNCHANGED'],
    Object.entries({ people: users, groups }).map(([name, { added, changed, removed, unchanged }]) => [
      name,
      ...[added, changed, removed, unchanged].map(String),
    ]),
  );
  return isDryRun ? `${table}Nothing was written.\n` : table;
}
