import { directoryUserSchema } from '@afterimage/contracts';
import { foldName } from './fold-name.ts';
import { firstFaults, type ImportFault, messageOf, readTable, refuseTwins, type TableRow } from './read-table.ts';

/** A line of an import. What its file has no column for is absent, what the line leaves empty is null. */
export interface ImportedPerson {
  line: number;
  userName: string;
  displayName?: string | null;
  email?: string | null;
  isActive?: boolean;
  groups?: string[];
}

/** What one call of the function can write within its time. */
export const maxImportedPeople = 10_000;
const maxGroupsPerPerson = 50;

const columns = ['userName', 'displayName', 'email', 'isActive', 'groups'] as const;
type Column = (typeof columns)[number];

const yes = ['true', 'yes', '1'];
const no = ['false', 'no', '0'];
const { userName: nameSchema, displayName: labelSchema, email: emailSchema } = directoryUserSchema.shape;

const form = { columns, required: ['userName'], maxLines: maxImportedPeople, plural: 'people' } as const;

/** Reads the people of a CSV; with any fault nobody is to be taken. */
export function readPeople(text: string): { people: ImportedPerson[]; faults: ImportFault[] } {
  const { rows, faults } = readTable<Column>(text, form);
  const people = rows.map((row) => readPerson(row, faults));
  refuseTwins(
    people.map(({ line, userName }) => ({ line, name: userName })),
    'userName',
    faults,
  );
  return { people, faults: firstFaults(faults) };
}

function readPerson({ line, fields }: TableRow<Column>, faults: ImportFault[]): ImportedPerson {
  const person: ImportedPerson = { line, userName: '' };
  for (const [column, text] of fields) {
    const detail = takeField(person, column, text);
    if (detail !== undefined) faults.push({ line, column, detail });
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
