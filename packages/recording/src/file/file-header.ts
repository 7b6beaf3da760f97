import { ByteReader, MalformedBytesError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { SHA256_BYTES } from '../crypto/digest.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { ID_BYTES } from '../ids/ulid.ts';

/** `AIRF`, little-endian. */
const FILE_MAGIC = 0x46524941;
const FILE_VERSION = 1;
export const FILE_HEADER_BYTES = 80;

/** Says which part of which recording a file holds. All of it follows from the segments too, so it needs no signature. */
export interface RecordingFileHeader {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
  readonly fileNumber: number;
  readonly firstSequence: number;
  /** h(i-1) of the first segment. */
  readonly previousHash: Uint8Array;
}

export function writeFileHeader(header: RecordingFileHeader): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(FILE_HEADER_BYTES).u32(FILE_MAGIC).u8(FILE_VERSION).u8(0).u16(FILE_HEADER_BYTES);
  writer.bytes(header.recordingId).bytes(header.agentId).u32(header.fileNumber).u32(header.firstSequence);
  const bytes = writer.bytes(header.previousHash).finish();
  if (bytes.length !== FILE_HEADER_BYTES) throw new RangeError('an id has 16 bytes and a hash 32');
  return bytes;
}

/** Reads the first 80 bytes. Throws `RecordingFormatError`: `truncated`, `bad-magic`, `unsupported-version`, `bad-header`. */
export function readFileHeader(bytes: Uint8Array): RecordingFileHeader {
  try {
    return readHeader(new ByteReader(bytes));
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new RecordingFormatError('truncated', error.message, { offset: error.offset, cause: error });
  }
}

function readHeader(reader: ByteReader): RecordingFileHeader {
  if (reader.u32() !== FILE_MAGIC) throw new RecordingFormatError('bad-magic', 'not a recording file', { offset: 0 });
  const version = reader.u8();
  if (version !== FILE_VERSION) throw new RecordingFormatError('unsupported-version', `file version ${version}`);
  if (reader.u8() !== 0 || reader.u16() !== FILE_HEADER_BYTES) {
    throw new RecordingFormatError('bad-header', 'reserved byte or header length');
  }
  return {
    recordingId: reader.bytes(ID_BYTES),
    agentId: reader.bytes(ID_BYTES),
    fileNumber: reader.u32(),
    firstSequence: reader.u32(),
    previousHash: reader.bytes(SHA256_BYTES),
  };
}
