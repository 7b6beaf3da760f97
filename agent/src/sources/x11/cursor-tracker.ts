import type { CursorImage, FixesExtension } from 'x11';
import type { CursorShape } from '../capture-source.ts';
import { cursorShapeOf } from './cursor-image.ts';
import type { XConnection } from './x-connection.ts';

export interface CursorState {
  readonly x: number;
  readonly y: number;
  /** Undefined when nothing is shown. */
  readonly shape: CursorShape | undefined;
}

/** Where the pointer is and what it looks like. The server tells of new shapes; positions have to be asked for. */
export class CursorTracker {
  readonly #connection: XConnection;
  readonly #fixes: FixesExtension;
  #last: CursorState | undefined;
  #isShapeKnown = false;

  constructor(connection: XConnection, fixes: FixesExtension) {
    this.#connection = connection;
    this.#fixes = fixes;
    fixes.SelectCursorInput(connection.root, fixes.CursorNotifyMask.DisplayCursor);
  }

  /** To be called on CursorNotify. */
  noteNewShape(): void {
    this.#isShapeKnown = false;
  }

  /** @returns undefined when nothing has changed since the last call */
  async sample(): Promise<CursorState | undefined> {
    const { client, root } = this.#connection;
    const { rootX, rootY } = await this.#connection.request<{ readonly rootX: number; readonly rootY: number }>(
      (reply) => client.QueryPointer(root, reply),
    );
    const hasMoved = rootX !== this.#last?.x || rootY !== this.#last.y;
    if (!hasMoved && this.#isShapeKnown) return undefined;
    const shape = this.#isShapeKnown ? this.#last?.shape : await this.#readShape();
    this.#last = { x: rootX, y: rootY, shape };
    return this.#last;
  }

  async #readShape(): Promise<CursorShape | undefined> {
    this.#isShapeKnown = true;
    const image = await this.#connection.request<CursorImage>((reply) => this.#fixes.GetCursorImage(reply));
    return cursorShapeOf(image);
  }
}
