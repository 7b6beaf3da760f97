import type { FileSpan } from '../recordings/file-spans.ts';
import { countSegments, countWithin } from '../recordings/stored-ranges.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';
import { layoutOf } from './sealed-files.ts';

export interface FileToSeal extends FileSpan {
  /** With it, everything that is stored lies in files. */
  isEnd: boolean;
}

type Sealable = Pick<
  TrackedRecording,
  'state' | 'storedRanges' | 'fileSpans' | 'files' | 'fileLayouts' | 'contiguousSequence'
>;

/**
 * The file that is to be written next. While the session goes on: the first that is contiguous to its last segment,
 * which is so once the next file has begun without a hole before it. Once the recording ends: the first that lacks a
 * stored segment. Undefined when there is none.
 */
export function nextFileToSeal(recording: Sealable): FileToSeal | undefined {
  const stale = recording.fileSpans.filter((span) => isStale(recording, span));
  if (recording.state === 'sealing') {
    const next = stale[0] ?? recording.fileSpans.at(-1);
    return next === undefined ? undefined : { ...next, isEnd: stale.length <= 1 };
  }
  if (recording.state !== 'live' && recording.state !== 'interrupted') return undefined;
  const finished = stale.find((span) => isContiguousToItsEnd(recording, span));
  return finished === undefined ? undefined : { ...finished, isEnd: false };
}

/** Whether a file is to be written and nobody is at it. */
export function isFileDue(recording: Sealable & Pick<TrackedRecording, 'sealing'>): boolean {
  return recording.sealing === undefined && nextFileToSeal(recording) !== undefined;
}

/** Segments are stored that no file holds. */
export function hasUnsealedSegments(recording: Sealable): boolean {
  return recording.fileSpans.some((span) => isStale(recording, span));
}

function isStale(recording: Sealable, { fileNumber, firstSequence, lastSequence }: FileSpan): boolean {
  const sealedCount = countSegments(layoutOf(recording, fileNumber)?.ranges ?? []);
  return countWithin(recording.storedRanges, firstSequence, lastSequence) > sealedCount;
}

function isContiguousToItsEnd({ fileSpans, contiguousSequence }: Sealable, { fileNumber }: FileSpan): boolean {
  const next = fileSpans.find((span) => span.fileNumber === fileNumber + 1);
  return next !== undefined && contiguousSequence >= next.firstSequence;
}
