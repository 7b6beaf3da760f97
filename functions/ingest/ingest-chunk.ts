import { maxChunkBytes } from '@afterimage/contracts';
import {
  type ChunkStore,
  type ChunkVerdict,
  type Clock,
  checkLinks,
  type EventBus,
  type FinaliseQueue,
  isErased,
  isFileDue,
  isStored,
  noteRejections,
  noteSegments,
  nowIso,
  parseChunkKey,
  type RecordingStore,
  type Rejection,
  type SegmentStore,
  sayEvents,
  type TrackedRecording,
  verifyChunk,
} from '@afterimage/core';
import { type AnnounceDependencies, announceSegments } from './announce-segments.ts';

export interface IngestDependencies extends AnnounceDependencies {
  recordings: RecordingStore;
  segments: Pick<SegmentStore, 'put' | 'find'>;
  chunks: ChunkStore;
  finaliseQueue: FinaliseQueue;
  bus: EventBus;
  clock: Clock;
}

type Accepted = ChunkVerdict['accepted'];

/** Rows written at a time. */
const writesAtOnce = 16;

/**
 * Takes in one chunk, however often and in whatever order chunks come: proves its segments, stores a row for each, and
 * moves the recording's marks. Bytes that are refused are kept in quarantine and reported, never tried again. What may
 * yet come right (no such recording, no such object) is for the caller to try again.
 */
export async function ingestChunk(
  dependencies: IngestDependencies,
  objectKey: string,
): Promise<'taken' | 'unknown recording' | 'no such object'> {
  const name = parseChunkKey(objectKey);
  if (name === undefined) {
    dependencies.log.warn('object is no chunk', { keyLength: objectKey.length });
    return 'taken';
  }
  const recording = await dependencies.recordings.find(name.recordingId);
  if (recording === undefined) return 'unknown recording';
  if (isErased(recording.state)) return refuseLate(dependencies, recording, objectKey);
  if (await isKnownChunk(dependencies, recording, objectKey, name)) return settle(dependencies, recording);
  const outcome = await takeIn(dependencies, recording, objectKey);
  if (outcome === 'missing') return 'no such object';
  const { stored, rejections } = outcome;
  if (rejections.length > 0 && !rejections.every(({ reason }) => reason === 'too-large')) {
    await dependencies.chunks.quarantine(objectKey);
  }
  const at = nowIso(dependencies.clock);
  let hasGrown = false;
  const note = (current: TrackedRecording) => {
    const noted = noteSegments(current, stored, at);
    hasGrown = noted !== current;
    return noteRejections(noted, rejections, at);
  };
  const changed = await dependencies.recordings.change(name.recordingId, note, recording);
  if (changed === undefined) return 'unknown recording';
  // The bucket's event and the agent's notice often come side by side: one of them found nothing new.
  if (hasGrown) await announceSegments(dependencies, { before: recording, after: changed, stored });
  return settle(dependencies, changed);
}

/** Nothing is added to an erased recording, nor kept for a person to look at: the bucket forgets the chunk in its time. */
async function refuseLate(
  { recordings, clock, log }: IngestDependencies,
  { recordingId }: TrackedRecording,
  objectKey: string,
): Promise<'taken'> {
  log.warn('chunk of an erased recording', { recordingId });
  const rejection = { objectKey, reason: 'recording-ended' } as const;
  await recordings.change(recordingId, (current) => noteRejections(current, [rejection], nowIso(clock)));
  return 'taken';
}

/** Its first segment's row names this object and its last is counted: the same bytes, for a key tells its content. */
async function isKnownChunk(
  { segments }: IngestDependencies,
  { recordingId, storedRanges }: TrackedRecording,
  objectKey: string,
  { firstSequence, lastSequence }: { firstSequence: number; lastSequence: number },
): Promise<boolean> {
  for (let sequence = firstSequence; sequence <= Math.min(lastSequence, firstSequence + 5000); sequence++) {
    if (!isStored(storedRanges, sequence)) return false;
  }
  const first = await segments.find(recordingId, firstSequence);
  return first?.objectKey === objectKey;
}

async function takeIn(
  dependencies: IngestDependencies,
  recording: TrackedRecording,
  objectKey: string,
): Promise<{ stored: Accepted; rejections: Rejection[] } | 'missing'> {
  const bytes = await dependencies.chunks.read(objectKey, maxChunkBytes);
  if (bytes === 'missing') return 'missing';
  if (bytes === 'too-large') return { stored: [], rejections: [{ objectKey, reason: 'too-large' }] };
  const { accepted, rejected } = await verifyChunk(bytes, objectKey, recording);
  const { fitting, misfits } = checkLinks(recording, accepted);
  const { stored, conflicts } = await putRows(dependencies, recording, fitting);
  return {
    stored,
    rejections: [
      ...rejected.map((rejection) => ({ ...rejection, objectKey })),
      ...misfits.map(({ sequence }) => ({ sequence, objectKey, reason: 'hash-mismatch' as const })),
      ...conflicts.map(({ sequence }) => ({ sequence, objectKey, reason: 'sequence-conflict' as const })),
    ],
  };
}

async function putRows(
  { segments }: IngestDependencies,
  { recordingId }: TrackedRecording,
  fitting: Accepted,
): Promise<{ stored: Accepted; conflicts: Accepted }> {
  const stored: Accepted = [];
  const conflicts: Accepted = [];
  for (let first = 0; first < fitting.length; first += writesAtOnce) {
    const batch = fitting.slice(first, first + writesAtOnce);
    const outcomes = await Promise.all(
      batch.map(({ previousRecordingHead: _head, ...segment }) => segments.put(recordingId, segment)),
    );
    for (const [index, segment] of batch.entries()) {
      (outcomes[index] === 'conflict' ? conflicts : stored).push(segment);
    }
  }
  return { stored, conflicts };
}

/** What follows from the recording's state; doing it twice does no harm, but a file being written is not begun again. */
async function settle(dependencies: IngestDependencies, recording: TrackedRecording): Promise<'taken'> {
  await sayEvents(recording, dependencies);
  const hasEndedMeanwhile = recording.state === 'sealing' && recording.sealing?.isEnd === false;
  if (isFileDue(recording) || hasEndedMeanwhile) await dependencies.finaliseQueue.send(recording.recordingId);
  return 'taken';
}
