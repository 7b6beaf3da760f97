import type { AttributeValue, Item } from '../attribute-value.ts';
import { parseItem } from '../attribute-value.ts';
import { serializationError, validationError } from '../errors.ts';
import { type ExpressionKind, invalidExpression } from './lexer.ts';

/** ExpressionAttributeNames and -Values of one request. Remembers what was used, since AWS refuses leftovers. */
export class Placeholders {
  private readonly names: ReadonlyMap<string, string> | undefined;
  private readonly values: Item | undefined;
  private readonly usedNames = new Set<string>();
  private readonly usedValues = new Set<string>();

  constructor(names: unknown, values: unknown) {
    this.names = names === undefined || names === null ? undefined : parseNames(names);
    this.values = values === undefined || values === null ? undefined : parseValues(values);
  }

  name(placeholder: string, kind: ExpressionKind): string {
    const name = this.names?.get(placeholder);
    if (name === undefined) {
      throw invalidExpression(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.usedNames.add(placeholder);
    return name;
  }

  value(placeholder: string, kind: ExpressionKind): AttributeValue {
    const value = this.values?.[placeholder];
    if (value === undefined) {
      throw invalidExpression(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.usedValues.add(placeholder);
    return value;
  }

  /** To be called after every expression of the request was parsed. */
  refuseUnused(hasExpressions: boolean): void {
    if (!hasExpressions && this.names !== undefined) {
      throw validationError('ExpressionAttributeNames can only be specified when using expressions');
    }
    if (!hasExpressions && this.values !== undefined) {
      throw validationError('ExpressionAttributeValues can only be specified when using expressions');
    }
    refuseLeftovers('ExpressionAttributeNames', [...(this.names?.keys() ?? [])], this.usedNames);
    refuseLeftovers('ExpressionAttributeValues', Object.keys(this.values ?? {}), this.usedValues);
  }
}

function refuseLeftovers(parameter: string, given: string[], used: ReadonlySet<string>): void {
  const unused = given.filter((placeholder) => !used.has(placeholder));
  if (unused.length > 0) {
    throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

function parseNames(input: unknown): Map<string, string> {
  if (typeof input !== 'object' || input === null) throw serializationError('Unexpected value type in payload');
  const names = new Map<string, string>();
  for (const [placeholder, name] of Object.entries(input)) {
    if (typeof name !== 'string') throw serializationError('Unexpected value type in payload');
    checkPlaceholder('ExpressionAttributeNames', '#', placeholder);
    if (name === '') throw validationError('ExpressionAttributeNames contains invalid value: Empty attribute name');
    names.set(placeholder, name);
  }
  if (names.size === 0) throw validationError('ExpressionAttributeNames must not be empty');
  return names;
}

function parseValues(input: unknown): Item {
  const values = parseItem(input);
  const placeholders = Object.keys(values);
  for (const placeholder of placeholders) checkPlaceholder('ExpressionAttributeValues', ':', placeholder);
  if (placeholders.length === 0) throw validationError('ExpressionAttributeValues must not be empty');
  return values;
}

function checkPlaceholder(parameter: string, sigil: string, placeholder: string): void {
  if (!placeholder.startsWith(sigil) || !/^.[A-Za-z0-9_]+$/.test(placeholder)) {
    throw validationError(`${parameter} contains invalid key: Syntax error; key: "${placeholder}"`);
  }
}
