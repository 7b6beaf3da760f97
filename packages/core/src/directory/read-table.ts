import { labelSchema } from '@afterimage/contracts';
import { foldName } from './fold-name.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';

/** What is wrong with a line of a file, from 1. */
export interface ImportFault {
  line: number;
  column?: string;
  detail: string;
}

export interface TableForm<C extends string> {
  columns: readonly C[];
  required: readonly C[];
  /** After the header. */
  maxLines: number;
  /** What the lines are: `people`. */
  plural: string;
}

/** A line by its columns; without any where it has not as many fields as the header. */
export interface TableRow<C extends string> {
  line: number;
  fields: ReadonlyMap<C, string>;
}

export const maxImportFaults = 100;

/** Reads a CSV whose header names columns in any order and case. No row is to be taken where there is a fault. */
export function readTable<C extends string>(
  text: string,
  form: TableForm<C>,
): { rows: TableRow<C>[]; faults: ImportFault[] } {
  const { records, fault } = readCsv(text);
  const [header, ...lines] = records;
  if (header === undefined) return { rows: [], faults: [fault ?? { line: 1, detail: 'the file is empty' }] };
  const { order, faults } = readHeader(header, form);
  if (faults.length > 0) return { rows: [], faults };
  if (lines.length > form.maxLines) {
    const detail = `at most ${form.maxLines} ${form.plural} can be imported at once: split the file and import the parts`;
    return { rows: [], faults: [{ line: lines[form.maxLines]?.line ?? 1, detail }] };
  }
  const rows = lines.map((record) => readRow(record, order, faults));
  if (fault !== undefined) faults.push(fault);
  return { rows, faults };
}

function readHeader<C extends string>(
  { line, fields }: CsvRecord,
  { columns, required }: TableForm<C>,
): { order: C[]; faults: ImportFault[] } {
  const order: C[] = [];
  const faults: ImportFault[] = [];
  for (const field of fields) {
    const name = field.trim();
    const column = columns.find((one) => foldName(one) === foldName(name));
    if (column === undefined) {
      faults.push({
        line,
        ...label(name),
        detail: `there is no column "${name.slice(0, 100)}"; there are ${columns.join(', ')}`,
      });
    } else if (order.includes(column)) faults.push({ line, column, detail: 'the column stands there twice' });
    else order.push(column);
  }
  if (faults.length > 0) return { order, faults };
  const missing = required.filter((column) => !order.includes(column));
  return { order, faults: missing.map((column) => ({ line, column, detail: 'the column is missing' })) };
}

/** A header may be anything; what is no label is not repeated. */
function label(name: string): { column?: string } {
  const parsed = labelSchema.safeParse(name);
  return parsed.success ? { column: parsed.data } : {};
}

function readRow<C extends string>(
  { line, fields }: CsvRecord,
  order: readonly C[],
  faults: ImportFault[],
): TableRow<C> {
  if (fields.length === order.length) {
    return { line, fields: new Map(order.map((column, index) => [column, (fields[index] ?? '').trim()])) };
  }
  faults.push({ line, detail: `has ${fields.length} fields where the header has ${order.length}` });
  return { line, fields: new Map() };
}

/** Faults of the lines that name again what a line before them has named. */
export function refuseTwins(
  named: readonly { line: number; name: string }[],
  column: string,
  faults: ImportFault[],
): void {
  const lines = new Map<string, number>();
  for (const { line, name } of named) {
    const folded = foldName(name);
    const earlier = lines.get(folded);
    if (folded === '') continue;
    if (earlier === undefined) lines.set(folded, line);
    else faults.push({ line, column, detail: `stands on line ${earlier} already` });
  }
}

/** By line, as many as are told. */
export function firstFaults(faults: readonly ImportFault[]): ImportFault[] {
  return [...faults].sort((one, other) => one.line - other.line).slice(0, maxImportFaults);
}

export function messageOf(error: { issues: readonly { message: string }[] }): string {
  return error.issues[0]?.message ?? 'is not valid';
}
