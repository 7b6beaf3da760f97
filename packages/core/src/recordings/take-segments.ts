import { checkLinks } from './check-links.ts';
import { type ArrivedSegment, noteSegments } from './recording-changes.ts';
import { isErased } from './recording-life.ts';
import { isStored } from './stored-ranges.ts';
import type { StoredSegment } from './stored-segment.ts';
import type { TrackedRecording } from './tracked-recording.ts';

export type ProvenSegment = StoredSegment & Pick<ArrivedSegment, 'previousRecordingHead'>;

export interface Taking {
  recording: TrackedRecording;
  /** To be stored with the recording. In sequence; none of them was stored before. */
  fresh: StoredSegment[];
  /** Signed for another chain or for a file that can't be there. */
  misfits: StoredSegment[];
  /** Their sequences were stored before: by these bytes, or by others. */
  overlapping: StoredSegment[];
}

/** What a recording takes of proven segments. The first bytes under a sequence stay. */
export function takeSegments(recording: TrackedRecording, proven: readonly ProvenSegment[], at: string): Taking {
  if (isErased(recording.state)) return { recording, fresh: [], misfits: [], overlapping: [] };
  const { fitting, misfits } = checkLinks(recording, proven);
  const fresh = new Map<number, ProvenSegment>();
  const overlapping: StoredSegment[] = [];
  for (const segment of fitting) {
    if (isStored(recording.storedRanges, segment.sequence)) overlapping.push(segment);
    else if (!fresh.has(segment.sequence)) fresh.set(segment.sequence, segment);
    else if (fresh.get(segment.sequence)?.hash !== segment.hash) misfits.push(segment);
  }
  const inSequence = [...fresh.values()].sort((a, b) => a.sequence - b.sequence);
  return {
    recording: noteSegments(recording, inSequence, at),
    fresh: inSequence.map(({ previousRecordingHead: _head, ...segment }) => segment),
    misfits,
    overlapping,
  };
}
