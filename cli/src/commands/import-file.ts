import { readFile } from 'node:fs/promises';
import { NegativeAnswer, UsageError } from '../output/command-error.ts';
import { formatTable } from '../output/table.ts';

/** What is wrong with a line, or an item, of a file; nothing of it was written. */
export type ImportFaults = readonly { line: number; column?: string | undefined; detail: string }[];

/** @throws UsageError where it cannot be read or is not UTF-8 */
export async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : String(error);
    throw new UsageError(`${file} cannot be read: ${reason}`);
  }
}

export function formatFaults(faults: ImportFaults): string {
  return formatTable(
    ['LINE', 'COLUMN', 'FAULT'],
    faults.map(({ line, column = '-', detail }) => [String(line), column, detail]),
  );
}

/** @throws NegativeAnswer where there are faults */
export function refuseFaults(faults: ImportFaults): void {
  if (faults.length > 0) throw new NegativeAnswer('Nothing was imported. Correct these lines and try again.');
}
