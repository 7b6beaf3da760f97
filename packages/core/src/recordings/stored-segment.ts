import type { Segment } from '@afterimage/contracts';

/** A segment as its row has it: `offset` counts within `objectKey`, the chunk that brought it. */
export interface StoredSegment extends Segment {
  fileNumber: number;
  objectKey: string;
}
