/** One line of the file, as a spreadsheet counts: a quoted field may hold line breaks, the record begins at `line`. */
export interface CsvRecord {
  /** From 1. */
  line: number;
  fields: string[];
}

export interface CsvFault {
  line: number;
  detail: string;
}

const delimiters = [',', ';'] as const;

/**
 * Reads RFC 4180: quoted fields with doubled quotes, CRLF or LF, a byte order mark; the first line says whether comma or
 * semicolon stands between fields. Empty lines are passed over. Reading ends at the first fault.
 */
export function readCsv(text: string): { records: CsvRecord[]; fault?: CsvFault } {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const reader = new CsvReader(body, delimiterOf(body));
  const records: CsvRecord[] = [];
  while (!reader.isAtEnd) {
    const record = reader.readRecord();
    if ('detail' in record) return { records, fault: record };
    if (record.fields.length > 1 || record.fields[0] !== '') records.push(record);
  }
  return { records };
}

/** What stands more often outside quotes on the first line. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const [comma, semicolon] = delimiters.map((delimiter) => bare.split(delimiter).length);
  return (semicolon ?? 0) > (comma ?? 0) ? ';' : ',';
}

class CsvReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #line = 1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  readRecord(): CsvRecord | CsvFault {
    const record: CsvRecord = { line: this.#line, fields: [] };
    for (;;) {
      const field = this.#text[this.#at] === '"' ? this.#readQuoted() : this.#readBare();
      if (typeof field !== 'string') return field;
      record.fields.push(field);
      if (this.#text[this.#at] !== this.#delimiter) break;
      this.#at += 1;
    }
    this.#passLineBreak();
    return record;
  }

  #readBare(): string | CsvFault {
    const start = this.#at;
    while (!this.isAtEnd && !this.#isFieldEnd()) this.#at += 1;
    const field = this.#text.slice(start, this.#at);
    return field.includes('"') ? this.#fault('a quote stands within a field that is not quoted') : field;
  }

  #readQuoted(): string | CsvFault {
    const startLine = this.#line;
    let field = '';
    for (;;) {
      const end = this.#text.indexOf('"', this.#at + 1);
      if (end < 0) return { line: startLine, detail: 'a quoted field has no end' };
      const part = this.#text.slice(this.#at + 1, end);
      this.#line += part.split('\n').length - 1;
      field += part;
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      field += '"';
    }
    return this.isAtEnd || this.#isFieldEnd()
      ? field
      : this.#fault('something stands between a quoted field and its end');
  }

  #isFieldEnd(): boolean {
    const character = this.#text[this.#at];
    return (
      character === this.#delimiter || character === '\n' || (character === '\r' && this.#text[this.#at + 1] === '\n')
    );
  }

  #passLineBreak(): void {
    if (this.#text[this.#at] === '\r') this.#at += 1;
    if (this.#text[this.#at] === '\n') this.#at += 1;
    this.#line += 1;
  }

  #fault(detail: string): CsvFault {
    return { line: this.#line, detail };
  }
}
