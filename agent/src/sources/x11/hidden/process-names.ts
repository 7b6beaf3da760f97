import { readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Under which names the system knows a process. */
export interface ProcessNames {
  /** What it was started as, a script's own name included; the kernel keeps its first 15 bytes. Source: proc(5). */
  readonly command: string;
  /** Of its executable, without folders; undefined when the agent may not see it. */
  readonly executable: string | undefined;
}

const keptCommandBytes = 15;
/** What the kernel adds once the file is gone, as after an update. */
const deletedSuffix = / \(deleted\)$/;

/** @returns undefined for a process that is not there */
export async function readProcessNames(
  processId: number,
  processDirectory = '/proc',
): Promise<ProcessNames | undefined> {
  const directory = join(processDirectory, String(processId));
  try {
    const command = (await readFile(join(directory, 'comm'), 'utf8')).replace(/\n$/, '');
    const executable = await readlink(join(directory, 'exe')).catch(() => undefined);
    return { command, executable: executable && basename(executable.replace(deletedSuffix, '')) };
  } catch {
    return undefined;
  }
}

/** Whole and case-insensitive (A29). @param listed names of programs, without folders */
export function isListedProcess({ command, executable }: ProcessNames, listed: readonly string[]): boolean {
  return listed.some((name) => {
    const wanted = name.toLowerCase();
    return executable?.toLowerCase() === wanted || command.toLowerCase() === keptOf(wanted);
  });
}

function keptOf(name: string): string {
  return Buffer.from(name).subarray(0, keptCommandBytes).toString();
}
