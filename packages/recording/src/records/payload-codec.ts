import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import {
  decodeJsonObject,
  encodeJson,
  malformed,
  readRectangle,
  readText,
  readUnsigned,
  requireWithin,
  writeRectangle,
  writeSigned,
  writeText,
  writeUnsigned,
} from './field-codec.ts';
import {
  MAX_CANVAS_SIDE,
  MAX_CURSOR_SIDE,
  MAX_EVENT_BYTES,
  MAX_MONITORS,
  MAX_RECORD_PAYLOAD_BYTES,
  MAX_SCREEN_PACKET_BYTES,
} from './limits.ts';
import type {
  Asserter,
  CursorRecord,
  CursorShapeRecord,
  EventRecord,
  GapRecord,
  LayoutRecord,
  MarkRecord,
  MediaRecord,
  Monitor,
  RateReducedRecord,
  ScreenRecord,
} from './record.ts';

const SCREEN_KEY_IMAGE = 1;
const SCREEN_LAST_PART = 2;
const ASSERTERS: readonly Asserter[] = ['agent', 'directory', 'administrator'];

/** `flags u8 | part index | width | height | bytes to the end` */
export function writeScreen(writer: ByteWriter, record: ScreenRecord): void {
  if (record.bytes.length > MAX_SCREEN_PACKET_BYTES) throw new RangeError('a screen packet is too large');
  writer.u8((record.isKeyImage ? SCREEN_KEY_IMAGE : 0) | (record.isLast ? SCREEN_LAST_PART : 0));
  writeUnsigned(writer, 'part index', record.partIndex);
  writer.varint(requireWithin('width', record.width, 1, MAX_CANVAS_SIDE));
  writer.varint(requireWithin('height', record.height, 1, MAX_CANVAS_SIDE));
  writer.bytes(record.bytes);
}

export function readScreen(reader: ByteReader, timeMs: number): ScreenRecord {
  const flags = readFlags(reader, SCREEN_KEY_IMAGE | SCREEN_LAST_PART);
  const partIndex = reader.varint();
  const width = readUnsigned(reader, 'width', MAX_CANVAS_SIDE);
  const height = readUnsigned(reader, 'height', MAX_CANVAS_SIDE);
  if (width === 0 || height === 0) throw malformed('a screen has no pixels');
  const isKeyImage = (flags & SCREEN_KEY_IMAGE) !== 0;
  const isLast = (flags & SCREEN_LAST_PART) !== 0;
  return {
    type: 'screen',
    timeMs,
    isKeyImage,
    partIndex,
    isLast,
    width,
    height,
    bytes: reader.bytes(reader.remaining),
  };
}

/** `id | width | height | hotspot x | hotspot y | RGBA` */
export function writeCursorShape(writer: ByteWriter, record: CursorShapeRecord): void {
  const { shapeId, width, height, hotspotX, hotspotY, rgba } = record;
  writeUnsigned(writer, 'shape id', shapeId);
  writeUnsigned(writer, 'width', width, MAX_CURSOR_SIDE);
  writeUnsigned(writer, 'height', height, MAX_CURSOR_SIDE);
  writeUnsigned(writer, 'hotspot x', hotspotX, MAX_CURSOR_SIDE);
  writeUnsigned(writer, 'hotspot y', hotspotY, MAX_CURSOR_SIDE);
  if (rgba.length !== width * height * 4) throw new RangeError('a cursor shape has width * height * 4 bytes');
  writer.bytes(rgba);
}

export function readCursorShape(reader: ByteReader, timeMs: number): CursorShapeRecord {
  const shapeId = reader.varint();
  const width = readUnsigned(reader, 'width', MAX_CURSOR_SIDE);
  const height = readUnsigned(reader, 'height', MAX_CURSOR_SIDE);
  const hotspotX = readUnsigned(reader, 'hotspot x', MAX_CURSOR_SIDE);
  const hotspotY = readUnsigned(reader, 'hotspot y', MAX_CURSOR_SIDE);
  const rgba = reader.bytes(width * height * 4);
  return { type: 'cursor-shape', timeMs, shapeId, width, height, hotspotX, hotspotY, rgba };
}

/** `flags u8 (1 visible) | x | y (signed) | shape id` */
export function writeCursor(writer: ByteWriter, record: CursorRecord): void {
  writer.u8(record.isVisible ? 1 : 0);
  writeSigned(writer, 'x', record.x);
  writeSigned(writer, 'y', record.y);
  writeUnsigned(writer, 'shape id', record.shapeId);
}

export function readCursor(reader: ByteReader, timeMs: number): CursorRecord {
  const isVisible = readFlags(reader, 1) === 1;
  return {
    type: 'cursor',
    timeMs,
    isVisible,
    x: reader.signedVarint(),
    y: reader.signedVarint(),
    shapeId: reader.varint(),
  };
}

/** `width | height | count | per monitor: flags u8 (1 primary), rectangle, name` */
export function writeLayout(writer: ByteWriter, record: LayoutRecord): void {
  writeUnsigned(writer, 'width', record.width, MAX_CANVAS_SIDE);
  writeUnsigned(writer, 'height', record.height, MAX_CANVAS_SIDE);
  writeUnsigned(writer, 'monitors', record.monitors.length, MAX_MONITORS);
  for (const monitor of record.monitors) {
    writer.u8(monitor.isPrimary ? 1 : 0);
    writeRectangle(writer, monitor);
    writeText(writer, 'monitor name', monitor.name);
  }
}

export function readLayout(reader: ByteReader, timeMs: number): LayoutRecord {
  const width = readUnsigned(reader, 'width', MAX_CANVAS_SIDE);
  const height = readUnsigned(reader, 'height', MAX_CANVAS_SIDE);
  const monitors: Monitor[] = [];
  for (let left = readUnsigned(reader, 'monitors', MAX_MONITORS); left > 0; left--) {
    const isPrimary = readFlags(reader, 1) === 1;
    monitors.push({ isPrimary, ...readRectangle(reader), name: readText(reader, 'monitor name') });
  }
  return { type: 'layout', timeMs, width, height, monitors };
}

/** `asserter u8 | kind | JSON to the end` */
export function writeEvent(writer: ByteWriter, record: EventRecord): void {
  const json = encodeJson(record.fields);
  if (json.length > MAX_EVENT_BYTES) throw new RangeError(`an event has more than ${MAX_EVENT_BYTES} bytes`);
  writer.u8(ASSERTERS.indexOf(record.assertedBy));
  writeText(writer, 'kind', record.kind);
  writer.bytes(json);
}

export function readEvent(reader: ByteReader, timeMs: number): EventRecord {
  const assertedBy = ASSERTERS[reader.u8()];
  if (assertedBy === undefined) throw malformed('unknown asserter');
  const kind = readText(reader, 'kind');
  if (reader.remaining > MAX_EVENT_BYTES) throw malformed(`an event has more than ${MAX_EVENT_BYTES} bytes`);
  return {
    type: 'event',
    timeMs,
    kind,
    assertedBy,
    fields: decodeJsonObject(reader.bytes(reader.remaining), 'fields'),
  };
}

const MARK_ACTIVE = 1;
const MARK_SINCE = 2;

/** `flags u8 (1 active, 2 idle with its beginning) | since u64, when it is said` */
export function writeMark(writer: ByteWriter, { activity, sinceMs, timeMs }: MarkRecord): void {
  if (activity === 'active' || sinceMs === undefined) writer.u8(activity === 'active' ? MARK_ACTIVE : 0);
  else writer.u8(MARK_SINCE).u53(requireWithin('since', sinceMs, 0, timeMs));
}

export function readMark(reader: ByteReader, timeMs: number): MarkRecord {
  const flags = readFlags(reader, MARK_ACTIVE | MARK_SINCE);
  if (flags === MARK_ACTIVE) return { type: 'mark', timeMs, activity: 'active' };
  if (flags === 0) return { type: 'mark', timeMs, activity: 'idle' };
  const sinceMs = reader.u53();
  if (flags !== MARK_SINCE || sinceMs > timeMs) throw malformed('a mark cannot begin after itself');
  return { type: 'mark', timeMs, activity: 'idle', sinceMs };
}

/** `from u64 | to u64 | lost count + 1, or 0 when unknown | reason` */
export function writeGap(writer: ByteWriter, record: GapRecord): void {
  const { fromMs, toMs, lostCount, reason } = record;
  writer.u53(requireWithin('from', fromMs, 0, Number.MAX_SAFE_INTEGER));
  writer.u53(requireWithin('to', toMs, fromMs, Number.MAX_SAFE_INTEGER));
  writer.varint(lostCount === undefined ? 0 : requireWithin('lost count', lostCount, 0, 0xffff_fffe) + 1);
  writeText(writer, 'reason', reason);
}

export function readGap(reader: ByteReader, timeMs: number): GapRecord {
  const fromMs = reader.u53();
  const toMs = reader.u53();
  if (toMs < fromMs) throw malformed('a gap ends before it begins');
  const lost = reader.varint();
  const reason = readText(reader, 'reason');
  return { type: 'gap', timeMs, fromMs, toMs, reason, ...(lost > 0 && { lostCount: lost - 1 }) };
}

/** `phase u8 (0 begin, 1 end) | rectangle` */
export function writeRateReduced(writer: ByteWriter, record: RateReducedRecord): void {
  writer.u8(record.phase === 'begin' ? 0 : 1);
  writeRectangle(writer, record.rectangle);
}

export function readRateReduced(reader: ByteReader, timeMs: number): RateReducedRecord {
  const phase = readFlags(reader, 1) === 0 ? 'begin' : 'end';
  return { type: 'rate-reduced', timeMs, phase, rectangle: readRectangle(reader) };
}

export function writeMedia(writer: ByteWriter, record: MediaRecord): void {
  if (record.bytes.length > MAX_RECORD_PAYLOAD_BYTES) throw new RangeError('a media record is too large');
  writer.bytes(record.bytes);
}

export function readMedia(reader: ByteReader, timeMs: number, type: MediaRecord['type']): MediaRecord {
  return { type, timeMs, bytes: reader.bytes(reader.remaining) };
}

/** One byte of flags; a bit that this version does not know is an error, as its meaning could not be honoured. */
export function readFlags(reader: ByteReader, known: number): number {
  const flags = reader.u8();
  if ((flags & ~known) !== 0) throw malformed('unknown flags');
  return flags;
}
