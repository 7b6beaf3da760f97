import type { RecordingPolicy } from '@afterimage/contracts';

/** What an administrator changes of a policy. */
export type PolicyContent = Pick<RecordingPolicy, 'name' | 'description' | 'isReadOnly' | 'options' | 'rules'>;

export function contentOf({ name, description, isReadOnly, options, rules }: PolicyContent): PolicyContent {
  return { name, description, isReadOnly, options, rules };
}

/** By value; what is undefined is as if it were not there. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  return [...new Set([...left.keys(), ...right.keys()])].every((key) => isSame(left.get(key), right.get(key)));
}
