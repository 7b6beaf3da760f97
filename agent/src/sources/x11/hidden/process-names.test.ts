import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isListedProcess, readProcessNames } from './process-names.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterimage-names-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function addProcess(id: number, command: string, executable?: string): Promise<void> {
  const path = join(directory, String(id));
  await mkdir(path);
  await writeFile(join(path, 'comm'), `${command}\n`);
  if (executable) await symlink(executable, join(path, 'exe'));
}

describe('the names of a process', () => {
  test('are what it was started as and its executable, also of one that was replaced', async () => {
    await addProcess(7, 'GeckoMain', '/usr/lib/firefox/firefox (deleted)');
    await addProcess(8, 'vault');
    await expect(readProcessNames(7, directory)).resolves.toEqual({ command: 'GeckoMain', executable: 'firefox' });
    await expect(readProcessNames(8, directory)).resolves.toEqual({ command: 'vault', executable: undefined });
    await expect(readProcessNames(9, directory)).resolves.toBeUndefined();
  });

  test('A29: are listed whole, in any case', () => {
    const names = { command: 'GeckoMain', executable: 'firefox' };
    expect(isListedProcess(names, ['other', 'FireFox'])).toBe(true);
    expect(isListedProcess(names, ['geckomain'])).toBe(true);
    expect(isListedProcess(names, ['fire', 'firefox-bin', 'irefox'])).toBe(false);
  });

  test('are found by the fifteen bytes that the kernel keeps', () => {
    const names = { command: 'gnome-password-', executable: undefined };
    expect(isListedProcess(names, ['gnome-password-safe'])).toBe(true);
    expect(isListedProcess(names, ['gnome-passwor'])).toBe(false);
  });
});
