import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostUser } from './host-user.ts';

/** A display that may be recorded. */
export interface FoundDisplay {
  /** Such as `:1`. */
  readonly display: string;
  /** Whose session it is; undefined for displays of other machines and for owners nobody knows. */
  readonly owner?: HostUser;
}

export interface LocalDisplayOptions {
  readonly socketDirectory: string;
  readonly findUser: (nameOrId: string | number) => Promise<HostUser | undefined>;
  /** Who has logged in on a display, where the host keeps account of that. */
  readonly findLoginName: (displayNumber: number) => Promise<string | undefined>;
}

const socketName = /^X(?<number>\d{1,5})$/;

/** The displays of this machine by their sockets; a socket may outlive its server. */
export class LocalDisplays {
  readonly #options: LocalDisplayOptions;
  /** By socket: who owns it is asked once. Another server that takes its number makes another socket. */
  #owners = new Map<string, Promise<HostUser | undefined>>();

  constructor(options: LocalDisplayOptions) {
    this.#options = options;
  }

  /** Lowest first. */
  async findAll(): Promise<FoundDisplay[]> {
    const names = await readdir(this.#options.socketDirectory).catch(() => []);
    const numbers = names.flatMap((name) => socketName.exec(name)?.groups?.number ?? []).map(Number);
    const displays: FoundDisplay[] = [];
    for (const number of numbers.sort((first, second) => first - second)) displays.push(await this.describe(number));
    return displays;
  }

  async describe(number: number): Promise<FoundDisplay> {
    const socket = await stat(join(this.#options.socketDirectory, `X${number}`)).catch(() => undefined);
    const owner = socket && (await this.#ownerOf(number, socket));
    return { display: `:${number}`, ...(owner && { owner }) };
  }

  #ownerOf(number: number, { ino, ctimeMs, uid }: Stats): Promise<HostUser | undefined> {
    const key = `${number} ${ino} ${ctimeMs}`;
    const owner = this.#owners.get(key) ?? this.#findOwner(number, uid);
    this.#owners.set(key, owner);
    return owner;
  }

  async #findOwner(number: number, socketOwnerId: number): Promise<HostUser | undefined> {
    const { findLoginName, findUser } = this.#options;
    const loginName = await findLoginName(number);
    return (loginName === undefined ? undefined : await findUser(loginName)) ?? findUser(socketOwnerId);
  }
}
