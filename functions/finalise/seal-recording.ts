import { makeRecordingFileId, type RecordingId } from '@afterimage/contracts';
import {
  type Clock,
  type EventBus,
  FileAssembly,
  type FilePlan,
  fail,
  fileKeyOf,
  type ManifestSigner,
  type ManifestStore,
  manifestKeyOf,
  nowIso,
  planFile,
  type RecordingFileStore,
  type RecordingStore,
  type SegmentStore,
  sayEvents,
  sealWith,
  type TrackedRecording,
  type WrittenFile,
  writeManifest,
} from '@afterimage/core';

export interface SealDependencies {
  recordings: RecordingStore;
  segments: Pick<SegmentStore, 'iterate'>;
  files: RecordingFileStore;
  manifests: Pick<ManifestStore, 'put'>;
  signer: Pick<ManifestSigner, 'sign'>;
  bus: EventBus;
  clock: Clock;
}

/** More than a run has time for; the sweeper asks again for what it leaves. */
const maxFilesPerRun = 100;

/**
 * Writes each file that is due and its manifest, then says so in the recording's row: a run that dies anywhere before
 * that is run again and writes the same objects, a run too many finds nothing to do. Files of a session that goes on
 * are sealed on the way, the last one when it has ended.
 */
export async function sealRecording(dependencies: SealDependencies, recordingId: RecordingId): Promise<void> {
  for (let written = 0; written < maxFilesPerRun; written++) {
    const planned = await planNext(dependencies, recordingId);
    await sayEvents(planned, dependencies);
    if (planned.sealing === undefined) return;
    const sealed = await seal(dependencies, planned, planned.sealing);
    await sayEvents(sealed, dependencies);
  }
}

async function planNext({ recordings, clock }: SealDependencies, recordingId: RecordingId): Promise<TrackedRecording> {
  const at = nowIso(clock);
  const recordingFileId = makeRecordingFileId(clock);
  const planned = await recordings.change(recordingId, (recording) =>
    recording.storedRanges.length === 0 ? fail(recording, at) : planFile(recording, recordingFileId, at),
  );
  if (planned === undefined) throw new Error('unknown recording');
  return planned;
}

async function seal(
  dependencies: SealDependencies,
  recording: TrackedRecording,
  plan: FilePlan,
): Promise<TrackedRecording> {
  const written = await writeFile(dependencies, recording, plan);
  const at = nowIso(dependencies.clock);
  const sealed = await dependencies.recordings.change(recording.recordingId, (current) =>
    sealWith(current, written, at),
  );
  return sealed ?? recording;
}

async function writeFile(
  dependencies: SealDependencies,
  recording: TrackedRecording,
  plan: FilePlan,
): Promise<WrittenFile> {
  const { segments, files, manifests, signer } = dependencies;
  const { recordingFileId, fileNumber, firstSequence, lastSequence, since } = plan;
  const objectKey = fileKeyOf(recording.startedAt, recordingFileId);
  const assembly = new FileAssembly(recording, plan, (range) => files.read(range));
  const { sizeBytes } = await files.write(objectKey, assembly.pieces(segments.iterate(recording.recordingId, plan)));
  const manifestVersion = recording.manifestVersion + 1;
  const sealedAt = since;
  const file = {
    recordingFileId,
    fileNumber,
    objectKey,
    sizeBytes,
    firstSequence,
    lastSequence,
    sealedAt,
    manifestVersion,
  };
  const layout = assembly.layout();
  const manifest = await writeManifest(recording, plan, { file, layout });
  const signature = await signer.sign(manifest.bytes);
  await manifests.put(manifestKeyOf(file), { manifest: manifest.text, signature });
  return { file, layout, manifestHash: manifest.hash };
}
