import { importDirectory } from '@afterimage/contracts';

export type CsvFileFault = 'empty' | 'workbook' | 'not-text' | 'not-utf8' | 'too-large';

/** No character takes more bytes than this in UTF-8, so that a larger file need not be read. */
const maxBytesPerCharacter = 4;
const maxBodyBytes = importDirectory.maxBodyBytes ?? 0;
/** What a workbook, which is a ZIP, begins with. */
const zipSignature = 'PK\u0003\u0004';

/** The text of a chosen file, or why it is nothing that the service would take; lines are the service's own matter. */
export async function readCsvFile(file: Blob): Promise<{ csv: string } | { fault: CsvFileFault }> {
  if (file.size > maxBodyBytes * maxBytesPerCharacter) return { fault: 'too-large' };
  const bytes = await file.arrayBuffer();
  if (startsAsWorkbook(bytes)) return { fault: 'workbook' };
  let csv: string;
  try {
    csv = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'not-utf8' };
  }
  if (csv.trim() === '') return { fault: 'empty' };
  if (csv.includes('\u0000')) return { fault: 'not-text' };
  const fits =
    importDirectory.body.shape.csv.safeParse(csv).success && new Blob([JSON.stringify({ csv })]).size < maxBodyBytes;
  return fits ? { csv } : { fault: 'too-large' };
}

function startsAsWorkbook(bytes: ArrayBuffer): boolean {
  return new TextDecoder('latin1').decode(bytes.slice(0, zipSignature.length)) === zipSignature;
}
