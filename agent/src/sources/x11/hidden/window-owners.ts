import type { ResourceExtension } from 'x11';
import type { XConnection } from '../x-connection.ts';
import type { Verdict } from './covered-areas.ts';
import { isListedProcess, readProcessNames } from './process-names.ts';
import { WindowClaimReader, type WindowClaims } from './window-claims.ts';
import type { TreeWindow } from './window-tree.ts';

/** One program as the server knows it; ids of all its windows begin alike while one of them is there. */
interface Owner {
  readonly windows: Set<number>;
  /** By the process at the other end of its connection. */
  isProcessListed: boolean | 'unknown' | 'no-process';
  /** What one of its windows says is enough. */
  isClaimListed: boolean;
  hasClaims: boolean;
  /** Nothing tells whose it is, and it has been waited for. */
  isGivenUp: boolean;
}

/** A window without any sign of its owner is shown after so long. */
const givenUpAfterMs = 1_000;

/**
 * Finds out which windows belong to listed processes: by the process that the server knows at the other end of the
 * connection, and by what windows say of themselves (`_NET_WM_PID`; `WM_CLASS` where no process can be seen).
 */
export class WindowOwners {
  readonly #connection: XConnection;
  readonly #resources: ResourceExtension | undefined;
  readonly #claimReader: WindowClaimReader;
  readonly #listed: readonly string[];
  readonly #onChange: () => void;
  readonly #owners = new Map<number, Owner>();
  readonly #transientFor = new Map<number, number>();
  /** Mapped, and what they say has not been read since. */
  readonly #unread = new Set<number>();

  static async open(connection: XConnection, listed: readonly string[], onChange: () => void): Promise<WindowOwners> {
    const { client } = connection;
    const isLocal = connection.isLocal;
    const resources = isLocal
      ? await connection.request<ResourceExtension>((reply) => client.require('res', reply)).catch(() => undefined)
      : undefined;
    return new WindowOwners(connection, resources, await WindowClaimReader.open(connection), listed, onChange);
  }

  private constructor(
    connection: XConnection,
    resources: ResourceExtension | undefined,
    claimReader: WindowClaimReader,
    listed: readonly string[],
    onChange: () => void,
  ) {
    this.#connection = connection;
    this.#resources = resources;
    this.#claimReader = claimReader;
    this.#listed = listed;
    this.#onChange = onChange;
  }

  add(window: TreeWindow): void {
    const known = this.#ownerOf(window.id);
    if (known) known.windows.add(window.id);
    else void this.#meet(window.id);
    if (this.#isOutermost(window)) void this.#read(window.id);
  }

  remove({ id }: TreeWindow): void {
    const owner = this.#ownerOf(id);
    this.#transientFor.delete(id);
    this.#unread.delete(id);
    owner?.windows.delete(id);
    if (owner?.windows.size === 0) this.#owners.delete(this.#clientOf(id));
  }

  /** Programs say whose a window is before they map it; menus say nothing and belong to who made them. */
  noteMapped(window: TreeWindow): void {
    if (window.isOverrideRedirect || !this.#isOutermost(window)) return;
    this.#unread.add(window.id);
    void this.#read(window.id);
  }

  noteProperty(window: TreeWindow, atom: number | undefined): void {
    if (this.#claimReader.isOfInterest(atom)) void this.#read(window.id);
  }

  verdictOf(id: number): Verdict {
    const own = this.#verdictOfOwner(id);
    const main = this.#transientFor.get(id);
    if (own === 'hidden' || (main !== undefined && this.#verdictOfOwner(main) === 'hidden')) return 'hidden';
    return this.#unread.has(id) ? 'unknown' : own;
  }

  #verdictOfOwner(id: number): Verdict {
    const owner = this.#ownerOf(id);
    if (!owner) return 'unknown';
    if (owner.isProcessListed === true || owner.isClaimListed) return 'hidden';
    if (owner.isProcessListed === 'unknown') return 'unknown';
    const isKnown = owner.isProcessListed === false || owner.hasClaims || owner.isGivenUp;
    return isKnown ? 'shown' : 'unknown';
  }

  async #meet(id: number): Promise<void> {
    const owner: Owner = {
      windows: new Set([id]),
      isProcessListed: 'unknown',
      isClaimListed: false,
      hasClaims: false,
      isGivenUp: false,
    };
    this.#owners.set(this.#clientOf(id), owner);
    owner.isProcessListed = await this.#isProcessListed(await this.#processOf(id));
    this.#onChange();
    if (owner.isProcessListed !== 'no-process') return;
    for (const window of owner.windows) void this.#read(window);
    setTimeout(() => {
      owner.isGivenUp = true;
      this.#onChange();
    }, givenUpAfterMs).unref();
  }

  async #read(id: number): Promise<void> {
    const claims = await this.#claimReader.read(id);
    const owner = this.#ownerOf(id);
    if (!owner?.windows.has(id)) return;
    await this.#take(owner, claims);
    if (claims.transientFor !== undefined) this.#transientFor.set(id, claims.transientFor);
    this.#unread.delete(id);
    this.#onChange();
  }

  async #take(owner: Owner, { processId, names, isOfOtherHost }: WindowClaims): Promise<void> {
    const byProcess = await this.#isProcessListed(processId);
    const isSeen = byProcess !== 'no-process' || typeof owner.isProcessListed === 'boolean';
    const goesByName = isOfOtherHost || !isSeen;
    const byName = goesByName && names.some((name) => this.#isListedName(name));
    if (byProcess === true || byName) owner.isClaimListed = true;
    if (byProcess !== 'no-process' || names.length > 0) owner.hasClaims = true;
  }

  async #isProcessListed(processId: number | undefined): Promise<boolean | 'no-process'> {
    const names = processId === undefined || !this.#connection.isLocal ? undefined : await readProcessNames(processId);
    return names ? isListedProcess(names, this.#listed) : 'no-process';
  }

  #isListedName(name: string): boolean {
    return this.#listed.some((listed) => listed.toLowerCase() === name.toLowerCase());
  }

  /** @returns undefined for a program of another machine, and where the server does not tell */
  async #processOf(id: number): Promise<number | undefined> {
    const resources = this.#resources;
    if (!resources) return undefined;
    const specs = [{ client: id, mask: resources.ClientIdMask.LocalClientPID }];
    try {
      const ids = await this.#connection.request<readonly { readonly value: readonly number[] }[]>((reply) =>
        resources.QueryClientIds(specs, reply),
      );
      return ids[0]?.value[0];
    } catch {
      return undefined;
    }
  }

  #ownerOf(id: number): Owner | undefined {
    return this.#owners.get(this.#clientOf(id));
  }

  /** On the screen itself, or in a window of another program such as a frame. */
  #isOutermost({ id, parent }: TreeWindow): boolean {
    return parent === this.#connection.root || this.#clientOf(parent) !== this.#clientOf(id);
  }

  #clientOf(id: number): number {
    return (id & ~this.#connection.client.display.resource_mask) >>> 0;
  }
}
