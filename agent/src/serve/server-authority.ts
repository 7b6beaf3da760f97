import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundDisplay } from './local-displays.ts';

/**
 * Where the cookie of a display is: in the file that its server was started with, else in its owner's. Undefined when
 * neither can be read.
 */
export async function findAuthorityFile(found: FoundDisplay, processDirectory = '/proc'): Promise<string | undefined> {
  const ofServer = await authorityOfServer(found.display, processDirectory);
  const ofOwner = found.owner && join(found.owner.homeDirectory, '.Xauthority');
  for (const path of [ofServer, ofOwner]) {
    if (path !== undefined && (await isReadable(path))) return path;
  }
  return undefined;
}

/** X servers are told their display and their authority file on the command line: `Xorg :0 -auth FILE`. */
async function authorityOfServer(display: string, processDirectory: string): Promise<string | undefined> {
  const processes = await readdir(processDirectory).catch(() => []);
  for (const name of processes.filter((entry) => /^\d+$/.test(entry))) {
    const line = await readFile(join(processDirectory, name, 'cmdline'), 'utf8').catch(() => '');
    const words = line.split('\0');
    const at = words.indexOf('-auth');
    if (at > 0 && words.includes(display)) return words[at + 1];
  }
  return undefined;
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
