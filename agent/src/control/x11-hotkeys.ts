import type { SessionId } from '@afterimage/contracts';
import type { XEvent } from 'x11';
import type { Logger } from '../log/logger.ts';
import type { SessionControl } from '../sessions/session-control.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';
import { type Hotkeys, keysymOf } from './hotkeys.ts';

export interface X11HotkeysOptions {
  readonly where: XConnectionOptions;
  readonly sessionId: SessionId;
  readonly control: SessionControl;
  readonly keys: Hotkeys;
  readonly log: Logger;
}

const firstKey = 8;
const keyCount = 248;
const shiftAndControl = 0x1 | 0x4;
/** CapsLock and NumLock may be on: of the protocol, Lock and usually Mod2. */
const locks = [0, 0x2, 0x10, 0x12];
const asynchronous = 1;

/** CTRL+SHIFT and a key start and stop the user's own recording, whichever program has the focus. */
export class X11Hotkeys {
  readonly #options: X11HotkeysOptions;
  readonly #connection: XConnection;
  readonly #actions: ReadonlyMap<number, 'startByUser' | 'stopByUser'>;

  /** @throws X11Error */
  static async open(options: X11HotkeysOptions): Promise<X11Hotkeys> {
    const connection = await XConnection.open(options.where);
    const rows = await connection.request<readonly (readonly number[])[]>((reply) =>
      connection.client.GetKeyboardMapping(firstKey, keyCount, reply),
    );
    return new X11Hotkeys(options, connection, rows);
  }

  private constructor(options: X11HotkeysOptions, connection: XConnection, rows: readonly (readonly number[])[]) {
    this.#options = options;
    this.#connection = connection;
    const codeOf = (key: string) => firstKey + rows.findIndex((row) => row[0] === keysymOf(key));
    const { start, stop } = options.keys;
    const actions = [[codeOf(start), 'startByUser'] as const, [codeOf(stop), 'stopByUser'] as const];
    this.#actions = new Map(actions.filter(([code]) => code >= firstKey));
    connection.onEvent((event) => void this.#take(event));
    const { client, root } = connection;
    for (const code of this.#actions.keys()) {
      for (const lock of locks) client.GrabKey(root, 0, shiftAndControl | lock, code, asynchronous, asynchronous);
    }
  }

  close(): void {
    this.#connection.close();
  }

  async #take({ name, keycode = 0 }: XEvent): Promise<void> {
    const action = name === 'KeyPress' ? this.#actions.get(keycode) : undefined;
    if (!action) return;
    const { control, sessionId, log } = this.#options;
    const { outcome } = await control[action](sessionId);
    log('info', 'hotkey followed', { sessionId, action, outcome });
  }
}
