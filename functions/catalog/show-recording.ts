import type { getManifest, getRecording, RouteInput } from '@afterimage/contracts';
import { type Clock, type ManifestSigner, type ManifestStore, manifestKeyOf, nowIso } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface ShowRecordingDependencies {
  recordings: ViewerRecordings;
  manifests: Pick<ManifestStore, 'get'>;
  signer: Pick<ManifestSigner, 'publicKey'>;
  clock: Clock;
}

export async function showRecording(
  { recordings, clock }: ShowRecordingDependencies,
  { params }: RouteInput<typeof getRecording>,
): Promise<Outcome<typeof getRecording>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  return done({ recording, serverTime: nowIso(clock) });
}

export async function showManifest(
  { recordings, manifests, signer }: ShowRecordingDependencies,
  { params }: RouteInput<typeof getManifest>,
): Promise<Outcome<typeof getManifest>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  const file = recording.files.find(({ manifestVersion }) => manifestVersion === recording.manifestVersion);
  if (file === undefined) {
    return refuse(
      'recording-still-live',
      'There is no manifest before a file of the recording is sealed. It can be watched meanwhile.',
    );
  }
  const [signed, manifestPublicKey] = await Promise.all([manifests.get(manifestKeyOf(file)), signer.publicKey()]);
  return done({ ...signed, manifestPublicKey, certificate: recording.certificate });
}

export function refuseErased() {
  return refuse('recording-erased', 'The recording is erased. That it existed can be proven from its receipt.');
}
