import type { PlaybackId, RecordingId } from '@afterimage/contracts';
import { type Clock, isErased, isOpenPlayback, isUnderWay, type PlaybackStore } from '@afterimage/core';
import { refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface MayWatchDependencies {
  recordings: ViewerRecordings;
  playbacks: Pick<PlaybackStore, 'find'>;
  clock: Pick<Clock, 'nowMs'>;
  isLiveViewAllowed: boolean;
}

interface Wish {
  recordingId: RecordingId;
  playbackId: PlaybackId;
  userName: string;
}

/** Asked when a watch is opened and at each renewal: a right that is withdrawn ends the watch with its next renewal. */
export async function mayWatch(
  { recordings, playbacks, clock, isLiveViewAllowed }: MayWatchDependencies,
  { recordingId, playbackId, userName }: Wish,
) {
  const [recording, playback] = await Promise.all([recordings.find(recordingId), playbacks.find(playbackId)]);
  if (recording === undefined) return refuseUnknownRecording();
  if (!isOpenPlayback(playback, { recordingId, userName, nowMs: clock.nowMs() })) {
    return refuse('playback-expired', 'Nothing was watched. Open the recording again to go on.');
  }
  if (isErased(recording.state)) {
    return refuse('recording-erased', 'The recording is erased: there is nothing left to play.');
  }
  if (recording.state === 'failed') {
    return refuse('recording-ended', 'Nothing of the recording was stored, and there is nothing more to wait for.');
  }
  if (isUnderWay(recording.state) && !isLiveViewAllowed) {
    return refuse('live-view-not-allowed', 'The operator of this service has forbidden to watch recordings live.');
  }
  return { recording };
}
