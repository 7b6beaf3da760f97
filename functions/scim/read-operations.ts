import type { ScimPatchBody } from '@afterimage/contracts';
import * as z from 'zod';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import { type AttributePath, readPath } from './read-path.ts';

export interface Operation {
  kind: 'add' | 'replace' | 'remove';
  path: AttributePath;
  value: unknown;
}

const kindSchema = z.enum(['add', 'replace', 'remove']);
const partsSchema = z.record(z.string(), z.unknown());
/** What clients send along to say whom they mean. */
const notChanged = ['id', 'schemas', 'meta'];

/**
 * Operations on one attribute each. Without a path the value names several (RFC 7644, 3.5.2.1); some clients write whole
 * paths there.
 */
export function readOperations({ Operations }: ScimPatchBody): Operation[] {
  return Operations.flatMap(({ op, path, value }) => {
    const kind = kindSchema.safeParse(op.toLowerCase());
    if (!kind.success) throw new ScimRefusal('invalidSyntax', `There is no operation "${op}": add, replace or remove.`);
    if (typeof path === 'string' && path !== '') return [{ kind: kind.data, path: readPath(path), value }];
    const parts = partsSchema.safeParse(value);
    if (kind.data === 'remove') throw new ScimRefusal('noTarget', 'What is to be removed? A path is missing.');
    if (!parts.success) throw new ScimRefusal('invalidValue', 'Without a path the value must name attributes.');
    return Object.entries(parts.data)
      .filter(([name]) => !notChanged.includes(name))
      .flatMap(([name, one]) => partsOf(kind.data, name, one));
  });
}

/** An extension’s attributes come in one object under its URN. */
function partsOf(kind: Operation['kind'], name: string, value: unknown): Operation[] {
  if (/^urn:/i.test(name) && typeof value === 'object') return [];
  return [{ kind, path: readPath(name), value }];
}
