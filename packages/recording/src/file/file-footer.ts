import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { SHA256_BYTES, sha256 } from '../crypto/digest.ts';
import { areBytesEqual, concatBytes } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { SegmentIndexEntry } from '../reader/segment-index.ts';
import { decodeSegmentFlags, encodeSegmentFlags } from '../segment/segment-flags.ts';
import { MAX_SEGMENT_BYTES } from '../segment/segment-header.ts';
import { FILE_HEADER_BYTES } from './file-header.ts';

/** `AIFT` and `AITR`, little-endian. */
const FOOTER_MAGIC = 0x54464941;
const TRAILER_MAGIC = 0x52544941;
const FOOTER_VERSION = 1;
const FOOTER_HEADER_BYTES = 16;
const ENTRY_BYTES = 72;
export const TRAILER_BYTES = 56;
/** A million segments: more than a hundred days. */
const MAX_SEGMENTS = 1 << 20;
/** A tail read of this size holds the trailer and the footer of a recording of about two and a half hours. */
export const SUGGESTED_TAIL_BYTES = 64 * 1024;

/** The last bytes of a finished file: where its footer lies. */
export interface FileTrailer {
  readonly footerOffset: number;
  readonly footerLengthBytes: number;
  readonly segmentCount: number;
  readonly footerHash: Uint8Array;
}

/**
 * Footer and trailer of a file whose segments lie one behind the other right after its header; entries carry offsets in
 * the file. Throws `RangeError` when they do not, or are more than a reader accepts.
 */
export async function buildFooter(entries: readonly SegmentIndexEntry[]): Promise<Uint8Array<ArrayBuffer>> {
  if (entries.length > MAX_SEGMENTS) throw new RangeError(`a file of ${entries.length} segments`);
  const footerOffset = requireContiguous(entries, (reason) => new RangeError(reason));
  const footer = new ByteWriter(FOOTER_HEADER_BYTES + entries.length * ENTRY_BYTES);
  footer.u32(FOOTER_MAGIC).u8(FOOTER_VERSION).u8(0).u16(ENTRY_BYTES);
  footer.u32(entries[0]?.fileNumber ?? 0).u32(entries.length);
  for (const entry of entries) writeEntry(footer, entry);
  const bytes = footer.finish();
  const trailer = new ByteWriter(TRAILER_BYTES).u53(footerOffset).u32(bytes.length).u32(entries.length);
  trailer
    .bytes(await sha256(bytes))
    .u8(FOOTER_VERSION)
    .u8(0)
    .u16(0)
    .u32(TRAILER_MAGIC);
  return concatBytes(bytes, trailer.finish());
}

/** Reads the trailer at the end of `tail`, the last bytes of a file. Throws `RecordingFormatError` (`bad-footer`). */
export function readTrailer(tail: Uint8Array): FileTrailer {
  return asBadFooter(() => {
    const reader = new ByteReader(tail.subarray(Math.max(0, tail.length - TRAILER_BYTES)));
    const footerOffset = reader.u53();
    const footerLengthBytes = reader.u32();
    const segmentCount = reader.u32();
    const footerHash = reader.bytes(SHA256_BYTES);
    const isKnown = reader.u8() === FOOTER_VERSION && reader.u8() === 0 && reader.u16() === 0;
    requireFooter(isKnown && reader.u32() === TRAILER_MAGIC, 'no trailer at the end of the file');
    requireFooter(segmentCount <= MAX_SEGMENTS, `a file of ${segmentCount} segments`);
    const expectedBytes = FOOTER_HEADER_BYTES + segmentCount * ENTRY_BYTES;
    requireFooter(footerLengthBytes === expectedBytes, 'footer length does not fit the number of segments');
    return { footerOffset, footerLengthBytes, segmentCount, footerHash };
  });
}

/** Reads the footer that a trailer points at. Throws `RecordingFormatError` (`bad-footer`). */
export async function readFooter(footer: Uint8Array, trailer: FileTrailer): Promise<SegmentIndexEntry[]> {
  requireFooter(footer.length === trailer.footerLengthBytes, 'footer of another length than the trailer says');
  requireFooter(
    areBytesEqual(await sha256(footer), trailer.footerHash),
    'footer of another hash than the trailer says',
  );
  return asBadFooter(() => {
    const reader = new ByteReader(footer);
    const isKnown = reader.u32() === FOOTER_MAGIC && reader.u8() === FOOTER_VERSION && reader.u8() === 0;
    requireFooter(isKnown && reader.u16() === ENTRY_BYTES, 'not a footer of this version');
    const fileNumber = reader.u32();
    requireFooter(reader.u32() === trailer.segmentCount, 'number of segments differs from the trailer');
    const entries: SegmentIndexEntry[] = [];
    while (reader.remaining > 0) entries.push(readEntry(reader, fileNumber));
    const end = requireContiguous(entries, (reason) => new RecordingFormatError('bad-footer', reason));
    requireFooter(end === trailer.footerOffset, 'bytes between the last segment and the footer');
    return entries;
  });
}

/** Tells a footer from a segment while a file is read from its start. */
export function isFooterStart(bytes: Uint8Array): boolean {
  const start = new ByteWriter(8).u32(FOOTER_MAGIC).u8(FOOTER_VERSION).u8(0).u16(ENTRY_BYTES).finish();
  return areBytesEqual(bytes.subarray(0, start.length), start);
}

/** `offset u64 | length u32 | sequence u32 | epoch u32 | flags u16 | 0 u16 | t0 u64 | t1 u64 | h(i)` */
function writeEntry(writer: ByteWriter, entry: SegmentIndexEntry): void {
  writer.u53(entry.offset).u32(entry.lengthBytes).u32(entry.sequence).u32(entry.epoch);
  writer.u16(encodeSegmentFlags(entry.flags)).u16(0).u53(entry.t0Ms).u53(entry.t1Ms).bytes(entry.hash);
}

function readEntry(reader: ByteReader, fileNumber: number): SegmentIndexEntry {
  const place = { offset: reader.u53(), lengthBytes: reader.u32(), sequence: reader.u32(), epoch: reader.u32() };
  const flags = decodeSegmentFlags(reader.u16());
  requireFooter(reader.u16() === 0, 'reserved bytes are not zero');
  return { fileNumber, ...place, flags, t0Ms: reader.u53(), t1Ms: reader.u53(), hash: reader.bytes(SHA256_BYTES) };
}

/** Returns the offset behind the last segment. */
function requireContiguous(entries: readonly SegmentIndexEntry[], error: (reason: string) => Error): number {
  let offset = FILE_HEADER_BYTES;
  let sequence = 0;
  for (const entry of entries) {
    if (entry.offset !== offset) throw error(`segment ${entry.sequence} does not begin where the one before ends`);
    if (entry.sequence <= sequence) throw error(`segment ${entry.sequence} follows segment ${sequence}`);
    if (entry.lengthBytes === 0 || entry.lengthBytes > MAX_SEGMENT_BYTES)
      throw error('segment of an impossible length');
    sequence = entry.sequence;
    offset += entry.lengthBytes;
  }
  return offset;
}

function requireFooter(holds: boolean, reason: string): void {
  if (!holds) throw new RecordingFormatError('bad-footer', reason);
}

function asBadFooter<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedBytesError || error instanceof RecordingFormatError)) throw error;
    throw new RecordingFormatError('bad-footer', error.message, { cause: error });
  }
}
