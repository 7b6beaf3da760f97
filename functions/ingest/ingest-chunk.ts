import { maxChunkBytes } from '@afterimage/contracts';
import {
  type ChunkStore,
  type ChunkVerdict,
  type Clock,
  countWithin,
  type EventBus,
  type FinaliseQueue,
  isErased,
  isFileDue,
  maxSegmentsPerChunk,
  noteRejections,
  nowIso,
  parseChunkKey,
  type Rejection,
  type SegmentIntake,
  type SegmentStore,
  type SequenceRange,
  type StoredSegment,
  sayEvents,
  type Taking,
  type TrackedRecording,
  takeSegments,
  verifyChunk,
} from '@afterimage/core';
import { type AnnounceDependencies, announceSegments } from './announce-segments.ts';

export interface IngestDependencies extends AnnounceDependencies {
  recordings: SegmentIntake;
  segments: Pick<SegmentStore, 'list' | 'iterate'>;
  chunks: ChunkStore;
  finaliseQueue: FinaliseQueue;
  bus: EventBus;
  clock: Clock;
}

/**
 * Takes in one chunk, however often and in whatever order chunks come: proves its segments and stores them together with the
 * recording's marks. Bytes that are refused are kept in quarantine and reported, never tried again. What may
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
  const verdict = await readChunk(dependencies, recording, objectKey);
  if (verdict === 'missing') return 'no such object';
  const taken = await takeIn(dependencies, recording, objectKey, verdict);
  if (taken === undefined) return 'unknown recording';
  // The bucket's event and the agent's notice often come side by side: one of them found nothing new.
  const { changed, stored } = taken;
  if (stored.length > 0) await announceSegments(dependencies, { before: recording, after: changed, stored });
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

/** All it names is stored, and by this object: the same bytes, for a key tells its content. */
async function isKnownChunk(
  { segments }: IngestDependencies,
  { recordingId, storedRanges }: TrackedRecording,
  objectKey: string,
  { firstSequence, lastSequence }: SequenceRange,
): Promise<boolean> {
  const limit = lastSequence - firstSequence + 1;
  if (limit > maxSegmentsPerChunk || countWithin(storedRanges, firstSequence, lastSequence) < limit) return false;
  const known = await segments.list(recordingId, { afterSequence: firstSequence - 1, limit });
  return known.every((segment) => segment.objectKey === objectKey);
}

async function readChunk(
  { chunks }: IngestDependencies,
  recording: TrackedRecording,
  objectKey: string,
): Promise<ChunkVerdict | 'missing'> {
  const bytes = await chunks.read(objectKey, maxChunkBytes);
  if (bytes === 'missing') return 'missing';
  if (bytes === 'too-large') return { accepted: [], rejected: [{ reason: 'too-large' }] };
  return verifyChunk(bytes, objectKey, recording);
}

/** Undefined when there is no such recording any more. */
async function takeIn(
  dependencies: IngestDependencies,
  recording: TrackedRecording,
  objectKey: string,
  { accepted, rejected }: ChunkVerdict,
): Promise<{ changed: TrackedRecording; stored: readonly StoredSegment[] } | undefined> {
  const { recordings, chunks, clock } = dependencies;
  const { recordingId } = recording;
  const at = nowIso(clock);
  const refuse = (refused: readonly Pick<StoredSegment, 'sequence'>[], reason: Rejection['reason']): Rejection[] =>
    refused.map(({ sequence }) => ({ sequence, objectKey, reason }));
  const refusals: Rejection[] = rejected.map((rejection) => ({ ...rejection, objectKey }));
  let taking: Taking | undefined;
  const changed = await recordings.changeWithSegments(
    recordingId,
    (current) => {
      taking = takeSegments(current, accepted, at);
      const { fresh, misfits } = taking;
      return {
        fresh,
        recording: noteRejections(taking.recording, [...refusals, ...refuse(misfits, 'hash-mismatch')], at),
      };
    },
    recording,
  );
  if (changed === undefined || taking === undefined) return undefined;
  const conflicts = await findConflicts(dependencies, recordingId, taking.overlapping);
  const isWorthKeeping = refusals.some(({ reason }) => reason !== 'too-large');
  if (isWorthKeeping || taking.misfits.length + conflicts.length > 0) await chunks.quarantine(objectKey);
  const stored = taking.fresh;
  if (conflicts.length === 0) return { changed, stored };
  const conflicting = refuse(conflicts, 'sequence-conflict');
  const noted = await recordings.change(recordingId, (current) => noteRejections(current, conflicting, at));
  return noted && { changed: noted, stored };
}

/** Of segments whose sequences are taken those that are other bytes. */
async function findConflicts(
  { segments }: IngestDependencies,
  recordingId: TrackedRecording['recordingId'],
  overlapping: readonly StoredSegment[],
): Promise<StoredSegment[]> {
  if (overlapping.length === 0) return [];
  const sequences = overlapping.map(({ sequence }) => sequence);
  const range = { firstSequence: Math.min(...sequences), lastSequence: Math.max(...sequences) };
  const hashes = new Map<number, string>();
  for await (const { sequence, hash } of segments.iterate(recordingId, range)) hashes.set(sequence, hash);
  return overlapping.filter(({ sequence, hash }) => hashes.get(sequence) !== hash);
}

/** What follows from the recording's state; doing it twice does no harm, but a file being written is not begun again. */
async function settle(dependencies: IngestDependencies, recording: TrackedRecording): Promise<'taken'> {
  await sayEvents(recording, dependencies);
  const hasEndedMeanwhile = recording.state === 'sealing' && recording.sealing?.isEnd === false;
  if (isFileDue(recording) || hasEndedMeanwhile) await dependencies.finaliseQueue.send(recording.recordingId);
  return 'taken';
}
