import type { SegmentFlags } from '../segment/segment-flags.ts';
import { type SegmentHeader, segmentLengthBytes } from '../segment/segment-header.ts';

/** One segment as an index lists it: where it lies in its file and what can be known without opening it. */
export interface SegmentIndexEntry {
  readonly fileNumber: number;
  readonly sequence: number;
  /** In the file or chunk that holds it. */
  readonly offset: number;
  readonly lengthBytes: number;
  readonly epoch: number;
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly flags: SegmentFlags;
  /** h(i). */
  readonly hash: Uint8Array;
}

/** The segments that must be read to show one moment. */
export interface KeyRun {
  /** In sequence: the run of the key image first, then all up to the moment. */
  readonly entries: readonly SegmentIndexEntry[];
  /** The first `keyImageSegments` of the entries hold the key image. */
  readonly keyImageSegments: number;
  /** Set when a missing segment keeps the moment from being reached: the last time that can be shown. */
  readonly reachableUntilMs?: number;
}

export function indexEntryOf(header: SegmentHeader, offset: number, hash: Uint8Array): SegmentIndexEntry {
  const { fileNumber, sequence, epoch, t0Ms, t1Ms, flags } = header;
  return { fileNumber, sequence, offset, lengthBytes: segmentLengthBytes(header), epoch, t0Ms, t1Ms, flags, hash };
}
