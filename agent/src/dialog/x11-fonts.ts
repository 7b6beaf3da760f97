import type { XFont } from 'x11';
import type { XConnection } from '../sources/x11/x-connection.ts';

/** One of the server's own fonts. Characters are those of Unicode's first plane. */
export interface FontFace {
  readonly id: number;
  readonly ascent: number;
  readonly descent: number;
  /** @returns undefined for a character that it lacks */
  widthOf(character: string): number | undefined;
}

/** Latin, Greek and Cyrillic by size; Japanese, Chinese in part, and Korean; then what else a server may have. */
const families = {
  large: ['-misc-fixed-medium-r-normal--20-*-iso10646-1', '-misc-fixed-medium-r-normal--18-*-iso10646-1'],
  small: ['-misc-fixed-medium-r-semicondensed--13-*-iso10646-1'],
} as const;
const others = [
  '-misc-fixed-medium-r-normal-ja-18-*-iso10646-1',
  '-misc-fixed-medium-r-normal-ko-18-*-iso10646-1',
  '-mutt-clearlyu-medium-r-normal--17-*-iso10646-1',
  '-*-*-medium-r-*-*-*-*-*-*-*-*-iso10646-1',
  'fixed',
];

/**
 * Opens as many fonts as a text needs, the best first. Those of all East Asian characters are large, so they are asked
 * for only where something is missing.
 */
export async function openFonts(
  connection: XConnection,
  size: keyof typeof families,
  text: string,
): Promise<FontFace[]> {
  const faces: FontFace[] = [];
  for (const name of [...families[size], ...others]) {
    const isComplete = faces.length > 0 && [...text].every((character) => faceOf(faces, character) !== undefined);
    if (isComplete) break;
    const face = await openFont(connection, name);
    if (face) faces.push(face);
  }
  return faces;
}

/** @returns the first that has the character */
export function faceOf(faces: readonly FontFace[], character: string): FontFace | undefined {
  return faces.find((face) => face.widthOf(character) !== undefined);
}

/** A server that lacks the font says so when it is asked about it. */
async function openFont(connection: XConnection, name: string): Promise<FontFace | undefined> {
  const { client } = connection;
  const id = client.AllocID();
  client.OpenFont(id, name);
  try {
    return toFace(id, await connection.request<XFont>((reply) => client.QueryFont(id, reply)));
  } catch {
    return undefined;
  }
}

function toFace(id: number, font: XFont): FontFace {
  return { id, ascent: font.fontAscent, descent: font.fontDescent, widthOf: (character) => widthIn(font, character) };
}

function widthIn(font: XFont, character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0;
  const row = code >> 8;
  const column = code & 0xff;
  const isInside =
    row >= font.minByte1 && row <= font.maxByte1 && column >= font.minCharOrByte2 && column <= font.maxCharOrByte2;
  if (!isInside) return undefined;
  if (font.charInfos.length === 0) return font.maxBounds.characterWidth;
  const perRow = font.maxCharOrByte2 - font.minCharOrByte2 + 1;
  const info = font.charInfos[(row - font.minByte1) * perRow + column - font.minCharOrByte2];
  const isMissing = !info || (info.characterWidth === 0 && info.ascent === 0 && info.descent === 0);
  return isMissing ? undefined : info.characterWidth;
}
