import type { ResourceDefinition } from './template.ts';

/** One place where a resource's definition names another resource. */
export interface Reference {
  logicalId: string;
  /** Property names on the way to it; `DependsOn` for an explicit dependency. */
  path: readonly string[];
}

/** All names that a resource's definition refers to: resources, and also parameters and pseudo parameters. */
export function referencesOf(definition: ResourceDefinition): Reference[] {
  const explicit = [definition.DependsOn ?? []].flat().map((logicalId) => ({ logicalId, path: ['DependsOn'] }));
  return [...explicit, ...referencesIn(definition.Properties, [])];
}

/** The names between `${` and `}` that `Fn::Sub` looks up, without their attribute; `${!Literal}` is none. */
export const substitution = /\$\{(!?)([^}]+)\}/g;

function referencesIn(value: unknown, path: readonly string[]): Reference[] {
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const named = namedBy(key, inner).map((logicalId) => ({ logicalId, path }));
    return [...named, ...referencesIn(inner, [...path, key])];
  });
}

function namedBy(key: string, argument: unknown): string[] {
  if (key === 'Ref' && typeof argument === 'string') return [argument];
  if (key === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0])];
  if (key !== 'Fn::Sub') return [];
  const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
  return [...String(text).matchAll(substitution)]
    .filter(([, literal, name]) => literal === '' && !Object.hasOwn(Object(variables), name ?? ''))
    .map(([, , name]) => String(name).split('.')[0] ?? '');
}
