import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalDisplays } from './local-displays.ts';
import { findAuthorityFile } from './server-authority.ts';

const nobody = async () => undefined;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterimage-displays-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the displays of this machine', () => {
  test('are found by their sockets, lowest first, with their owners', async () => {
    for (const name of ['X10', 'X2', 'X', 'Xother', '.X3-lock']) await writeFile(join(directory, name), '');
    const owner = { name: 'ada', homeDirectory: '/home/ada' };
    const findUser = async (id: string | number) => (id === process.getuid?.() ? owner : undefined);
    const displays = new LocalDisplays({ socketDirectory: directory, findUser, findLoginName: nobody });
    await expect(displays.findAll()).resolves.toEqual([
      { display: ':2', owner },
      { display: ':10', owner },
    ]);
  });

  test('belong to who has logged in on them, and that is asked once for each server', async () => {
    await writeFile(join(directory, 'X1'), '');
    let asked = 0;
    const findLoginName = async () => {
      asked++;
      return 'grace';
    };
    const findUser = async (id: string | number) => ({ name: String(id), homeDirectory: `/home/${id}` });
    const displays = new LocalDisplays({ socketDirectory: directory, findUser, findLoginName });
    for (const _scan of [1, 2]) {
      await expect(displays.findAll()).resolves.toMatchObject([{ owner: { name: 'grace' } }]);
    }
    expect(asked).toBe(1);
    await rm(join(directory, 'X1'));
    await writeFile(join(directory, 'other'), '');
    await rename(join(directory, 'other'), join(directory, 'X1'));
    await displays.findAll();
    expect(asked).toBe(2);
  });

  test('are none where no X server ever ran', async () => {
    const socketDirectory = join(directory, 'none');
    const displays = new LocalDisplays({ socketDirectory, findUser: nobody, findLoginName: nobody });
    await expect(displays.findAll()).resolves.toEqual([]);
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
