import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { MAX_JSON_DEPTH, MAX_TEXT_BYTES } from './limits.ts';
import type { CanvasRectangle, JsonObject, JsonValue } from './record.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function malformed(reason: string, cause?: unknown): RecordingFormatError {
  return new RecordingFormatError('record-malformed', reason, { cause });
}

/** Refuses to write what the reader would not read back. */
export function requireWithin(name: string, value: number, low: number, high: number): number {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} is ${value}, outside ${low} to ${high}`);
  }
  return value;
}

export function writeUnsigned(writer: ByteWriter, name: string, value: number, high = 0xffff_ffff): void {
  writer.varint(requireWithin(name, value, 0, high));
}

export function readUnsigned(reader: ByteReader, name: string, high: number): number {
  const value = reader.varint();
  if (value > high) throw malformed(`${name} is ${value}, above ${high}`);
  return value;
}

export function writeSigned(writer: ByteWriter, name: string, value: number): void {
  writer.signedVarint(requireWithin(name, value, -0x7fff_ffff, 0x7fff_ffff));
}

/** varint length, then UTF-8. */
export function writeText(writer: ByteWriter, name: string, text: string): void {
  const bytes = encoder.encode(text);
  if (bytes.length > MAX_TEXT_BYTES) throw new RangeError(`${name} has more than ${MAX_TEXT_BYTES} bytes`);
  writer.varint(bytes.length).bytes(bytes);
}

export function readText(reader: ByteReader, name: string): string {
  const bytes = reader.bytes(readUnsigned(reader, name, MAX_TEXT_BYTES));
  return decodeUtf8(bytes, name);
}

export function writeRectangle(writer: ByteWriter, rectangle: CanvasRectangle): void {
  writeSigned(writer, 'x', rectangle.x);
  writeSigned(writer, 'y', rectangle.y);
  writeUnsigned(writer, 'width', rectangle.width);
  writeUnsigned(writer, 'height', rectangle.height);
}

export function readRectangle(reader: ByteReader): CanvasRectangle {
  return { x: reader.signedVarint(), y: reader.signedVarint(), width: reader.varint(), height: reader.varint() };
}

export function encodeJson(value: JsonObject): Uint8Array {
  if (isDeeperThan(value, MAX_JSON_DEPTH)) throw new RangeError(`fields nest deeper than ${MAX_JSON_DEPTH}`);
  return encoder.encode(JSON.stringify(value));
}

export function decodeJsonObject(bytes: Uint8Array, name: string): JsonObject {
  const value = parseJson(decodeUtf8(bytes, name), name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${name} is no object`);
  if (isDeeperThan(value, MAX_JSON_DEPTH)) throw malformed(`${name} nests deeper than ${MAX_JSON_DEPTH}`);
  return value as JsonObject;
}

function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw malformed(`${name} is not UTF-8`, cause);
  }
}

function parseJson(text: string, name: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw malformed(`${name} is not JSON`, cause);
  }
}

function isDeeperThan(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item: JsonValue) => isDeeperThan(item, depth - 1));
}
