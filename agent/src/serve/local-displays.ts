import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostUser } from './host-user.ts';

/** A display that may be recorded. */
export interface FoundDisplay {
  /** Such as `:1`. */
  readonly display: string;
  /** Who runs its server; undefined for displays of other machines and for owners nobody knows. */
  readonly owner?: HostUser;
}

export interface LocalDisplayOptions {
  readonly socketDirectory: string;
  readonly findUser: (userId: number) => Promise<HostUser | undefined>;
}

const socketName = /^X(?<number>\d{1,5})$/;

/** The displays of this machine by their sockets, lowest first; a socket may outlive its server. */
export async function findLocalDisplays(options: LocalDisplayOptions): Promise<FoundDisplay[]> {
  const names = await readdir(options.socketDirectory).catch(() => []);
  const numbers = names.flatMap((name) => socketName.exec(name)?.groups?.number ?? []).map(Number);
  const displays: FoundDisplay[] = [];
  for (const number of numbers.sort((first, second) => first - second)) {
    displays.push(await describeDisplay(number, options));
  }
  return displays;
}

export async function describeDisplay(number: number, options: LocalDisplayOptions): Promise<FoundDisplay> {
  const display = `:${number}`;
  const socket = await stat(join(options.socketDirectory, `X${number}`)).catch(() => undefined);
  const owner = socket ? await options.findUser(socket.uid) : undefined;
  return { display, ...(owner && { owner }) };
}
