import { type RecordingErrorCode, RecordingFormatError } from '../errors/recording-format-error.ts';
import { isFooterStart } from '../file/file-footer.ts';
import {
  FIRST_HEADER_BYTES,
  MAX_SEGMENT_BYTES,
  parseSegmentHeader,
  segmentLengthBytes,
} from '../segment/segment-header.ts';
import type { VerifiedSegment } from '../segment/verify-segment.ts';
import type { ByteWindow } from './byte-window.ts';

/** The first two letters of every magic. */
const A = 0x41;
const I = 0x49;

/** So many, and the rest of a source is one piece of damage: made-up headers must not cost a hash each without end. */
const MAX_DAMAGES = 1000;

/** Bytes in a source that look like the start of a segment and are none; with more, its rest is not searched. */
const MAX_FALSE_STARTS = 100_000;

export type ByteRange = readonly [start: number, end: number];

export type ScannedPiece =
  | { readonly kind: 'segment'; readonly segment: VerifiedSegment; readonly byteRange: ByteRange }
  | {
      readonly kind: 'damage';
      readonly code: RecordingErrorCode;
      readonly detail: string;
      readonly byteRange: ByteRange;
    };

export interface SegmentScannerOptions {
  /** Throws `RecordingFormatError` for bytes that are no genuine segment. */
  readonly verify: (bytes: Uint8Array) => Promise<VerifiedSegment>;
  /** Whether the bytes end with a footer, at which the scan stops. */
  readonly hasFooter: boolean;
}

/**
 * Finds the segments in a stream that may have been tampered with. Bytes that are no genuine segment come out as
 * damage, and the scan goes on at the next place where a segment begins.
 */
export async function* scanSegments(
  window: ByteWindow,
  options: SegmentScannerOptions,
): AsyncGenerator<ScannedPiece, void, undefined> {
  const search = new StartSearch(options.hasFooter);
  for (let damages = 0; ; ) {
    const start = window.offset;
    const bytes = await window.peek(MAX_SEGMENT_BYTES);
    if (bytes.length === 0 || (options.hasFooter && isFooterStart(bytes))) return;
    const result = await verifyFirst(bytes, options);
    if (!(result instanceof RecordingFormatError)) {
      window.skip(segmentLengthBytes(result.header));
      yield { kind: 'segment', segment: result, byteRange: [start, window.offset] };
    } else {
      damages++;
      await (damages < MAX_DAMAGES ? skipDamage(window, search) : skipRest(window));
      yield { kind: 'damage', code: result.code, detail: result.reason, byteRange: [start, window.offset] };
    }
  }
}

async function verifyFirst(
  bytes: Uint8Array,
  options: SegmentScannerOptions,
): Promise<VerifiedSegment | RecordingFormatError> {
  try {
    return await options.verify(bytes.subarray(0, segmentLengthBytes(parseSegmentHeader(bytes))));
  } catch (error) {
    if (error instanceof RecordingFormatError) return error;
    throw error;
  }
}

/**
 * Moves to the next byte at which a whole header begins. Length fields inside the damage are not believed, so that no
 * genuine segment is skipped.
 */
async function skipDamage(window: ByteWindow, search: StartSearch): Promise<void> {
  window.skip(1);
  for (;;) {
    const bytes = await window.peek(MAX_SEGMENT_BYTES);
    const at = search.next(bytes);
    if (search.isGivenUp) return skipRest(window);
    if (at !== undefined) {
      window.skip(at);
      return;
    }
    const isAtEnd = bytes.length < MAX_SEGMENT_BYTES;
    window.skip(isAtEnd ? bytes.length : bytes.length - FIRST_HEADER_BYTES + 1);
    if (isAtEnd) return;
  }
}

async function skipRest(window: ByteWindow): Promise<void> {
  for (let bytes = await window.peek(1); bytes.length > 0; bytes = await window.peek(MAX_SEGMENT_BYTES)) {
    window.skip(bytes.length);
  }
}

class StartSearch {
  readonly #hasFooter: boolean;
  #falseStarts = 0;

  constructor(hasFooter: boolean) {
    this.#hasFooter = hasFooter;
  }

  get isGivenUp(): boolean {
    return this.#falseStarts > MAX_FALSE_STARTS;
  }

  next(bytes: Uint8Array): number | undefined {
    for (let at = bytes.indexOf(A); at >= 0 && !this.isGivenUp; at = bytes.indexOf(A, at + 1)) {
      if (bytes[at + 1] !== I) continue;
      const rest = bytes.subarray(at);
      if (isSegmentStart(rest) || (this.#hasFooter && isFooterStart(rest))) return at;
      this.#falseStarts++;
    }
    return undefined;
  }
}

/** Of bytes that begin with `AI`. */
function isSegmentStart(bytes: Uint8Array): boolean {
  if (bytes[2] !== 0x53 || bytes[3] !== 0x47) return false;
  try {
    parseSegmentHeader(bytes);
    return true;
  } catch (error) {
    if (error instanceof RecordingFormatError) return false;
    throw error;
  }
}
