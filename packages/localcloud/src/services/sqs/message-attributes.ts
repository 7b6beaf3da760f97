import { createHash } from 'node:crypto';
import { invalidParameter, sqsError } from './errors.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** base64 */
  BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const mostAttributes = 10;
const namePattern = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;

export function parseMessageAttributes(input: unknown): MessageAttributes {
  if (input === undefined || input === null) return {};
  const entries = Object.entries(Object(input) as Record<string, unknown>);
  if (entries.length > mostAttributes) {
    throw sqsError(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, parseAttribute(name, value)]));
}

function parseAttribute(name: string, input: unknown): MessageAttribute {
  if (!namePattern.test(name)) throw invalidParameter('MessageAttributeName', name, 'Invalid attribute name.');
  const { DataType, StringValue, BinaryValue } = Object(input) as Record<string, unknown>;
  if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\.[\w.-]+)?$/.test(DataType)) {
    throw sqsError(
      'InvalidParameterValue',
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (typeof value !== 'string' || value === '') {
    const kind = DataType.startsWith('Binary') ? 'binary' : 'string';
    throw sqsError(
      'InvalidParameterValue',
      `The message (user) attribute '${name}' must contain a non-empty message attribute value of type ${kind}.`,
    );
  }
  if (DataType.startsWith('Number') && !Number.isFinite(Number(value))) {
    throw sqsError('InvalidParameterValue', `Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return DataType.startsWith('Binary') ? { DataType, BinaryValue: value } : { DataType, StringValue: value };
}

/**
 * SQS's digest of attributes, in the order of their names:
 *
 *     length(4, big endian) name | length(4) type | 1 = text, 2 = binary | length(4) value
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    const bytes = valueBytes(attribute);
    for (const part of [Buffer.from(name), Buffer.from(attribute.DataType)]) hash.update(lengthOf(part)).update(part);
    hash
      .update(Uint8Array.of(attribute.BinaryValue === undefined ? 1 : 2))
      .update(lengthOf(bytes))
      .update(bytes);
  }
  return hash.digest('hex');
}

export function attributesSizeBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length,
    0,
  );
}

/** The attributes that a receiver asked for: `All`, `.*`, a name, or a prefix as `name.*`. */
export function selectAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) =>
      wanted.some(
        (pattern) =>
          pattern === 'All' ||
          pattern === '.*' ||
          pattern === name ||
          (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))),
      ),
    ),
  );
}

function valueBytes({ StringValue, BinaryValue }: MessageAttribute): Buffer {
  return BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
