import type { RouteInput, releaseKeys } from '@afterimage/contracts';
import { type Clock, isErased, isOpenPlayback, type PlaybackStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { type EpochReleaseDependencies, releaseEpochs } from './epoch-release.ts';

export interface ReleaseKeysDependencies extends EpochReleaseDependencies {
  recordings: ViewerRecordings;
  playbacks: Pick<PlaybackStore, 'find'>;
  clock: Clock;
}

/** Releases epoch keys, each wrapped to the viewer's own key, to whom the playback belongs. */
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
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) {
    return refuse('recording-erased', 'The recording is erased, and its key with it. No key was released.');
  }
  const { recordingId } = params;
  if (!isOpenPlayback(playback, { recordingId, userName: call.caller.userName, nowMs: clock.nowMs() })) {
    return refuse('playback-expired', 'No key was released. Open the recording again to go on.');
  }
  const epochs = [...new Set(body.epochs)];
  return done({ keys: await releaseEpochs(dependencies, { recording, playback, epochs, call }) });
}
