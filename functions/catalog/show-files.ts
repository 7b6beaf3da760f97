import type { getRecordingFiles, RouteInput } from '@afterimage/contracts';
import { type Clock, isErased, manifestVersionsOf, nowIso, type ReadGranter } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { refuseErased } from './show-recording.ts';

export interface ShowFilesDependencies {
  recordings: ViewerRecordings;
  objects: ReadGranter;
  clock: Clock;
}

/** Signs the reading of the objects themselves; the audit calls it a download (PLY-093). */
export async function showFiles(
  { recordings, objects, clock }: ShowFilesDependencies,
  { params }: RouteInput<typeof getRecordingFiles>,
): Promise<Outcome<typeof getRecordingFiles>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) return refuseErased();
  if (recording.files.length === 0) {
    return refuse(
      'recording-still-live',
      'There is no file before the recording is sealed. It can be watched meanwhile.',
    );
  }
  const sign = async <T extends { objectKey: string }>(object: T) => ({
    ...object,
    ...(await objects.grant({ store: 'recordings', objectKey: object.objectKey })),
  });
  const files = recording.files.map(({ fileNumber, objectKey, sizeBytes }) => ({ fileNumber, objectKey, sizeBytes }));
  return done({
    files: await Promise.all(files.map(sign)),
    manifests: await Promise.all(manifestVersionsOf(recording).map(sign)),
    serverTime: nowIso(clock),
  });
}
