const escapeCode = String.fromCharCode(27);
const utf8Segment = new RegExp(`${escapeCode}%G(?<text>.*?)(?:${escapeCode}%@|$)`, 'gs');
/** Other character sets are announced by sequences of these. */
const announcement = new RegExp(`${escapeCode}[ -/]+[0-~]`, 'g');

/**
 * Text of window properties of type COMPOUND_TEXT and STRING: ISO 8859-1 with segments of UTF-8 between `ESC % G` and
 * `ESC % @`. Other character sets, which no program of today uses, come out wrong. Source: Compound Text Encoding 1.1.
 */
export function decodeCompoundText(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(utf8Segment, (_, text: string) => Buffer.from(text, 'latin1').toString('utf8'))
    .replaceAll(announcement, '');
}
