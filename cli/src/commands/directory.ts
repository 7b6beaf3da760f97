import { readFile } from 'node:fs/promises';
import { importDirectory, type RouteResponse } from '@afterimage/contracts';
import { NegativeAnswer, UsageError } from '../output/command-error.ts';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

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
      if (answer.errors.length > 0)
        throw new NegativeAnswer('Nothing was imported. Correct these lines and try again.');
    });
};

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : String(error);
    throw new UsageError(`${file} cannot be read: ${reason}`);
  }
}

function describe({ users, groups, errors }: Answer, isDryRun: boolean): string {
  if (errors.length > 0) {
    return formatTable(
      ['LINE', 'COLUMN', 'FAULT'],
      errors.map(({ line, column = '-', detail }) => [String(line), column, detail]),
    );
  }
  const table = formatTable(
    ['', 'ADDED', 'CHANGED', 'REMOVED', 'UNCHANGED'],
    Object.entries({ people: users, groups }).map(([name, { added, changed, removed, unchanged }]) => [
      name,
      ...[added, changed, removed, unchanged].map(String),
    ]),
  );
  return isDryRun ? `${table}Nothing was written.\n` : table;
}
