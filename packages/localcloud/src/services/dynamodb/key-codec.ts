import { type AttributeValue, attributeOf, type Item, typeOf } from './attribute-value.ts';
import { orderedBytesOfDecimal, parseDecimal } from './decimal-number.ts';
import { validationError } from './errors.ts';
import type { IndexDefinition, KeyAttribute, KeySchema } from './table-definition.ts';

/** A primary key as bytes whose unsigned order is DynamoDB's order; `sort` is empty for tables without a sort key. */
export interface EncodedKey {
  partition: Uint8Array;
  sort: Uint8Array;
}

const longestPartitionKeyBytes = 2048;
const longestSortKeyBytes = 1024;
const noSortKey = new Uint8Array();

export function encodeKeyValue(value: AttributeValue): Uint8Array {
  if ('S' in value) return Buffer.from(value.S);
  if ('B' in value) return Buffer.from(value.B, 'base64');
  if ('N' in value) return orderedBytesOfDecimal(parseDecimal(value.N));
  throw validationError('The provided key element does not match the schema');
}

/** The key of a whole item that is to be written. Names the attribute that is missing or of the wrong type. */
export function keyOfItem(keys: KeySchema, item: Item): EncodedKey {
  return encodeWith(keys, (attribute) => {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) {
      throw validationError(`One or more parameter values were invalid: Missing the key ${attribute.name} in the item`);
    }
    if (typeOf(value) !== attribute.type) {
      throw validationError(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    return value;
  });
}

/** The key out of a `Key` parameter, which must hold the key attributes and nothing else. */
export function keyOfParameter(keys: KeySchema, key: Item): EncodedKey {
  const expected = keys.sort === undefined ? 1 : 2;
  if (Object.keys(key).length !== expected) throw schemaMismatch();
  return encodeWith(keys, (attribute) => {
    const value = attributeOf(key, attribute.name);
    if (value === undefined || typeOf(value) !== attribute.type) throw schemaMismatch();
    return value;
  });
}

function schemaMismatch() {
  return validationError('The provided key element does not match the schema');
}

function encodeWith(keys: KeySchema, valueFor: (attribute: KeyAttribute) => AttributeValue): EncodedKey {
  const partition = encodePart(keys.partition, valueFor(keys.partition), 'hashkey', longestPartitionKeyBytes);
  if (keys.sort === undefined) return { partition, sort: noSortKey };
  return { partition, sort: encodePart(keys.sort, valueFor(keys.sort), 'rangekey', longestSortKeyBytes) };
}

function encodePart(attribute: KeyAttribute, value: AttributeValue, role: string, longestBytes: number): Uint8Array {
  const bytes = encodeKeyValue(value);
  if (bytes.length === 0) {
    const kind = attribute.type === 'S' ? 'string' : 'binary';
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute.name}`,
    );
  }
  if (bytes.length > longestBytes) {
    throw validationError(
      `One or more parameter values were invalid: Size of ${role} has exceeded the maximum size limit of${longestBytes} bytes`,
    );
  }
  return bytes;
}

/** The item's place in a sparse index; undefined when it lacks one of the index's keys. */
export function indexKeyOfItem(index: IndexDefinition, item: Item): EncodedKey | undefined {
  const attributes = index.keys.sort === undefined ? [index.keys.partition] : [index.keys.partition, index.keys.sort];
  for (const attribute of attributes) checkIndexKey(index, attribute, attributeOf(item, attribute.name));
  if (attributes.some(({ name }) => attributeOf(item, name) === undefined)) return undefined;
  return keyOfItem(index.keys, item);
}

function checkIndexKey(index: IndexDefinition, attribute: KeyAttribute, value: AttributeValue | undefined): void {
  if (value === undefined) return;
  if (typeOf(value) !== attribute.type) {
    throw validationError(
      `One or more parameter values were invalid: Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
    );
  }
  if (encodeKeyValue(value).length === 0) {
    const kind = attribute.type === 'S' ? 'string' : 'binary';
    throw validationError(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${index.name}, IndexKey: ${attribute.name}`,
    );
  }
}
