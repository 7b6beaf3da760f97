import type { Notice } from '@afterimage/contracts';
import type { Rectangle } from '@afterimage/recording';
import type { RandrExtension } from 'x11';
import { readMonitors } from '../sources/x11/monitor-layout.ts';
import { XConnection, type XConnectionOptions } from '../sources/x11/x-connection.ts';
import { choicesOf } from './notice-choices.ts';
import { NoticeNotShownError, type NoticePresenter, type ShownNotice } from './notice-presenter.ts';
import { X11Dialog } from './x11-dialog.ts';
import { type DialogLayout, layOutDialog } from './x11-dialog-layout.ts';
import { type FontFace, faceOf, openFonts } from './x11-fonts.ts';

/** A text of which more letters than this cannot be shown is not shown at all. */
const tolerableMissingShare = 0.02;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** Of the core protocol: keys have numbers from 8 to 255. */
const firstKey = 8;
const keyCount = 248;

/** Shows notices in a window of their own on an X display, with or without a window manager. */
export class X11NoticePresenter implements NoticePresenter {
  readonly #options: XConnectionOptions;

  constructor(options: XConnectionOptions) {
    this.#options = options;
  }

  async show(notice: Notice, signal: AbortSignal): Promise<ShownNotice> {
    if (rightToLeft.test(notice.title + notice.body)) {
      throw new NoticeNotShownError('text from right to left cannot be shown on this display');
    }
    const connection = await this.#connect();
    try {
      const dialog = await openDialog(connection, notice);
      signal.addEventListener('abort', () => dialog.close(), { once: true });
      if (signal.aborted) dialog.close();
      return dialog;
    } catch (cause) {
      connection.close();
      if (cause instanceof NoticeNotShownError) throw cause;
      throw new NoticeNotShownError('the display did not show it', cause);
    }
  }

  async #connect(): Promise<XConnection> {
    try {
      return await XConnection.open(this.#options);
    } catch (cause) {
      throw new NoticeNotShownError(cause instanceof Error ? cause.message : 'the display cannot be reached', cause);
    }
  }
}

async function openDialog(connection: XConnection, notice: Notice) {
  const { client } = connection;
  const monitor = await findMonitor(connection);
  const { layout, faces } = await layOut(connection, notice, monitor);
  const keys = await connection.request<readonly (readonly number[])[]>((reply) =>
    client.GetKeyboardMapping(firstKey, keyCount, reply),
  );
  const keysymOf = (key: number) => keys[key - firstKey]?.[0];
  const dialog = new X11Dialog({ connection, notice, layout, faces, keysymOf });
  await dialog.open();
  return { area: layout.area, answer: dialog.answer, close: () => dialog.close() };
}

/** In large letters if the text has room, else in small ones. */
async function layOut(
  connection: XConnection,
  notice: Notice,
  monitor: Rectangle,
): Promise<{ layout: DialogLayout; faces: FontFace[] }> {
  const labels = choicesOf(notice).map(({ label }) => label);
  const text = `${[notice.title, notice.body, ...labels].join('').replaceAll(/\s/g, '')} ?`;
  const large = await openFonts(connection, 'large', text);
  requireLetters(large, text);
  const layout = layOutDialog(notice, large, monitor);
  if (layout.lines.length <= layout.visibleLines) return { layout, faces: large };
  const small = await openFonts(connection, 'small', text);
  return { layout: layOutDialog(notice, small, monitor), faces: small };
}

/** @throws NoticeNotShownError */
function requireLetters(faces: readonly FontFace[], text: string): void {
  const missing = [...text].filter((character) => faceOf(faces, character) === undefined);
  if (missing.length > text.length * tolerableMissingShare) {
    throw new NoticeNotShownError('this display has no letters for the language of the notice');
  }
}

/** The primary one, as it is there that a desktop begins. */
async function findMonitor(connection: XConnection): Promise<Rectangle> {
  const { client, root } = connection;
  const [size, randr] = await Promise.all([
    connection.request<{ readonly width: number; readonly height: number }>((reply) => client.GetGeometry(root, reply)),
    connection.request<RandrExtension>((reply) => client.require('randr', reply)).catch(() => undefined),
  ]);
  const monitors = await readMonitors(connection, randr, { width: size.width, height: size.height });
  return monitors.find(({ isPrimary }) => isPrimary) ?? monitors[0] ?? { x: 0, y: 0, ...size };
}
