/** Between these scripts' characters a line may end anywhere. */
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Breaks a text into lines: at its own line ends, between words, between East Asian characters, and inside a word that
 * no line has room for.
 */
export function wrapText(text: string, maxWidth: number, widthOf: (text: string) => number): string[] {
  return text.split(/\r?\n/).flatMap((paragraph) => wrapParagraph(paragraph, maxWidth, widthOf));
}

function wrapParagraph(paragraph: string, maxWidth: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(paragraph)) {
    if (widthOf((line + piece).trimEnd()) <= maxWidth) {
      line += piece;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    line = '';
    for (const character of piece.trimStart()) {
      if (line !== '' && widthOf(line + character) > maxWidth) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line.trimEnd()];
}

/** Words with the space behind them. */
function piecesOf(paragraph: string): string[] {
  const pieces: string[] = [];
  for (const word of paragraph.replaceAll('\t', ' ').match(/\S+\s*|\s+/g) ?? []) {
    let piece = '';
    for (const character of word) {
      if (
        piece !== '' &&
        (eastAsian.test(character) || eastAsian.test(piece.at(-1) ?? '')) &&
        character.trim() !== ''
      ) {
        pieces.push(piece);
        piece = '';
      }
      piece += character;
    }
    pieces.push(piece);
  }
  return pieces;
}
