import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { malformed, readText, requireWithin, writeText } from './field-codec.ts';
import {
  readCursor,
  readCursorShape,
  readEvent,
  readGap,
  readLayout,
  readMark,
  readMedia,
  readRateReduced,
  readScreen,
  writeCursor,
  writeCursorShape,
  writeEvent,
  writeGap,
  writeLayout,
  writeMark,
  writeMedia,
  writeRateReduced,
  writeScreen,
} from './payload-codec.ts';
import type { RecordingRecord } from './record.ts';

/** Numbers on the wire. A number is never used for anything else, even after its type is gone. */
const TYPE_IDS = {
  screen: 1,
  'cursor-shape': 2,
  cursor: 3,
  layout: 4,
  event: 5,
  mark: 6,
  'block-begin': 7,
  'block-end': 8,
  gap: 9,
  'rate-reduced': 10,
  audio: 11,
  video: 12,
  end: 13,
} as const satisfies Record<RecordingRecord['type'], number>;

const TYPE_NAMES = new Map<number, RecordingRecord['type']>(
  (Object.keys(TYPE_IDS) as RecordingRecord['type'][]).map((name) => [TYPE_IDS[name], name]),
);

/**
 * Encodes one record: `type u8 | ms since the record before (varint) | payload length (varint) | payload`.
 * Throws `RangeError` for a record that lies before its predecessor or outside the format's limits.
 */
export function encodeRecord(record: RecordingRecord, previousTimeMs: number): Uint8Array<ArrayBuffer> {
  const deltaMs = requireWithin('time since the last record', record.timeMs - previousTimeMs, 0, 0xffff_ffff);
  const payload = new ByteWriter();
  writePayload(payload, record);
  const frame = new ByteWriter(payload.length + 16);
  frame.u8(TYPE_IDS[record.type]).varint(deltaMs).varint(payload.length).bytes(payload.finish());
  return frame.finish();
}

/** Encodes the records of one segment, whose first time counts from `startMs` (its t0). */
export function encodeRecords(records: readonly RecordingRecord[], startMs: number): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter();
  let previousTimeMs = startMs;
  for (const record of records) {
    body.bytes(encodeRecord(record, previousTimeMs));
    previousTimeMs = record.timeMs;
  }
  return body.finish();
}

/**
 * Decodes a segment's body, whose records lie between `startMs` and `endMs` (its t0 and t1). Records of a type that this
 * version does not know are skipped. Byte fields are views of `body`. Throws `RecordingFormatError` (`record-malformed`) on anything else that is not as written by `encodeRecords`.
 */
export function decodeRecords(body: Uint8Array, startMs: number, endMs: number): RecordingRecord[] {
  try {
    return readFrames(new ByteReader(body), startMs, endMs);
  } catch (error) {
    if (error instanceof MalformedBytesError) throw malformed(error.message, error);
    throw error;
  }
}

function readFrames(reader: ByteReader, startMs: number, endMs: number): RecordingRecord[] {
  const records: RecordingRecord[] = [];
  let timeMs = startMs;
  while (reader.remaining > 0) {
    const type = TYPE_NAMES.get(reader.u8());
    timeMs += reader.varint();
    if (timeMs > endMs) throw malformed('a record lies behind the end of its segment');
    const payload = new ByteReader(reader.bytes(reader.varint()));
    if (type === undefined) continue;
    records.push(readPayload(type, payload, timeMs));
    payload.expectEnd();
  }
  return records;
}

function writePayload(writer: ByteWriter, record: RecordingRecord): void {
  switch (record.type) {
    case 'screen':
      writeScreen(writer, record);
      break;
    case 'cursor-shape':
      writeCursorShape(writer, record);
      break;
    case 'cursor':
      writeCursor(writer, record);
      break;
    case 'layout':
      writeLayout(writer, record);
      break;
    case 'event':
      writeEvent(writer, record);
      break;
    case 'mark':
      writeMark(writer, record);
      break;
    case 'gap':
      writeGap(writer, record);
      break;
    case 'rate-reduced':
      writeRateReduced(writer, record);
      break;
    case 'audio':
    case 'video':
      writeMedia(writer, record);
      break;
    case 'block-begin':
    case 'block-end':
    case 'end':
      writeText(writer, 'reason', record.reason);
      break;
  }
}

function readPayload(type: RecordingRecord['type'], reader: ByteReader, timeMs: number): RecordingRecord {
  switch (type) {
    case 'screen':
      return readScreen(reader, timeMs);
    case 'cursor-shape':
      return readCursorShape(reader, timeMs);
    case 'cursor':
      return readCursor(reader, timeMs);
    case 'layout':
      return readLayout(reader, timeMs);
    case 'event':
      return readEvent(reader, timeMs);
    case 'mark':
      return readMark(reader, timeMs);
    case 'gap':
      return readGap(reader, timeMs);
    case 'rate-reduced':
      return readRateReduced(reader, timeMs);
    case 'audio':
    case 'video':
      return readMedia(reader, timeMs, type);
    case 'block-begin':
    case 'block-end':
    case 'end':
      return { type, timeMs, reason: readText(reader, 'reason') };
  }
}
