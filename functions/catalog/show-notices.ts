import type { listRecordingNotices, RouteInput } from '@afterimage/contracts';
import type { SessionStore } from '@afterimage/core';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface ShowNoticesDependencies {
  recordings: ViewerRecordings;
  sessions: Pick<SessionStore, 'find'>;
}

/** Of the recorded session, and of no other: who may view the recording may know what its user was told. */
export async function showNotices(
  { recordings, sessions }: ShowNoticesDependencies,
  { params }: RouteInput<typeof listRecordingNotices>,
): Promise<Outcome<typeof listRecordingNotices>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  const session = await sessions.find(recording.sessionId);
  return done({ notices: session?.notices ?? [] });
}
