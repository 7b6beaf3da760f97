import { SIGNATURE_BYTES } from '../crypto/device-signature.ts';
import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { headerLengthBytes, parseSegmentHeader, type SegmentHeader, segmentLengthBytes } from './segment-header.ts';

/** Views of one segment's bytes. */
export interface SegmentParts {
  readonly header: SegmentHeader;
  readonly headerBytes: Uint8Array;
  /** With the tag. */
  readonly ciphertext: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SegmentSpan {
  readonly offset: number;
  readonly length: number;
  readonly header: SegmentHeader;
}

/** Takes apart bytes that hold exactly one segment. Throws `RecordingFormatError`. */
export function takeSegment(bytes: Uint8Array): SegmentParts {
  const header = parseSegmentHeader(bytes);
  const length = segmentLengthBytes(header);
  if (bytes.length < length) throw new RecordingFormatError('truncated', 'the segment ends early');
  if (bytes.length > length) throw new RecordingFormatError('bad-length', 'bytes follow the segment');
  const bodyStart = headerLengthBytes(header);
  return {
    header,
    headerBytes: bytes.subarray(0, bodyStart),
    ciphertext: bytes.subarray(bodyStart, length - SIGNATURE_BYTES),
    signature: bytes.subarray(length - SIGNATURE_BYTES),
  };
}

/**
 * Walks a chunk: segments of one recording, one behind the other, nothing between. Offsets in errors count from the
 * start of the chunk. Throws `RecordingFormatError`: those of `parseSegmentHeader`, `truncated`, or `wrong-recording`
 * when a segment belongs to another recording or agent than the first.
 */
export function* splitSegments(chunk: Uint8Array): Generator<SegmentSpan, void, undefined> {
  let first: SegmentHeader | undefined;
  for (let offset = 0; offset < chunk.length; ) {
    const header = parseAt(chunk, offset);
    first ??= header;
    if (!isSameOrigin(first, header)) {
      throw new RecordingFormatError('wrong-recording', 'segments of two recordings in one chunk', { offset });
    }
    const length = segmentLengthBytes(header);
    if (offset + length > chunk.length) {
      throw new RecordingFormatError('truncated', 'the segment ends early', { offset });
    }
    yield { offset, length, header };
    offset += length;
  }
}

export function isSameOrigin(
  a: Pick<SegmentHeader, 'recordingId' | 'agentId'>,
  b: Pick<SegmentHeader, 'recordingId' | 'agentId'>,
): boolean {
  return areBytesEqual(a.recordingId, b.recordingId) && areBytesEqual(a.agentId, b.agentId);
}

function parseAt(chunk: Uint8Array, offset: number): SegmentHeader {
  try {
    return parseSegmentHeader(chunk.subarray(offset));
  } catch (error) {
    if (!(error instanceof RecordingFormatError)) throw error;
    throw new RecordingFormatError(error.code, error.message, { offset: offset + (error.offset ?? 0), cause: error });
  }
}
