import { RecordingFormatError } from '../errors/recording-format-error.ts';

/**
 * In clear, so that the service can index a recording that it can't open. A key image is always the first record of
 * its segment, hence `isKeyBegin` alone starts a run of segments, `isKeyEnd` alone ends it, and both together say that
 * the whole key image is in this segment.
 */
export interface SegmentFlags {
  readonly isKeyBegin: boolean;
  readonly isKeyEnd: boolean;
  /** Sealed early because somebody watches. */
  readonly isStreaming: boolean;
  /** Ends with the recording's `end` record. */
  readonly isFinal: boolean;
  /** Events, or edges of idle, blocked and missing stretches: what the service lists beside the picture. */
  readonly hasEvents: boolean;
}

const BITS = { isKeyBegin: 1, isKeyEnd: 2, isStreaming: 4, isFinal: 8, hasEvents: 16 } as const;
const KNOWN_BITS = 31;

export const NO_SEGMENT_FLAGS: SegmentFlags = {
  isKeyBegin: false,
  isKeyEnd: false,
  isStreaming: false,
  isFinal: false,
  hasEvents: false,
};

export function encodeSegmentFlags(flags: SegmentFlags): number {
  const { isKeyBegin, isKeyEnd, isStreaming, isFinal, hasEvents } = BITS;
  return (
    (flags.isKeyBegin ? isKeyBegin : 0) |
    (flags.isKeyEnd ? isKeyEnd : 0) |
    (flags.isStreaming ? isStreaming : 0) |
    (flags.isFinal ? isFinal : 0) |
    (flags.hasEvents ? hasEvents : 0)
  );
}

/** Throws `RecordingFormatError` (`bad-header`) on a bit that version 1 does not know. */
export function decodeSegmentFlags(bits: number): SegmentFlags {
  if ((bits & ~KNOWN_BITS) !== 0) throw new RecordingFormatError('bad-header', 'unknown flags');
  const isSet = (bit: number) => (bits & bit) !== 0;
  return {
    isKeyBegin: isSet(BITS.isKeyBegin),
    isKeyEnd: isSet(BITS.isKeyEnd),
    isStreaming: isSet(BITS.isStreaming),
    isFinal: isSet(BITS.isFinal),
    hasEvents: isSet(BITS.hasEvents),
  };
}
