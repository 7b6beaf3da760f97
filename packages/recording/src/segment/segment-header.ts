import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { SIGNATURE_BYTES } from '../crypto/device-signature.ts';
import { SHA256_BYTES } from '../crypto/digest.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { ID_BYTES } from '../ids/ulid.ts';
import { requireWithin } from '../records/field-codec.ts';
import { MAX_SEGMENT_BODY_BYTES } from '../records/limits.ts';
import { decodeSegmentFlags, encodeSegmentFlags, type SegmentFlags } from './segment-flags.ts';

/** `AISG`, little-endian. */
export const SEGMENT_MAGIC = 0x47534941;
export const SEGMENT_VERSION = 1;
export const SALT_BYTES = 16;
export const GCM_TAG_BYTES = 16;
/** Header of every segment but the first of a recording, which adds the device's counter and previous head. */
export const HEADER_BYTES = 128;
export const FIRST_HEADER_BYTES = HEADER_BYTES + 8 + SHA256_BYTES;
export const MAX_SEGMENT_BYTES = FIRST_HEADER_BYTES + MAX_SEGMENT_BODY_BYTES + GCM_TAG_BYTES + SIGNATURE_BYTES;

/** AES-256-GCM, HKDF-SHA-256, SHA-256, Ed25519: one byte each. Version 1 knows no other set. */
const ALGORITHMS = [1, 1, 1, 1] as const;
const PREFIX_BYTES = 16;

/** Links a device's recordings into a row of their own, so that one that vanishes whole leaves a hole. */
export interface DeviceLink {
  /** Counts this device's recordings from 1. */
  readonly recordingCounter: number;
  /** Chain head of the device's previous recording; 32 zero bytes for its first. */
  readonly previousRecordingHead: Uint8Array;
}

export interface SegmentHeader {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
  /** Files of a recording count from 1. */
  readonly fileNumber: number;
  /** Segments of a recording count from 1, through all its files. */
  readonly sequence: number;
  readonly epoch: number;
  /** Random, never used twice; the segment's key follows from it. */
  readonly salt: Uint8Array;
  /** Times of the first and the last record, since the recording began. */
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly flags: SegmentFlags;
  /** h(i-1). */
  readonly previousHash: Uint8Array;
  /** Raw bytes of the body, which is as long as its ciphertext without the tag. */
  readonly bodyLengthBytes: number;
  /** In the first segment, and only there. */
  readonly device?: DeviceLink;
}

export function headerLengthBytes(header: Pick<SegmentHeader, 'sequence'>): number {
  return header.sequence === 1 ? FIRST_HEADER_BYTES : HEADER_BYTES;
}

export function segmentLengthBytes(header: Pick<SegmentHeader, 'sequence' | 'bodyLengthBytes'>): number {
  return headerLengthBytes(header) + header.bodyLengthBytes + GCM_TAG_BYTES + SIGNATURE_BYTES;
}

/** Throws `RangeError` for a header that `parseSegmentHeader` would refuse. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(FIRST_HEADER_BYTES);
  writer.u32(SEGMENT_MAGIC).u8(SEGMENT_VERSION);
  for (const algorithm of ALGORITHMS) writer.u8(algorithm);
  writer.u8(0).u16(headerLengthBytes(header));
  writer.u32(requireWithin('body length', header.bodyLengthBytes, 0, MAX_SEGMENT_BODY_BYTES));
  writer.bytes(sized(header.recordingId, ID_BYTES)).bytes(sized(header.agentId, ID_BYTES));
  writer.u32(requireWithin('file number', header.fileNumber, 1, 0xffff_ffff));
  writer.u32(requireWithin('sequence', header.sequence, 1, 0xffff_ffff));
  writer.u32(requireWithin('epoch', header.epoch, 0, 0xffff_ffff));
  writer.u16(encodeSegmentFlags(header.flags)).u16(0);
  writer.u53(requireWithin('t0', header.t0Ms, 0, Number.MAX_SAFE_INTEGER));
  writer.u53(requireWithin('t1', header.t1Ms, header.t0Ms, Number.MAX_SAFE_INTEGER));
  writer.bytes(sized(header.salt, SALT_BYTES)).bytes(sized(header.previousHash, SHA256_BYTES));
  if ((header.sequence === 1) !== (header.device !== undefined)) {
    throw new RangeError('the first segment, and no other, carries the device link');
  }
  if (header.device !== undefined) {
    writer.u53(requireWithin('recording counter', header.device.recordingCounter, 1, Number.MAX_SAFE_INTEGER));
    writer.bytes(sized(header.device.previousRecordingHead, SHA256_BYTES));
  }
  return writer.finish();
}

/**
 * Reads the header at the start of `bytes`; what follows it is not looked at. The header's byte fields are views.
 * Throws `RecordingFormatError`: `truncated`, `bad-magic`, `unsupported-version`, `unsupported-algorithm`,
 * `bad-length` or `bad-header`.
 */
export function parseSegmentHeader(bytes: Uint8Array): SegmentHeader {
  try {
    return readHeader(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    const code = error.message.startsWith('bytes end early') ? 'truncated' : 'bad-header';
    throw new RecordingFormatError(code, error.message, { offset: error.offset, cause: error });
  }
}

function readHeader(reader: ByteReader): SegmentHeader {
  const { headerLength, bodyLengthBytes } = readPrefix(reader);
  const ids = { recordingId: reader.bytes(ID_BYTES), agentId: reader.bytes(ID_BYTES) };
  const numbers = { fileNumber: reader.u32(), sequence: reader.u32(), epoch: reader.u32() };
  const flags = decodeSegmentFlags(reader.u16());
  requireHeader(reader.u16() === 0, 'reserved bytes are not zero');
  const times = { t0Ms: reader.u53(), t1Ms: reader.u53() };
  requireHeader(times.t0Ms <= times.t1Ms, 'ends before it begins');
  requireHeader(numbers.fileNumber > 0 && numbers.sequence > 0, 'file number and sequence count from 1');
  requireHeader(headerLength === headerLengthBytes(numbers), 'header length does not fit the sequence');
  const hashes = { salt: reader.bytes(SALT_BYTES), previousHash: reader.bytes(SHA256_BYTES) };
  const header = { ...ids, ...numbers, ...times, flags, ...hashes, bodyLengthBytes };
  if (numbers.sequence > 1) return header;
  const device = { recordingCounter: reader.u53(), previousRecordingHead: reader.bytes(SHA256_BYTES) };
  requireHeader(device.recordingCounter > 0, 'recording counter counts from 1');
  return { ...header, device };
}

function readPrefix(reader: ByteReader): { headerLength: number; bodyLengthBytes: number } {
  if (reader.u32() !== SEGMENT_MAGIC)
    throw new RecordingFormatError('bad-magic', 'no segment begins here', { offset: 0 });
  const version = reader.u8();
  if (version !== SEGMENT_VERSION) {
    throw new RecordingFormatError('unsupported-version', `segment version ${version}`, { offset: 4 });
  }
  for (const [index, expected] of ALGORITHMS.entries()) {
    const algorithm = reader.u8();
    if (algorithm !== expected) {
      throw new RecordingFormatError('unsupported-algorithm', `algorithm ${algorithm}`, { offset: 5 + index });
    }
  }
  requireHeader(reader.u8() === 0, 'reserved byte is not zero');
  const headerLength = reader.u16();
  const bodyLengthBytes = reader.u32();
  if (bodyLengthBytes > MAX_SEGMENT_BODY_BYTES) {
    throw new RecordingFormatError('bad-length', `a body of ${bodyLengthBytes} bytes`, { offset: PREFIX_BYTES - 4 });
  }
  return { headerLength, bodyLengthBytes };
}

function requireHeader(holds: boolean, reason: string): void {
  if (!holds) throw new RecordingFormatError('bad-header', reason);
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${bytes.length} bytes where ${length} belong`);
  return bytes;
}
