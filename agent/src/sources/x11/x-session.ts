import x11, { type DamageExtension, type FixesExtension, type RandrExtension } from 'x11';
import type { CapturedEvent } from '../capture-source.ts';
import { CursorTracker } from './cursor-tracker.ts';
import type { HiddenWindows } from './hidden/hidden-windows.ts';
import { InputWatch } from './input-watch.ts';
import { readMonitors } from './monitor-layout.ts';
import type { PictureSize } from './pixel-transfer.ts';
import { ScreenMirror, type TransferPreference } from './screen-mirror.ts';
import { WindowTracker } from './window-tracker.ts';
import type { XConnection } from './x-connection.ts';
import { X11Error } from './x11-error.ts';

interface Extensions {
  readonly damage: DamageExtension;
  readonly fixes: FixesExtension;
  /** Absent on servers whose screen never changes its size. */
  readonly randr: RandrExtension | undefined;
}

export interface XSessionListener {
  onDamage(): void;
  onResize(): void;
  onCursorShape(): void;
  onEvent(event: Omit<CapturedEvent, 'atMs'>): void;
  /** Whether the window and its title may be told of. */
  mayName(window: number): Promise<boolean>;
}

/** One screen of a server with everything that is asked of it. */
export class XSession {
  readonly connection: XConnection;
  readonly cursor: CursorTracker;
  readonly input: InputWatch | undefined;
  readonly #extensions: Extensions;
  readonly #transfer: TransferPreference;

  /** @throws X11Error `unsupported` without DAMAGE or XFIXES */
  static async start(
    connection: XConnection,
    transfer: TransferPreference,
    listener: XSessionListener,
  ): Promise<XSession> {
    const extensions = await requireExtensions(connection);
    const session = new XSession(connection, transfer, extensions, await InputWatch.open(connection));
    await session.#listen(listener);
    return session;
  }

  private constructor(
    connection: XConnection,
    transfer: TransferPreference,
    extensions: Extensions,
    input: InputWatch | undefined,
  ) {
    this.connection = connection;
    this.#transfer = transfer;
    this.#extensions = extensions;
    this.input = input;
    this.cursor = new CursorTracker(connection, extensions.fixes);
  }

  async openMirror(hidden: HiddenWindows | undefined): Promise<ScreenMirror> {
    const { connection } = this;
    const { width, height } = await connection.request<PictureSize>((reply) =>
      connection.client.GetGeometry(connection.root, reply),
    );
    const { damage, fixes } = this.#extensions;
    return ScreenMirror.open({ connection, damage, fixes, size: { width, height }, transfer: this.#transfer, hidden });
  }

  readMonitors(size: PictureSize) {
    return readMonitors(this.connection, this.#extensions.randr, size);
  }

  async #listen(listener: XSessionListener): Promise<void> {
    const { client, root } = this.connection;
    const { PropertyChange, StructureNotify } = x11.eventMask;
    client.ChangeWindowAttributes(root, { eventMask: PropertyChange | StructureNotify });
    const { randr } = this.#extensions;
    randr?.SelectInput(root, randr.NotifyMask.ScreenChange);
    const windows = await WindowTracker.start(this.connection, listener);
    this.connection.onEvent((event) => {
      if (event.name === 'DamageNotify') listener.onDamage();
      else if (event.name === 'CursorNotify') listener.onCursorShape();
      else if (event.name === 'PropertyNotify') windows.noteProperty(event);
      else if (event.name === 'RRScreenChangeNotify') listener.onResize();
      else if (event.name === 'ConfigureNotify' && event.wid === root) listener.onResize();
    });
  }
}

async function requireExtensions(connection: XConnection): Promise<Extensions> {
  const { client, name } = connection;
  try {
    const [damage, fixes, randr] = await Promise.all([
      connection.request<DamageExtension>((reply) => client.require('damage', reply)),
      connection.request<FixesExtension>((reply) => client.require('fixes', reply)),
      connection.request<RandrExtension>((reply) => client.require('randr', reply)).catch(() => undefined),
    ]);
    return { damage, fixes, randr };
  } catch (cause) {
    throw new X11Error('unsupported', `the display ${name.text} lacks the extensions DAMAGE and XFIXES`, { cause });
  }
}
