import type { StoredSegment } from '../recordings/stored-segment.ts';
import type { FileLayout } from '../recordings/tracked-recording.ts';
import { type Sealed, sealedFilesOf } from './sealed-files.ts';

/** Which bucket an object is in: chunks as they came, or the files made of them. */
export interface ObjectLocation {
  store: 'landing' | 'recordings';
  objectKey: string;
  offset: number;
}

/** A bound on what must be read again to find an offset. Anchors are part of the recording's row: not too many. */
export const segmentsPerAnchor = 250;

type Laid = Pick<StoredSegment, 'sequence' | 'sizeBytes' | 'hash' | 'endMs'>;

/** Lays segments out one behind the other, beginning at `firstOffset`. They come in the order of their sequence. */
export class FileLayoutBuilder {
  readonly #layout: FileLayout = { ranges: [], anchors: [], headHash: '', endMs: 0 };
  #count = 0;
  #offset: number;

  constructor(firstOffset: number) {
    this.#offset = firstOffset;
  }

  /** @returns the segment's offset in the file */
  add({ sequence, sizeBytes, hash, endMs }: Laid): number {
    const offset = this.#offset;
    if (this.#count % segmentsPerAnchor === 0) this.#layout.anchors.push([sequence, offset]);
    const last = this.#layout.ranges.at(-1);
    if (last !== undefined && last.lastSequence + 1 === sequence) last.lastSequence = sequence;
    else this.#layout.ranges.push({ firstSequence: sequence, lastSequence: sequence });
    this.#layout.headHash = hash;
    this.#layout.endMs = endMs;
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
export function listingStart({ fileLayouts }: Pick<Sealed, 'fileLayouts'>, afterSequence: number): number {
  const layout = fileLayouts.find(({ ranges }) => (ranges.at(-1)?.lastSequence ?? 0) > afterSequence);
  const anchor = layout?.anchors.findLast(([sequence]) => sequence <= afterSequence + 1);
  return anchor === undefined ? afterSequence : anchor[0] - 1;
}

/** Says where each segment's bytes lie: in its file's newest version if that holds them, else in their chunk. */
export class SegmentLocator {
  readonly #files: readonly { objectKey: string; layout: FileLayout; offsets: Map<number, number> }[];
  #offset: number | undefined;

  constructor(sealed: Sealed) {
    this.#files = sealedFilesOf(sealed).map(({ file: { objectKey }, layout }) => {
      return { objectKey, layout, offsets: new Map(layout.anchors) };
    });
  }

  /** Takes segments in sequence, from `listingStart` on, without a hole in what is stored. */
  locate({ sequence, sizeBytes, objectKey, offset }: StoredSegment): ObjectLocation {
    const inChunk: ObjectLocation = { store: 'landing', objectKey, offset };
    const file = this.#files.find(({ layout }) => holdsSegment(layout, sequence));
    if (file === undefined) return inChunk;
    // A file's first segment is an anchor, so that no offset is counted on from one file into the next.
    const fileOffset = file.offsets.get(sequence) ?? this.#offset;
    if (fileOffset === undefined) return inChunk;
    this.#offset = fileOffset + sizeBytes;
    return { store: 'recordings', objectKey: file.objectKey, offset: fileOffset };
  }
}
