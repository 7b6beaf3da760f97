import type { StoredSegment } from '../recordings/stored-segment.ts';
import type { FileLayout, TrackedRecording } from '../recordings/tracked-recording.ts';

/** Which bucket an object is in: chunks as they came, or the files made of them. */
export interface ObjectLocation {
  store: 'landing' | 'recordings';
  objectKey: string;
  offset: number;
}

/** A bound on what must be read again to find an offset, and the size of an index page. */
export const segmentsPerAnchor = 1000;

type Sized = Pick<StoredSegment, 'sequence' | 'sizeBytes'>;

/** Lays segments out one behind the other, beginning at `firstOffset`. They come in the order of their sequence. */
export class FileLayoutBuilder {
  readonly #layout: FileLayout = { ranges: [], anchors: [] };
  #count = 0;
  #offset: number;

  constructor(firstOffset: number) {
    this.#offset = firstOffset;
  }

  /** @returns the segment's offset in the file */
  add({ sequence, sizeBytes }: Sized): number {
    const offset = this.#offset;
    if (this.#count % segmentsPerAnchor === 0) this.#layout.anchors.push([sequence, offset]);
    const last = this.#layout.ranges.at(-1);
    if (last !== undefined && last.lastSequence + 1 === sequence) last.lastSequence = sequence;
    else this.#layout.ranges.push({ firstSequence: sequence, lastSequence: sequence });
    this.#count += 1;
    this.#offset += sizeBytes;
    return offset;
  }

  finish(): FileLayout {
    return this.#layout;
  }
}

export function holdsSegment(layout: FileLayout, sequence: number): boolean {
  return layout.ranges.some((range) => range.firstSequence <= sequence && sequence <= range.lastSequence);
}

/** Where a listing must begin so that the offsets of all that follow `afterSequence` can be counted up. */
export function listingStart(recording: Pick<TrackedRecording, 'fileLayouts'>, afterSequence: number): number {
  const [layout] = recording.fileLayouts;
  const anchor = layout?.anchors.findLast(([sequence]) => sequence <= afterSequence + 1);
  return anchor === undefined ? afterSequence : anchor[0] - 1;
}

/** Says where each segment's bytes lie: in the newest file if it holds them, else in the chunk that brought them. */
export class SegmentLocator {
  readonly #file: TrackedRecording['files'][number] | undefined;
  readonly #layout: FileLayout | undefined;
  #fileOffset: number | undefined;

  constructor({ files, fileLayouts }: Pick<TrackedRecording, 'files' | 'fileLayouts'>) {
    this.#file = files[0];
    this.#layout = fileLayouts[0];
  }

  /** Takes segments in sequence, from `listingStart` on, without a hole in what is stored. */
  locate({ sequence, sizeBytes, objectKey, offset }: StoredSegment): ObjectLocation {
    const inChunk: ObjectLocation = { store: 'landing', objectKey, offset };
    if (this.#file === undefined || this.#layout === undefined || !holdsSegment(this.#layout, sequence)) return inChunk;
    const anchor = this.#layout.anchors.find(([anchored]) => anchored === sequence);
    const fileOffset = anchor?.[1] ?? this.#fileOffset;
    if (fileOffset === undefined) return inChunk;
    this.#fileOffset = fileOffset + sizeBytes;
    return { store: 'recordings', objectKey: this.#file.objectKey, offset: fileOffset };
  }
}
