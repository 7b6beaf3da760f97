import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findLocalDisplays } from './local-displays.ts';
import { findAuthorityFile } from './server-authority.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterimage-displays-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the displays of this machine', () => {
  test('are found by their sockets, lowest first, with their owners', async () => {
    for (const name of ['X10', 'X2', 'X', 'Xother', '.X3-lock']) await writeFile(join(directory, name), '');
    const owner = { name: 'ada', homeDirectory: '/home/ada' };
    const findUser = async (userId: number) => (userId === process.getuid?.() ? owner : undefined);
    await expect(findLocalDisplays({ socketDirectory: directory, findUser })).resolves.toEqual([
      { display: ':2', owner },
      { display: ':10', owner },
    ]);
  });

  test('are none where no X server ever ran', async () => {
    const options = { socketDirectory: join(directory, 'none'), findUser: async () => undefined };
    await expect(findLocalDisplays(options)).resolves.toEqual([]);
  });
});

describe('the authority file of a display', () => {
  async function addProcess(id: string, ...words: string[]): Promise<void> {
    await mkdir(join(directory, id));
    await writeFile(join(directory, id, 'cmdline'), words.map((word) => `${word}\0`).join(''));
  }

  test('is the one that its server was started with', async () => {
    const file = join(directory, 'cookie');
    await writeFile(file, '');
    await addProcess('12', 'Xorg', ':2', '-auth', '/elsewhere');
    await addProcess('13', 'Xorg', '-auth', file, ':1');
    await expect(findAuthorityFile({ display: ':1' }, directory)).resolves.toBe(file);
  });

  test('is in the home of its owner when the server names none that can be read', async () => {
    const file = join(directory, '.Xauthority');
    await writeFile(file, '');
    await addProcess('12', 'Xvnc', ':1', '-auth', join(directory, 'gone'));
    const owner = { name: 'ada', homeDirectory: directory };
    await expect(findAuthorityFile({ display: ':1', owner }, directory)).resolves.toBe(file);
    await expect(findAuthorityFile({ display: ':1' }, directory)).resolves.toBeUndefined();
  });
});
