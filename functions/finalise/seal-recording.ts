import { makeRecordingFileId, type RecordingFile, type RecordingId } from '@afterimage/contracts';
import {
  type Clock,
  type EventBus,
  FileAssembly,
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

/**
 * Writes a recording's file and manifest, then says so in its row: a run that dies anywhere before the last step is
 * run again and writes the same objects, a run too many finds nothing to do.
 */
export async function sealRecording(dependencies: SealDependencies, recordingId: RecordingId): Promise<void> {
  const { recordings, clock } = dependencies;
  const at = nowIso(clock);
  const recordingFileId = makeRecordingFileId(clock);
  const planned = await recordings.change(recordingId, (recording) =>
    recording.storedRanges.length === 0 ? fail(recording, at) : planFile(recording, recordingFileId, at),
  );
  if (planned === undefined) throw new Error('unknown recording');
  const sealed = planned.state === 'sealing' ? await seal(dependencies, planned) : planned;
  await sayEvents(sealed, dependencies);
}

async function seal(dependencies: SealDependencies, recording: TrackedRecording): Promise<TrackedRecording> {
  const written = await writeFile(dependencies, recording);
  const at = nowIso(dependencies.clock);
  const sealed = await dependencies.recordings.change(recording.recordingId, (current) =>
    sealWith(current, written, at),
  );
  return sealed ?? recording;
}

async function writeFile(dependencies: SealDependencies, recording: TrackedRecording): Promise<WrittenFile> {
  const { segments, files, manifests, signer } = dependencies;
  if (recording.sealing === undefined) throw new Error('no file was planned');
  const { recordingFileId, since, ranges } = recording.sealing;
  const snapshot = { ...recording, storedRanges: ranges };
  const objectKey = fileKeyOf(recording.startedAt, recordingFileId);
  const assembly = new FileAssembly(snapshot, (range) => files.read(range));
  const { sizeBytes } = await files.write(objectKey, assembly.pieces(segments.iterate(recording.recordingId)));
  const file: RecordingFile = {
    recordingFileId,
    fileNumber: 1,
    objectKey,
    sizeBytes,
    firstSequence: ranges[0]?.firstSequence ?? 1,
    lastSequence: ranges.at(-1)?.lastSequence ?? 1,
    sealedAt: since,
    manifestVersion: recording.manifestVersion + 1,
  };
  const manifest = await writeManifest(snapshot, file);
  const signature = await signer.sign(manifest.bytes);
  await manifests.put(manifestKeyOf(file), { manifest: manifest.text, signature });
  return { file, layout: assembly.layout(), manifestHash: manifest.hash };
}
