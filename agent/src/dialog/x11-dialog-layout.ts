import type { Rectangle } from '@afterimage/recording';
import type { DialogChoice, DialogContent } from './dialog-content.ts';
import { wrapText } from './text-lines.ts';
import { type FontFace, faceOf } from './x11-fonts.ts';

export interface LaidOutButton<Answer extends string> extends DialogChoice<Answer> {
  /** Inside the window. */
  readonly area: Rectangle;
}

export interface DialogLayout<Answer extends string> {
  /** On the screen. */
  readonly area: Rectangle;
  readonly titleHeight: number;
  readonly lineHeight: number;
  /** How many lines of the text are shown at a time. */
  readonly visibleLines: number;
  readonly lines: readonly string[];
  readonly buttons: readonly LaidOutButton<Answer>[];
}

export const dialogPadding = 24;
const widestText = 640;
const buttonPadding = { x: 20, y: 8 };
const shareOfMonitor = 0.85;

/** In the middle of the monitor; a text that is too long for it is scrolled. */
export function layOutDialog<Answer extends string>(
  content: DialogContent<Answer>,
  faces: readonly FontFace[],
  monitor: Rectangle,
): DialogLayout<Answer> {
  const lineHeight = 2 + Math.max(...faces.map(({ ascent, descent }) => ascent + descent));
  const textWidth = Math.min(widestText, Math.floor(monitor.width * shareOfMonitor) - 2 * dialogPadding);
  const lines = wrapText(content.body, textWidth, (text) => widthOfText(faces, text));
  const titleHeight = lineHeight + 20;
  const buttonHeight = lineHeight + 2 * buttonPadding.y;
  const aroundText = titleHeight + 3 * dialogPadding + buttonHeight;
  const roomForLines = Math.floor((monitor.height * shareOfMonitor - aroundText) / lineHeight);
  const visibleLines = Math.max(1, Math.min(lines.length, roomForLines));
  const width = textWidth + 2 * dialogPadding;
  const height = aroundText + visibleLines * lineHeight;
  const area = {
    x: monitor.x + Math.max(0, Math.floor((monitor.width - width) / 2)),
    y: monitor.y + Math.max(0, Math.floor((monitor.height - height) / 2)),
    width,
    height,
  };
  const bottom = { right: width - dialogPadding, y: height - dialogPadding - buttonHeight, height: buttonHeight };
  return { area, titleHeight, lineHeight, visibleLines, lines, buttons: layOutButtons(content, faces, bottom) };
}

/** From the right, the last choice outermost. */
function layOutButtons<Answer extends string>(
  { choices }: DialogContent<Answer>,
  faces: readonly FontFace[],
  { right, y, height }: { right: number; y: number; height: number },
): LaidOutButton<Answer>[] {
  let end = right;
  return choices.toReversed().map((choice) => {
    const width = widthOfText(faces, choice.label) + 2 * buttonPadding.x;
    const area = { x: end - width, y, width, height };
    end -= width + dialogPadding / 2;
    return { ...choice, area };
  });
}

/** A character that no font has takes the place of a question mark. */
export function widthOfText(faces: readonly FontFace[], text: string): number {
  let width = 0;
  for (const character of text) {
    width += (faceOf(faces, character) ?? faceOf(faces, '?'))?.widthOf(character) ?? faces[0]?.widthOf('?') ?? 0;
  }
  return width;
}
