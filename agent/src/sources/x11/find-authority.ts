import { readFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { DisplayName } from './display-name.ts';
import { X11Error } from './x11-error.ts';
import { chooseCookie, parseAuthority } from './xauthority.ts';

export interface Cookie {
  readonly name: string;
  readonly data: string;
}

const noCookie: Cookie = { name: '', data: '' };

/**
 * The cookie for a display out of the given file, else `XAUTHORITY`, else `~/.Xauthority`; an empty one, which many
 * displays accept, when there is none.
 *
 * @throws X11Error `not-authorised` when a file that was named cannot be read
 */
export async function findCookie(display: DisplayName, authorityFile?: string): Promise<Cookie> {
  const named = authorityFile ?? process.env.XAUTHORITY;
  const file = await readAuthority(named ?? join(homedir(), '.Xauthority'), authorityFile !== undefined);
  if (!file) return noCookie;
  const isLocal = display.host === '' || display.host === 'localhost';
  const hosts = isLocal ? [hostname(), 'localhost'] : [display.host];
  return chooseCookie(parseAuthority(file), { displayNumber: display.number, hosts, isLocal }) ?? noCookie;
}

async function readAuthority(path: string, mustExist: boolean): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (mustExist) throw new X11Error('not-authorised', `the authority file ${path} cannot be read`, { cause });
    return undefined;
  }
}
