import type { getManifest, getRecording, RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  type ManifestSigner,
  type ManifestStore,
  manifestKeyOf,
  nowIso,
  type RecordingStore,
} from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface ShowRecordingDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  manifests: Pick<ManifestStore, 'get'>;
  signer: Pick<ManifestSigner, 'publicKey'>;
  clock: Clock;
}

export async function showRecording(
  { recordings, clock }: ShowRecordingDependencies,
  { params }: RouteInput<typeof getRecording>,
): Promise<Outcome<typeof getRecording>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknown();
  return done({ recording, serverTime: nowIso(clock) });
}

export async function showManifest(
  { recordings, manifests, signer }: ShowRecordingDependencies,
  { params }: RouteInput<typeof getManifest>,
): Promise<Outcome<typeof getManifest>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknown();
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

/** The same answer for a recording that does not exist and for one that the caller may not know of. */
export function refuseUnknown() {
  return refuse('recording-not-found', 'There is no such recording, or it is not one that you may see.');
}

export function refuseErased() {
  return refuse('recording-erased', 'The recording is erased. That it existed can be proven from its receipt.');
}
