import { maxRecordingFiles } from '@afterimage/contracts';

/** Where one file's segments lie in the sequence, as far as they are stored. */
export interface FileSpan {
  fileNumber: number;
  firstSequence: number;
  lastSequence: number;
}

/** What a segment's header says of its place. */
export interface FilePlace {
  fileNumber: number;
  sequence: number;
}

/**
 * Widens the span of the segment's file, or begins one. Sorted by file; the order of arrival does not matter, and a
 * segment that is known changes nothing.
 */
export function addToSpans(spans: readonly FileSpan[], { fileNumber, sequence }: FilePlace): FileSpan[] {
  const known = spans.find((span) => span.fileNumber === fileNumber);
  const widened = {
    fileNumber,
    firstSequence: Math.min(known?.firstSequence ?? sequence, sequence),
    lastSequence: Math.max(known?.lastSequence ?? sequence, sequence),
  };
  return [...spans.filter((span) => span !== known), widened].sort((a, b) => a.fileNumber - b.fileNumber);
}

/** Files follow each other and none is empty: a later segment is of the same file or of one of as many that follow. */
export function fitsSpans(spans: readonly FileSpan[], { fileNumber, sequence }: FilePlace): boolean {
  if (fileNumber > sequence || fileNumber > maxRecordingFiles) return false;
  return spans.every((span) => {
    if (span.fileNumber === fileNumber) return true;
    return span.fileNumber < fileNumber
      ? fileNumber - span.fileNumber <= sequence - span.lastSequence
      : span.fileNumber - fileNumber <= span.firstSequence - sequence;
  });
}
