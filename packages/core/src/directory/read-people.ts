import { directoryUserSchema } from '@afterimage/contracts';
import { foldName } from './fold-name.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';

/** A line of an import. What its file has no column for is absent, what the line leaves empty is null. */
export interface ImportedPerson {
  line: number;
  userName: string;
  displayName?: string | null;
  email?: string | null;
  isActive?: boolean;
  groups?: string[];
}

export interface ImportFault {
  line: number;
  column?: string;
  detail: string;
}

/** What one call of the function can write within its time. */
export const maxImportedPeople = 10_000;
const maxGroupsPerPerson = 50;
const maxFaults = 100;

const columns = ['userName', 'displayName', 'email', 'isActive', 'groups'] as const;
type Column = (typeof columns)[number];

const yes = ['true', 'yes', '1'];
const no = ['false', 'no', '0'];
const { userName: nameSchema, displayName: labelSchema, email: emailSchema } = directoryUserSchema.shape;

/** Reads the people of a CSV; with any fault nobody is to be taken. */
export function readPeople(text: string): { people: ImportedPerson[]; faults: ImportFault[] } {
  const { records, fault } = readCsv(text);
  const [header, ...lines] = records;
  if (header === undefined) return { people: [], faults: [fault ?? { line: 1, detail: 'the file is empty' }] };
  const { order, faults } = readHeader(header);
  if (faults.length > 0) return { people: [], faults };
  if (lines.length > maxImportedPeople) {
    const detail = `at most ${maxImportedPeople} people can be imported at once: split the file and import the parts`;
    return { people: [], faults: [{ line: lines[maxImportedPeople]?.line ?? 1, detail }] };
  }
  const people = lines.map((record) => readPerson(record, order, faults));
  if (fault !== undefined) faults.push(fault);
  refuseTwins(people, faults);
  return { people, faults: faults.sort((one, other) => one.line - other.line).slice(0, maxFaults) };
}

function readHeader({ line, fields }: CsvRecord): { order: Column[]; faults: ImportFault[] } {
  const order: Column[] = [];
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
  if (faults.length === 0 && !order.includes('userName')) {
    faults.push({ line, column: 'userName', detail: 'the column is missing' });
  }
  return { order, faults };
}

/** A header may be anything; what is no label is not repeated. */
function label(name: string): { column?: string } {
  const parsed = labelSchema.safeParse(name);
  return parsed.success && parsed.data !== undefined ? { column: parsed.data } : {};
}

function readPerson({ line, fields }: CsvRecord, order: readonly Column[], faults: ImportFault[]): ImportedPerson {
  const fault = (detail: string, column?: Column) => faults.push({ line, ...(column && { column }), detail });
  if (fields.length !== order.length) fault(`has ${fields.length} fields where the header has ${order.length}`);
  const person: ImportedPerson = { line, userName: '' };
  for (const [index, column] of order.entries()) {
    const text = (fields[index] ?? '').trim();
    const problem = fields.length === order.length ? takeField(person, column, text) : undefined;
    if (problem !== undefined) fault(problem, column);
  }
  return person;
}

/** @returns what is wrong with it */
function takeField(person: ImportedPerson, column: Column, text: string): string | undefined {
  switch (column) {
    case 'userName': {
      const name = nameSchema.safeParse(text);
      if (!name.success) return text === '' ? 'must not be empty' : messageOf(name.error);
      person.userName = name.data;
      return undefined;
    }
    case 'displayName':
    case 'email': {
      const value = (column === 'email' ? emailSchema : labelSchema).safeParse(text === '' ? undefined : text);
      if (!value.success) return messageOf(value.error);
      person[column] = value.data ?? null;
      return undefined;
    }
    case 'isActive': {
      const word = text.toLowerCase();
      if (word !== '' && !yes.includes(word) && !no.includes(word)) return 'must be true or false';
      person.isActive = !no.includes(word);
      return undefined;
    }
    case 'groups':
      return takeGroups(person, text);
  }
}

function takeGroups(person: ImportedPerson, text: string): string | undefined {
  const names = text.split(';').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  const wrong = names.map((name) => nameSchema.safeParse(name)).find(({ success }) => !success);
  if (wrong?.error !== undefined) return messageOf(wrong.error);
  const groups = [...new Map(names.map((name) => [foldName(name), name])).values()];
  if (groups.length > maxGroupsPerPerson) return `must not name more than ${maxGroupsPerPerson} groups`;
  person.groups = groups;
  return undefined;
}

function messageOf(error: { issues: readonly { message: string }[] }): string {
  return error.issues[0]?.message ?? 'is not valid';
}

function refuseTwins(people: readonly ImportedPerson[], faults: ImportFault[]): void {
  const lines = new Map<string, number>();
  for (const { line, userName } of people) {
    const name = foldName(userName);
    const earlier = lines.get(name);
    if (name === '') continue;
    if (earlier === undefined) lines.set(name, line);
    else faults.push({ line, column: 'userName', detail: `stands on line ${earlier} already` });
  }
}
