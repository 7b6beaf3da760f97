import { notImplemented } from '../../kernel/types.ts';
import { type Item, parseItem } from './attribute-value.ts';
import type { CapacityDetail } from './capacity-meter.ts';
import { serializationError, validationError } from './errors.ts';

/** Parameters of DynamoDB's interface before expressions, which AWS keeps for old clients only. */
const legacyParameters = new Set([
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
]);

/** The members of a JSON request, type-checked as they are read. */
export class RequestFields {
  private readonly members: Readonly<Record<string, unknown>>;

  constructor(input: unknown) {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw serializationError('Start of structure or map found where not expected.');
    }
    this.members = input as Record<string, unknown>;
    for (const name of Object.keys(this.members)) {
      if (legacyParameters.has(name)) throw notImplemented(`the legacy DynamoDB parameter ${name}`);
    }
  }

  raw(name: string): unknown {
    return Object.hasOwn(this.members, name) ? (this.members[name] ?? undefined) : undefined;
  }

  optionalString(name: string): string | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'string') throw serializationError(`${name} must be a string`);
    return value;
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined || value === '') throw missing(name);
    return value;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.raw(name) ?? otherwise;
    if (typeof value !== 'boolean') throw serializationError(`${name} must be a boolean`);
    return value;
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw serializationError(`${name} must be an integer`);
    if (value < least || value > most) {
      throw validationError(
        `1 validation error detected: Value '${value}' at '${memberName(name)}' failed to satisfy constraint: Member must have value ${value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`}`,
      );
    }
    return value;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.optionalString(name);
    if (value === undefined) return undefined;
    const known = choices.find((choice) => choice === value);
    if (known === undefined) {
      throw validationError(
        `1 validation error detected: Value '${value}' at '${memberName(name)}' failed to satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`,
      );
    }
    return known;
  }

  optionalItem(name: string): Item | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : parseItem(value);
  }

  item(name: string): Item {
    const value = this.optionalItem(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  /** A list of structures with `least` to `most` elements. */
  structures(name: string, least: number, most: number): RequestFields[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) throw missing(name);
    if (value.length < least || value.length > most) {
      throw validationError(
        `1 validation error detected: Value at '${memberName(name)}' failed to satisfy constraint: Member must have length ${value.length < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`}`,
      );
    }
    return value.map((element) => new RequestFields(element));
  }

  /** A map's members by name. */
  entries(name: string): [string, unknown][] {
    const value = this.raw(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw missing(name);
    return Object.entries(value);
  }

  capacityDetail(): CapacityDetail {
    return this.choice('ReturnConsumedCapacity', ['INDEXES', 'TOTAL', 'NONE'] as const) ?? 'NONE';
  }
}

function missing(name: string) {
  return validationError(
    `1 validation error detected: Value null at '${memberName(name)}' failed to satisfy constraint: Member must not be null`,
  );
}

function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
