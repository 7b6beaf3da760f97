import type { Rectangle } from '@afterimage/recording';
import type { RandrExtension } from 'x11';
import { readMonitors } from '../sources/x11/monitor-layout.ts';
import type { XConnection } from '../sources/x11/x-connection.ts';
import type { DialogContent } from './dialog-content.ts';
import { X11Dialog } from './x11-dialog.ts';
import { type DialogLayout, layOutDialog } from './x11-dialog-layout.ts';
import { type FontFace, faceOf, openFonts } from './x11-fonts.ts';

/** The display lacks the letters of a text. */
export class NoLettersError extends Error {
  constructor() {
    super('this display has no letters for the language of the text');
    this.name = 'NoLettersError';
  }
}

export interface OpenedDialog<Answer extends string> {
  /** On the screen. */
  readonly area: Rectangle;
  /** Settles once it has gone; `withdrawn`: it was closed, or went with the display. */
  readonly answer: Promise<Answer | 'withdrawn'>;
  close(): void;
}

/** A text of which more letters than this cannot be shown is not shown at all. */
const tolerableMissingShare = 0.02;
/** Of the core protocol: keys have numbers from 8 to 255. */
const firstKey = 8;
const keyCount = 248;

/**
 * Shows a dialog in the middle of the primary monitor. It takes the connection with it when it goes.
 *
 * @throws NoLettersError, X11Error
 */
export async function openX11Dialog<Answer extends string>(
  connection: XConnection,
  content: DialogContent<Answer>,
): Promise<OpenedDialog<Answer>> {
  const monitor = await findMonitor(connection);
  const { layout, faces } = await layOut(connection, content, monitor);
  const keys = await connection.request<readonly (readonly number[])[]>((reply) =>
    connection.client.GetKeyboardMapping(firstKey, keyCount, reply),
  );
  const keysymOf = (key: number) => keys[key - firstKey]?.[0];
  const dialog = new X11Dialog({ connection, title: content.title, layout, faces, keysymOf });
  await dialog.open();
  return { area: layout.area, answer: dialog.answer, close: () => dialog.close() };
}

/** In large letters if the text has room, else in small ones. */
async function layOut<Answer extends string>(
  connection: XConnection,
  content: DialogContent<Answer>,
  monitor: Rectangle,
): Promise<{ layout: DialogLayout<Answer>; faces: FontFace[] }> {
  const labels = content.choices.map(({ label }) => label);
  const text = `${[content.title, content.body, ...labels].join('').replaceAll(/\s/g, '')} ?`;
  const large = await openFonts(connection, 'large', text);
  requireLetters(large, text);
  const layout = layOutDialog(content, large, monitor);
  if (layout.lines.length <= layout.visibleLines) return { layout, faces: large };
  const small = await openFonts(connection, 'small', text);
  return { layout: layOutDialog(content, small, monitor), faces: small };
}

/** @throws NoLettersError */
function requireLetters(faces: readonly FontFace[], text: string): void {
  const missing = [...text].filter((character) => faceOf(faces, character) === undefined);
  if (missing.length > text.length * tolerableMissingShare) throw new NoLettersError();
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
