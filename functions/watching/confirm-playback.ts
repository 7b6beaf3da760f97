import type { getPlayback, RouteInput } from '@afterimage/contracts';
import { type Clock, isErased, isOpenPlayback, nowIso, type PlaybackStore, type WatchStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';
import { type EndWatchDependencies, stopWatching } from './end-watch.ts';

export interface ConfirmPlaybackDependencies extends EndWatchDependencies {
  recordings: ViewerRecordings;
  playbacks: Pick<PlaybackStore, 'find'>;
  watches: Pick<WatchStore, 'end' | 'list'>;
  clock: Clock;
}

type Input = RouteInput<typeof getPlayback>;

/** Whether a playback of the caller's still holds. One that does not has its watches ended, and hears no more notices. */
export async function confirmPlayback(
  dependencies: ConfirmPlaybackDependencies,
  input: Input,
  call: ReviewerCall,
): Promise<Outcome<typeof getPlayback>> {
  const outcome = await judge(dependencies, input, call);
  if (!outcome.isDone) await stopWatchesOf(dependencies, input, call);
  return outcome;
}

async function judge(
  { recordings, playbacks, clock }: ConfirmPlaybackDependencies,
  { params: { recordingId, playbackId } }: Input,
  { caller: { userName } }: ReviewerCall,
): Promise<Outcome<typeof getPlayback>> {
  const [recording, playback] = await Promise.all([recordings.find(recordingId), playbacks.find(playbackId)]);
  if (recording === undefined) return refuseUnknownRecording();
  if (isErased(recording.state)) {
    return refuse('recording-erased', 'The recording is erased: there is nothing left to play.');
  }
  if (!isOpenPlayback(playback, { recordingId, userName, nowMs: clock.nowMs() })) {
    return refuse('playback-expired', 'The playback has ended. Open the recording again to go on.');
  }
  return done({ expiresAt: playback.expiresAt, serverTime: nowIso(clock) });
}

/** Those that the caller opened with this playback. */
export async function stopWatchesOf(
  dependencies: EndWatchDependencies,
  { params: { recordingId, playbackId } }: Input,
  call: ReviewerCall,
): Promise<void> {
  const { userName } = call.caller;
  const watches = await dependencies.watches.list(recordingId);
  const own = watches.filter((watch) => watch.playbackId === playbackId && watch.userName === userName);
  await Promise.all(
    own.map(({ watchId }) =>
      stopWatching(dependencies, { params: { recordingId, watchId }, query: undefined, body: undefined }, call),
    ),
  );
}
