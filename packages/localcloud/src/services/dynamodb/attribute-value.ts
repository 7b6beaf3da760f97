import { compareDecimals, formatDecimal, parseDecimal } from './decimal-number.ts';
import { serializationError, validationError } from './errors.ts';

/** An attribute value in wire form; binaries are base64, numbers are normalised plain decimals, sets are sorted. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { M: Item }
  | { L: AttributeValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] };

export type Item = { [name: string]: AttributeValue };
export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

export const attributeTypes: readonly AttributeType[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];
const deepestNesting = 32;

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error('an attribute value has exactly one type');
}

/** Checks and normalises a map of attributes out of a request. */
export function parseItem(input: unknown, depth = 0): Item {
  const item: Item = Object.create(null);
  for (const [name, value] of Object.entries(objectOf(input))) {
    if (Buffer.byteLength(name) > 65_535) throw validationError('Attribute name is too large');
    item[name] = parseAttributeValue(value, depth);
  }
  return item;
}

export function parseAttributeValue(input: unknown, depth = 0): AttributeValue {
  if (depth > deepestNesting) throw validationError('Nesting Levels have exceeded supported limits');
  const entries = Object.entries(objectOf(input)).filter(([, value]) => value !== undefined && value !== null);
  const [entry] = entries;
  if (entry === undefined) {
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (entries.length > 1) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return parseTyped(entry[0], entry[1], depth);
}

function parseTyped(type: string, value: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: stringOf(value) };
    case 'N':
      return { N: formatDecimal(parseDecimal(stringOf(value))) };
    case 'B':
      return { B: base64Of(value) };
    case 'BOOL':
      if (typeof value !== 'boolean') throw serializationError('BOOL must be a boolean');
      return { BOOL: value };
    case 'NULL':
      if (value !== true) throw invalidParameter('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'M':
      return { M: parseItem(value, depth + 1) };
    case 'L':
      return { L: listOf(value).map((element) => parseAttributeValue(element, depth + 1)) };
    case 'SS':
      return { SS: parseSet(value, 'string', stringOf) };
    case 'NS':
      return { NS: parseSet(value, 'number', (element) => formatDecimal(parseDecimal(stringOf(element)))) };
    case 'BS':
      return { BS: parseSet(value, 'binary', base64Of) };
    default:
      throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
}

function parseSet(value: unknown, kind: string, parse: (element: unknown) => string): string[] {
  const elements = listOf(value).map(parse);
  if (elements.length === 0) throw invalidParameter(`An ${kind} set  may not be empty`);
  if (new Set(elements).size < elements.length) {
    throw invalidParameter(`Input collection [${elements.join(', ')}] contains duplicates.`);
  }
  return elements.sort();
}

function invalidParameter(detail: string) {
  return validationError(`One or more parameter values were invalid: ${detail}`);
}

function objectOf(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw serializationError('Unexpected value type in payload');
  }
  return input as Record<string, unknown>;
}

function listOf(input: unknown): unknown[] {
  if (!Array.isArray(input)) throw serializationError('Unexpected value type in payload');
  return input;
}

function stringOf(input: unknown): string {
  if (typeof input !== 'string') throw serializationError('Unexpected value type in payload');
  return input;
}

function base64Of(input: unknown): string {
  const text = stringOf(input);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw serializationError('Start of structure or map found where not expected.');
  }
  return Buffer.from(text, 'base64').toString('base64');
}

/** The attribute of that very name, also when it is called like a method of JavaScript's objects. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Deep equality: sets are equal whatever their order (they are kept sorted), numbers by value (they are kept normalised). */
export function areEqual(left: AttributeValue, right: AttributeValue): boolean {
  if ('M' in left) return 'M' in right && itemsAreEqual(left.M, right.M);
  if ('L' in left) return 'L' in right && listsAreEqual(left.L, right.L, areEqual);
  const type = typeOf(left);
  const leftValue: unknown = Object.values(left)[0];
  const rightValue: unknown = attributeOfType(right, type);
  if (Array.isArray(leftValue) && Array.isArray(rightValue)) {
    return listsAreEqual(leftValue, rightValue, (one, other) => one === other);
  }
  return leftValue === rightValue;
}

function attributeOfType(value: AttributeValue, type: AttributeType): unknown {
  return (value as Partial<Record<AttributeType, unknown>>)[type];
}

function listsAreEqual<T>(left: T[], right: T[], equal: (one: T, other: T) => boolean): boolean {
  return left.length === right.length && left.every((one, index) => equal(one, right[index] as T));
}

export function itemsAreEqual(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const one = attributeOf(left, name);
    const other = attributeOf(right, name);
    return one !== undefined && other !== undefined && areEqual(one, other);
  });
}

export function cloneItem(item: Item): Item {
  const copy: Item = Object.create(null);
  for (const [name, value] of Object.entries(item)) copy[name] = cloneValue(value);
  return copy;
}

export function cloneValue(value: AttributeValue): AttributeValue {
  if ('M' in value) return { M: cloneItem(value.M) };
  return 'L' in value ? { L: value.L.map(cloneValue) } : structuredClone(value);
}

/** Order of two scalars of one type (S by UTF-8 bytes, N by value, B by bytes); undefined where no order exists. */
export function compareScalars(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('N' in left && 'N' in right) return compareDecimals(parseDecimal(left.N), parseDecimal(right.N));
  if ('B' in left && 'B' in right) {
    return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  }
  return undefined;
}

/** Bytes that DynamoDB counts for an item: UTF-8 names plus values. */
export function itemSizeBytes(item: Item): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) size += Buffer.byteLength(name) + valueSizeBytes(value);
  }
  return size;
}

function valueSizeBytes(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSizeBytes(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSizeBytes(value.M);
  if ('L' in value) return value.L.reduce((sum, element) => sum + 1 + valueSizeBytes(element), 3);
  if ('SS' in value) return value.SS.reduce((sum, element) => sum + Buffer.byteLength(element), 0);
  if ('NS' in value) return value.NS.reduce((sum, element) => sum + numberSizeBytes(element), 0);
  if ('BS' in value) return value.BS.reduce((sum, element) => sum + Buffer.byteLength(element, 'base64'), 0);
  return 1;
}

/** One byte for two digits, one for the exponent, one for a minus sign. */
function numberSizeBytes(text: string): number {
  const { digits, negative } = parseDecimal(text);
  return Math.ceil(digits.length / 2) + (negative ? 2 : 1);
}
