import { ByteReader, ByteWriter, SHA256_BYTES } from '@afterimage/recording';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import type { StoredSegment } from './stored-segment.ts';

const formatVersion = 1;
const flagNames = ['hasKeyBegin', 'hasKeyEnd', 'hasEvents', 'isFinal', 'isStreaming'] as const;
/** Above the flags of the segment itself. */
const followsFlag = 1 << flagNames.length;
const maxVarint = 0xffff_ffff;

/**
 * Segments of one object in a few bytes each, about 39, for all of a chunk is one row, and a row of up to a kilobyte
 * costs one unit to write:
 *
 *   version u8
 *   segment…  flags u8
 *             a segment that follows the one before in chain, file, epoch and bytes:
 *               pause varint, duration varint (ms)
 *             any other:
 *               sequence, file number, epoch, offset varint; previous hash; start, end u53 (ms)
 *             length varint, hash
 */
export function packSegments(segments: readonly StoredSegment[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64 * (segments.length + 1));
  writer.u8(formatVersion);
  let previous: StoredSegment | undefined;
  for (const segment of segments) {
    const flags = flagNames.reduce((bits, name, index) => bits | (segment[name] ? 1 << index : 0), 0);
    if (previous !== undefined && isNext(previous, segment)) {
      writer
        .u8(flags | followsFlag)
        .varint(segment.startMs - previous.endMs)
        .varint(segment.endMs - segment.startMs);
    } else {
      writePlace(writer.u8(flags), segment);
    }
    writer.varint(segment.sizeBytes).bytes(decodeBase64(segment.hash));
    previous = segment;
  }
  return writer.finish();
}

/** @throws MalformedBytesError, RangeError for another version */
export function unpackSegments(bytes: Uint8Array, objectKey: string): StoredSegment[] {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== formatVersion) throw new RangeError('segments were packed by another version');
  const segments: StoredSegment[] = [];
  while (reader.remaining > 0) {
    const bits = reader.u8();
    const previous = segments.at(-1);
    const place =
      (bits & followsFlag) !== 0 && previous !== undefined ? readFollowing(reader, previous) : readPlace(reader);
    const sizeBytes = reader.varint();
    const hash = encodeBase64(reader.bytes(SHA256_BYTES));
    segments.push({ ...place, ...flagsOf(bits), sizeBytes, hash, objectKey });
  }
  return segments;
}

type Place = Pick<StoredSegment, 'sequence' | 'fileNumber' | 'epoch' | 'offset' | 'previousHash' | 'startMs' | 'endMs'>;

function isNext(previous: StoredSegment, segment: StoredSegment): boolean {
  const pauseMs = segment.startMs - previous.endMs;
  return (
    segment.sequence === previous.sequence + 1 &&
    segment.fileNumber === previous.fileNumber &&
    segment.epoch === previous.epoch &&
    segment.offset === previous.offset + previous.sizeBytes &&
    segment.previousHash === previous.hash &&
    pauseMs >= 0 &&
    pauseMs <= maxVarint &&
    segment.endMs - segment.startMs <= maxVarint
  );
}

function readFollowing(reader: ByteReader, previous: StoredSegment): Place {
  const startMs = previous.endMs + reader.varint();
  return {
    sequence: previous.sequence + 1,
    fileNumber: previous.fileNumber,
    epoch: previous.epoch,
    offset: previous.offset + previous.sizeBytes,
    previousHash: previous.hash,
    startMs,
    endMs: startMs + reader.varint(),
  };
}

function writePlace(writer: ByteWriter, segment: StoredSegment): void {
  const { sequence, fileNumber, epoch, offset, previousHash, startMs, endMs } = segment;
  writer.varint(sequence).varint(fileNumber).varint(epoch).varint(offset);
  writer.bytes(decodeBase64(previousHash)).u53(startMs).u53(endMs);
}

function readPlace(reader: ByteReader): Place {
  return {
    sequence: reader.varint(),
    fileNumber: reader.varint(),
    epoch: reader.varint(),
    offset: reader.varint(),
    previousHash: encodeBase64(reader.bytes(SHA256_BYTES)),
    startMs: reader.u53(),
    endMs: reader.u53(),
  };
}

function flagsOf(bits: number): Pick<StoredSegment, (typeof flagNames)[number]> {
  const [hasKeyBegin = false, hasKeyEnd = false, hasEvents = false, isFinal = false, isStreaming = false] =
    flagNames.map((_, index) => (bits & (1 << index)) !== 0);
  return { hasKeyBegin, hasKeyEnd, hasEvents, isFinal, isStreaming };
}
