import type { RouteInput, releaseKeys } from '@afterimage/contracts';
import {
  type AuditStore,
  type Clock,
  type DataKeyStore,
  isErased,
  type KeyUnwrapper,
  type Playback,
  type PlaybackStore,
  type RecordingStore,
  readDataKey,
  type TrackedRecording,
  wrapEpochKey,
} from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';

export interface ReleaseKeysDependencies {
  recordings: Pick<RecordingStore, 'find'>;
  playbacks: Pick<PlaybackStore, 'find'>;
  keys: DataKeyStore;
  unwrapper: KeyUnwrapper;
  audit: AuditStore;
  clock: Clock;
}

/**
 * Releases epoch keys, each wrapped to the viewer's own key. Every epoch has its intent row before the data key is
 * read, and its outcome row before the key leaves: no row, no key.
 */
export async function releaseEpochKeys(
  dependencies: ReleaseKeysDependencies,
  { params, body }: RouteInput<typeof releaseKeys>,
  call: ReviewerCall,
): Promise<Outcome<typeof releaseKeys>> {
  const { recordings, playbacks, clock } = dependencies;
  const [playback, recording] = await Promise.all([
    playbacks.find(params.playbackId),
    recordings.find(params.recordingId),
  ]);
  if (recording === undefined) {
    return refuse('recording-not-found', 'There is no such recording, or it is not one that you may see.');
  }
  if (isErased(recording.state)) {
    return refuse('recording-erased', 'The recording is erased, and its key with it. No key was released.');
  }
  const isOwn = playback?.userName === call.caller.userName && playback.recordingId === recording.recordingId;
  if (!isOwn || Date.parse(playback.expiresAt) <= clock.nowMs()) {
    return refuse('playback-expired', 'No key was released. Open the recording again to go on.');
  }
  const epochs = [...new Set(body.epochs)];
  const entries = await noteIntents(dependencies, epochs, playback, call);
  const noteOutcomes = (outcome: string) =>
    Promise.all(entries.map((entry) => dependencies.audit.noteOutcome(entry, outcome)));
  try {
    const keys = await wrapAll(dependencies, epochs, playback, recording);
    await noteOutcomes('succeeded');
    return done({ keys });
  } catch (error) {
    await noteOutcomes('internal');
    throw error;
  }
}

function noteIntents(
  { audit }: ReleaseKeysDependencies,
  epochs: readonly number[],
  playback: Playback,
  call: ReviewerCall,
) {
  const { playbackId, recordingId, userName } = playback;
  return Promise.all(
    epochs.map((epoch) =>
      audit.noteIntent({
        actor: userName,
        action: 'playback.epoch-key-release',
        subject: recordingId,
        requestId: call.requestId,
        sourceAddress: call.sourceAddress,
        details: { epoch, playbackId },
      }),
    ),
  );
}

async function wrapAll(
  { keys, unwrapper }: ReleaseKeysDependencies,
  epochs: readonly number[],
  { viewerPublicKey }: Playback,
  recording: TrackedRecording,
) {
  const wrapped = await keys.find(recording.recordingId);
  const plaintext = wrapped === undefined ? undefined : await unwrapper.unwrap(wrapped);
  if (plaintext === undefined) throw new Error('the recording has no key that opens it');
  const dataKey = readDataKey(plaintext, recording);
  return Promise.all(
    epochs.map(async (epoch) => ({
      epoch,
      wrappedKey: await wrapEpochKey(dataKey, recording.recordingId, epoch, viewerPublicKey),
    })),
  );
}
