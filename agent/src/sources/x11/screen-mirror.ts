import type { Rectangle } from '@afterimage/recording';
import type { DamageExtension, FixesExtension } from 'x11';
import { CoreTransfer } from './core-transfer.ts';
import { Cover } from './hidden/cover.ts';
import type { HiddenWindows } from './hidden/hidden-windows.ts';
import type { PictureSize, PixelTransfer } from './pixel-transfer.ts';
import { SharedMemoryTransfer } from './shared-memory-transfer.ts';
import type { XConnection } from './x-connection.ts';

/** How pixels may come; each falls back to the next. */
export type TransferPreference = 'shared-pixmap' | 'shared-image' | 'core';

export interface ScreenMirrorOptions {
  readonly connection: XConnection;
  readonly damage: DamageExtension;
  readonly fixes: FixesExtension;
  readonly size: PictureSize;
  readonly transfer: TransferPreference;
  /** Windows that no picture shows. */
  readonly hidden: HiddenWindows | undefined;
}

/** Of a graphics context: windows are copied with what is in them, and copying sends no events. */
const copyContext = { subwindowMode: 1, graphicsExposures: 0 };
const noRegion = 0;

/**
 * The picture of one screen, kept up to date by damage.
 *
 * ```
 * in one grab of the server, one write:   damage ──▶ region ──▶ clip ──▶ copy of the screen to a pixmap
 * after it, at leisure:                   region ──▶ rectangles ──▶ their rows of the pixmap ──▶ pixels
 * ```
 *
 * The pixmap never changes between two copies, so a picture shows one moment however many rectangles it has. Where
 * hidden windows are is asked in the same grab; they are painted over before anybody reads the pixels.
 */
export class ScreenMirror {
  readonly size: PictureSize;
  readonly hidden: HiddenWindows | undefined;
  readonly #connection: XConnection;
  readonly #damageExtension: DamageExtension;
  readonly #fixes: FixesExtension;
  readonly #transfer: PixelTransfer;
  readonly #damage: number;
  readonly #region: number;
  readonly #context: number;
  readonly #cover: Cover;

  static async open(options: ScreenMirrorOptions): Promise<ScreenMirror> {
    return new ScreenMirror(options, await openTransfer(options));
  }

  private constructor({ connection, damage, fixes, size, hidden }: ScreenMirrorOptions, transfer: PixelTransfer) {
    const { client, root } = connection;
    this.#connection = connection;
    this.#damageExtension = damage;
    this.#fixes = fixes;
    this.size = size;
    this.#transfer = transfer;
    this.hidden = hidden;
    this.#cover = new Cover(hidden?.applications.maskColour ?? 'black');
    this.#damage = client.AllocID();
    this.#region = client.AllocID();
    this.#context = client.AllocID();
    damage.Create(this.#damage, root, damage.ReportLevel.NonEmpty);
    fixes.CreateRegion(this.#region, []);
    client.CreateGC(this.#context, root, copyContext);
  }

  get transferKind(): PixelTransfer['kind'] {
    return this.#transfer.kind;
  }

  /** BGRX; the fourth byte means nothing. */
  get pixels(): Uint32Array {
    return this.#transfer.pixels;
  }

  /** Brings what was drawn since the last call. @returns where that is; empty when nothing was */
  async takeDamage(): Promise<readonly Rectangle[]> {
    const { damaged, covered } = await this.#copy(this.#region);
    const { width, height } = this.size;
    const changed = this.#cover.changeTo(covered);
    const inside = damaged.flatMap((rectangle) => partInside(rectangle, width, height));
    const different = [...this.#cover.visibleOf(inside), ...changed];
    await this.#transfer.fetch(different);
    this.#cover.paint(this.pixels, this.size);
    return different;
  }

  /** Brings everything, whether drawn since or not. */
  async takeAll(): Promise<void> {
    const { covered } = await this.#copy(noRegion);
    this.#cover.changeTo(covered);
    await this.#transfer.fetch([{ x: 0, y: 0, ...this.size }]);
    this.#cover.paint(this.pixels, this.size);
  }

  close(): void {
    const { client } = this.#connection;
    this.#damageExtension.Destroy(this.#damage);
    this.#fixes.DestroyRegion(this.#region);
    client.FreeGC(this.#context);
    this.#transfer.close();
  }

  async #copy(clipRegion: number): Promise<{ damaged: readonly Rectangle[]; covered: readonly Rectangle[] }> {
    const { client, root } = this.#connection;
    const { width, height } = this.size;
    client.GrabServer();
    this.#damageExtension.Subtract(this.#damage, noRegion, this.#region);
    this.#fixes.SetGCClipRegion(this.#context, clipRegion, 0, 0);
    client.CopyArea(root, this.#transfer.pixmap, this.#context, 0, 0, 0, 0, width, height);
    const covered = this.hidden?.readAreas(this.size) ?? [];
    client.UngrabServer();
    const region = this.#connection.request<{ readonly rectangles: readonly Rectangle[] }>((reply) =>
      this.#fixes.FetchRegion(this.#region, reply),
    );
    const [areas, { rectangles }] = await Promise.all([covered, region]);
    return { damaged: rectangles, covered: areas };
  }
}

/** The screen may have grown since the mirror was made. */
function partInside({ x, y, ...rectangle }: Rectangle, maxWidth: number, maxHeight: number): Rectangle[] {
  const width = Math.min(rectangle.width, maxWidth - x);
  const height = Math.min(rectangle.height, maxHeight - y);
  return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
}

async function openTransfer({ connection, size, transfer }: ScreenMirrorOptions): Promise<PixelTransfer> {
  const shared =
    transfer === 'core' || !connection.isLocal
      ? undefined
      : await SharedMemoryTransfer.open(connection, size, transfer === 'shared-pixmap' ? 'pixmaps' : 'images');
  return shared ?? new CoreTransfer(connection, size);
}
