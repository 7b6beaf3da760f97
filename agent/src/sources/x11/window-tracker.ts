import { readlink } from 'node:fs/promises';
import type { XEvent, XProperty } from 'x11';
import type { CapturedEvent } from '../capture-source.ts';
import { decodeCompoundText } from './compound-text.ts';
import { windowEvents } from './hidden/window-tree.ts';
import type { XConnection } from './x-connection.ts';

interface Atoms {
  readonly activeWindow: number;
  readonly netName: number;
  readonly processId: number;
}

export interface WindowTrackerListener {
  onEvent(event: Omit<CapturedEvent, 'atMs'>): void;
  /** Whether the window and its title may be told of. */
  mayName(window: number): Promise<boolean>;
}

/** Of the core protocol. */
const wmName = 39;
const wmClass = 67;
const anyType = 0;
const maxPropertyWords = 1_024;
const maxTitleLength = 1_000;

/**
 * Follows the active window and its title by the properties that window managers set. Source: EWMH 1.5. Without a
 * window manager there is nothing to follow.
 */
export class WindowTracker {
  readonly #connection: XConnection;
  readonly #atoms: Atoms;
  readonly #listener: WindowTrackerListener;
  #active = 0;
  #title = '';
  /** Properties change faster than they are read: one look at a time, and another one when something came since. */
  #isLooking = false;
  #mustLookAgain = false;

  static async start(connection: XConnection, listener: WindowTrackerListener): Promise<WindowTracker> {
    const atomOf = (name: string) =>
      connection.request<number>((reply) => connection.client.InternAtom(false, name, reply));
    const [activeWindow, netName, processId] = await Promise.all(
      ['_NET_ACTIVE_WINDOW', '_NET_WM_NAME', '_NET_WM_PID'].map(atomOf),
    );
    const atoms = { activeWindow: activeWindow ?? 0, netName: netName ?? 0, processId: processId ?? 0 };
    const tracker = new WindowTracker(connection, atoms, listener);
    void tracker.#look().catch(() => undefined);
    return tracker;
  }

  private constructor(connection: XConnection, atoms: Atoms, listener: WindowTrackerListener) {
    this.#connection = connection;
    this.#atoms = atoms;
    this.#listener = listener;
  }

  /** To be called with every PropertyNotify. */
  noteProperty({ wid, atom }: XEvent): void {
    const isActiveWindow = wid === this.#connection.root && atom === this.#atoms.activeWindow;
    const isTitle = wid === this.#active && (atom === this.#atoms.netName || atom === wmName);
    if (isActiveWindow || isTitle) void this.#look().catch(() => undefined);
  }

  async #look(): Promise<void> {
    this.#mustLookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#mustLookAgain) {
        this.#mustLookAgain = false;
        await this.#compare();
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async #compare(): Promise<void> {
    const { client, root } = this.#connection;
    const window = (await this.#numberOf(root, this.#atoms.activeWindow)) ?? 0;
    const isOther = window !== this.#active;
    this.#active = window;
    if (window === 0) return;
    if (isOther) client.ChangeWindowAttributes(window, { eventMask: windowEvents });
    const title = await this.#titleOf(window);
    if (title === undefined) return;
    if (!(await this.#listener.mayName(window))) return;
    if (isOther) {
      this.#listener.onEvent({
        kind: 'window.activated',
        text: title || 'Untitled window',
        fields: await this.#fieldsOf(window),
      });
    } else if (title !== this.#title && title !== '') this.#listener.onEvent({ kind: 'title', text: title });
    this.#title = title;
  }

  /**
   * `application` is the class of the window, such as `XTerm`, and `processId` what the window says of itself;
   * `executable` is there when the system lets the agent see it.
   */
  async #fieldsOf(window: number): Promise<Record<string, string>> {
    const application = (await this.#textOf(window, wmClass))?.split('\0')[1];
    const processId = await this.#numberOf(window, this.#atoms.processId);
    const mayLook = processId !== undefined && this.#connection.isLocal;
    const executable = mayLook ? await readlink(`/proc/${processId}/exe`).catch(() => undefined) : undefined;
    return {
      ...(application && { application }),
      ...(processId !== undefined && { processId: String(processId) }),
      ...(executable !== undefined && { executable }),
    };
  }

  async #titleOf(window: number): Promise<string | undefined> {
    const utf8 = await this.#textOf(window, this.#atoms.netName);
    return utf8 ?? this.#textOf(window, wmName, decodeCompoundText);
  }

  async #textOf(window: number, property: number, decode = decodeUtf8): Promise<string | undefined> {
    const value = await this.#read(window, property);
    return value?.format === 8 ? decode(value.data).slice(0, maxTitleLength) : undefined;
  }

  async #numberOf(window: number, property: number): Promise<number | undefined> {
    const value = await this.#read(window, property);
    return value?.format === 32 && value.data.length >= 4 ? value.data.readUInt32LE(0) : undefined;
  }

  /** A window may be gone before it is asked. */
  async #read(window: number, property: number): Promise<XProperty | undefined> {
    const { client } = this.#connection;
    try {
      return await this.#connection.request<XProperty>((reply) =>
        client.GetProperty(0, window, property, anyType, 0, maxPropertyWords, reply),
      );
    } catch {
      return undefined;
    }
  }
}

function decodeUtf8(bytes: Buffer): string {
  return bytes.toString('utf8');
}
