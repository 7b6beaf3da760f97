import { makePlaybackId, type openPlayback, type RouteInput } from '@afterimage/contracts';
import { type Clock, epochOf, isErased, type PlaybackStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { type EpochReleaseDependencies, releaseEpochs } from './epoch-release.ts';

export interface OpenPlaybackDependencies extends EpochReleaseDependencies {
  recordings: ViewerRecordings;
  playbacks: Pick<PlaybackStore, 'open'>;
  clock: Clock;
}

/** A working day: who watches longer opens another, and is asked again. */
const playbackLifeMs = 8 * 3_600_000;

/**
 * Opens a playback that belongs to its viewer alone; keys are released to its public key only. Where the viewer says
 * which moment comes first, its epoch key comes with the answer.
 */
export async function startPlayback(
  dependencies: OpenPlaybackDependencies,
  { params, body }: RouteInput<typeof openPlayback>,
  call: ReviewerCall,
): Promise<Outcome<typeof openPlayback>> {
  const { recordings, playbacks, clock } = dependencies;
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) {
    return refuse('recording-erased', 'The recording is erased: there is nothing left to play.');
  }
  const { viewerPublicKey, justification, around } = body;
  const playback = {
    playbackId: makePlaybackId(clock),
    recordingId: params.recordingId,
    userName: call.caller.userName,
    viewerPublicKey,
    expiresAt: new Date(clock.nowMs() + playbackLifeMs).toISOString(),
    ...(justification === undefined ? {} : { justification }),
  };
  const epochs = around === undefined ? [] : [epochOf(recording, around)];
  const [keys] = await Promise.all([
    epochs.length === 0 ? [] : releaseEpochs(dependencies, { recording, playback, epochs, call }),
    playbacks.open(playback),
  ]);
  return done({ playbackId: playback.playbackId, expiresAt: playback.expiresAt, keys });
}
