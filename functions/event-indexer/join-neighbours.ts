import type { StoredSegment } from '@afterimage/core';

/** So many bytes between two segments are read along: a request costs more, in money and in time. */
const maxSkippedBytes = 1024 * 1024;

/** Segments that are read together. Offsets count within the object. */
export interface SegmentRun {
  objectKey: string;
  offset: number;
  sizeBytes: number;
  segments: StoredSegment[];
}

/** @param segments of one object, in the order of their bytes */
export function joinNeighbours(segments: readonly StoredSegment[]): SegmentRun[] {
  const runs: SegmentRun[] = [];
  for (const segment of segments) {
    const { objectKey, offset, sizeBytes } = segment;
    const run = runs.at(-1);
    if (run !== undefined && offset - (run.offset + run.sizeBytes) <= maxSkippedBytes) {
      run.sizeBytes = offset + sizeBytes - run.offset;
      run.segments.push(segment);
    } else {
      runs.push({ objectKey, offset, sizeBytes, segments: [segment] });
    }
  }
  return runs;
}
