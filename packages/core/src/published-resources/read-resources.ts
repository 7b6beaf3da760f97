import { type PublishedResource, publishedResourceSchema } from '@afterimage/contracts';
import * as z from 'zod';
import {
  firstFaults,
  type ImportFault,
  messageOf,
  readTable,
  refuseTwins,
  type TableRow,
} from '../directory/read-table.ts';

/** Of one site: all of them are one document. */
export const maxResourcesPerSite = 2_000;

const columns = ['resourceId', 'displayName', 'kind'] as const;
type Column = (typeof columns)[number];
const form = {
  columns,
  required: ['resourceId', 'displayName'],
  maxLines: maxResourcesPerSite,
  plural: 'resources',
} as const;

const writtenSchema = z.strictObject({
  ...publishedResourceSchema.shape,
  kind: z.preprocess(
    (kind) => (typeof kind === 'string' ? kind.trim().toLowerCase() || 'application' : (kind ?? 'application')),
    publishedResourceSchema.shape.kind,
  ),
});

interface ReadResources {
  resources: PublishedResource[];
  faults: ImportFault[];
}

/**
 * Reads what a site publishes; with any fault nothing is to be taken. Ids are there once, upper and lower case alike.
 * Of JSON, the line is the number of the item, from 1.
 */
export function readResources(content: string, format: 'csv' | 'json'): ReadResources {
  const { rows, faults } = format === 'csv' ? readTable<Column>(content, form) : readItems(content);
  const read = rows.flatMap(({ line, fields }) => readResource(line, fields, faults));
  refuseTwins(
    read.map(({ line, resource }) => ({ line, name: resource.resourceId })),
    'resourceId',
    faults,
  );
  return { resources: read.map(({ resource }) => resource), faults: firstFaults(faults) };
}

type Fields = TableRow<Column>['fields'] | Readonly<Record<string, unknown>>;

function readItems(content: string): { rows: { line: number; fields: Fields }[]; faults: ImportFault[] } {
  const items = z.array(z.unknown()).safeParse(parseJson(content));
  if (!items.success) return { rows: [], faults: [{ line: 1, detail: 'the file is not a JSON array of objects' }] };
  if (items.data.length > maxResourcesPerSite) {
    const detail = `at most ${maxResourcesPerSite} resources can be imported of a site`;
    return { rows: [], faults: [{ line: maxResourcesPerSite + 1, detail }] };
  }
  const faults: ImportFault[] = [];
  const rows = items.data.flatMap((item, index) => {
    const fields = z.record(z.string(), z.unknown()).safeParse(item);
    if (fields.success) return [{ line: index + 1, fields: fields.data }];
    faults.push({ line: index + 1, detail: 'is not an object' });
    return [];
  });
  return { rows, faults };
}

/** @returns undefined, which is no array, for what is not JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

function readResource(line: number, fields: Fields, faults: ImportFault[]) {
  const given = fields instanceof Map ? Object.fromEntries(fields) : fields;
  if (Object.keys(given).length === 0 && fields instanceof Map) return [];
  const parsed = writtenSchema.safeParse(given);
  if (parsed.success) return [{ line, resource: parsed.data }];
  for (const issue of parsed.error.issues) {
    const column = columns.find((one) => one === issue.path[0]);
    const isEmpty = column !== undefined && (given[column] === '' || given[column] === undefined);
    faults.push({
      line,
      ...(column === undefined ? {} : { column }),
      detail: isEmpty ? 'must not be empty' : messageOf({ issues: [issue] }),
    });
  }
  return [];
}
