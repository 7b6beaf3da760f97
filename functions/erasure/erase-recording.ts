import type { RecordingId } from '@afterimage/contracts';
import {
  type Clock,
  chunkPrefixesOf,
  completeErasure,
  type DataKeyEraser,
  type EventBus,
  fileKeysOf,
  fingerprintOf,
  type ManifestSigner,
  noteKeysToDestroy,
  type ObjectEraser,
  type RecordedEventEraser,
  type RecordingStore,
  type RecoveryWindows,
  sayEvents,
  type TrackedRecording,
  writeErasureReceipt,
} from '@afterimage/core';

export interface EraseDependencies {
  recordings: RecordingStore;
  keys: DataKeyEraser;
  events: RecordedEventEraser;
  objects: ObjectEraser;
  signer: Pick<ManifestSigner, 'sign'>;
  bus: EventBus;
  clock: Pick<Clock, 'nowMs'>;
  windows: RecoveryWindows;
}

/**
 * Brings an erasure to its end: the key first, because that alone is the erasure, then what was derived from the
 * content, then the ciphertext, then the signed receipt. A run that dies anywhere is run again from the start and finds
 * less to do; a run too many finds nothing.
 */
export async function eraseRecording(dependencies: EraseDependencies, recordingId: RecordingId): Promise<void> {
  const recording = await dependencies.recordings.find(recordingId);
  if (recording === undefined) throw new Error('unknown recording');
  const erased = recording.state === 'erasing' ? await erase(dependencies, recording) : recording;
  await sayEvents(erased, dependencies);
}

async function erase(dependencies: EraseDependencies, recording: TrackedRecording): Promise<TrackedRecording> {
  const { events, recordings } = dependencies;
  const { recordingId } = recording;
  const closed = await destroyKey(dependencies, recording);
  await events.eraseAll(recordingId);
  const retainedObjects = await withdrawObjects(dependencies, closed);
  const receipt = await attest(dependencies, closed, retainedObjects);
  const erased = await recordings.change(recordingId, (current) =>
    completeErasure(current, receipt.signed, receipt.erasedAt),
  );
  return erased ?? closed;
}

/** Its fingerprint is stored before the key goes, so that the receipt can name it whatever dies in between. */
async function destroyKey(
  { recordings, keys }: EraseDependencies,
  { recordingId }: TrackedRecording,
): Promise<TrackedRecording> {
  const key = await keys.find(recordingId);
  const fingerprints = key === undefined ? [] : [await fingerprintOf(key)];
  const noted = await recordings.change(recordingId, (current) => noteKeysToDestroy(current, fingerprints));
  if (noted === undefined) throw new Error('the recording is gone');
  await keys.erase(recordingId);
  return noted;
}

async function withdrawObjects({ objects }: EraseDependencies, recording: TrackedRecording): Promise<number> {
  const places = [
    ...fileKeysOf(recording).map((prefix) => ({ store: 'recordings' as const, prefix })),
    ...chunkPrefixesOf(recording.recordingId).map((prefix) => ({ store: 'landing' as const, prefix })),
  ];
  let retained = 0;
  for (const place of places) retained += await objects.eraseUnder(place);
  return retained;
}

async function attest(
  { signer, clock, windows }: EraseDependencies,
  recording: TrackedRecording,
  retainedObjects: number,
) {
  const erasedAtMs = clock.nowMs();
  const bytes = writeErasureReceipt(recording, { erasedAtMs, retainedObjects, windows });
  const signature = await signer.sign(bytes);
  return { signed: { text: new TextDecoder().decode(bytes), signature }, erasedAt: new Date(erasedAtMs).toISOString() };
}
