export type FileFault = 'empty' | 'workbook' | 'not-text' | 'not-utf8' | 'too-large';

/** No character takes more bytes than this in UTF-8, so that a larger file need not be read. */
const maxBytesPerCharacter = 4;
/** What a workbook, which is a ZIP, begins with. */
const zipSignature = 'PK\u0003\u0004';

export interface TextFileLimits {
  /** Of the request that carries the text as JSON. */
  maxBodyBytes: number;
  /** Whether the service takes a text of this length. */
  fits(text: string): boolean;
}

/** The text of a chosen file, or why it is nothing that the service would take; lines are the service's own matter. */
export async function readTextFile(
  file: Blob,
  { maxBodyBytes, fits }: TextFileLimits,
): Promise<{ text: string } | { fault: FileFault }> {
  if (file.size > maxBodyBytes * maxBytesPerCharacter) return { fault: 'too-large' };
  const bytes = await file.arrayBuffer();
  if (startsAsWorkbook(bytes)) return { fault: 'workbook' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'not-utf8' };
  }
  if (text.trim() === '') return { fault: 'empty' };
  if (text.includes('\u0000')) return { fault: 'not-text' };
  const isSendable = fits(text) && new Blob([JSON.stringify({ text })]).size < maxBodyBytes;
  return isSendable ? { text } : { fault: 'too-large' };
}

function startsAsWorkbook(bytes: ArrayBuffer): boolean {
  return new TextDecoder('latin1').decode(bytes.slice(0, zipSignature.length)) === zipSignature;
}
