import type { holdRecording, RouteInput, releaseHold } from '@afterimage/contracts';
import { type Clock, releaseHold as lift, nowIso, placeHold } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface HoldDependencies {
  recordings: ViewerRecordings;
  clock: Clock;
}

/** Placed a second time, the hold that stands is answered. */
export async function placeLegalHold(
  { recordings, clock }: HoldDependencies,
  { params, body }: RouteInput<typeof holdRecording>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof holdRecording>> {
  const hold = { reason: body.reason, placedBy: caller.userName, placedAt: nowIso(clock) };
  const recording = await recordings.change(params.recordingId, (current) => placeHold(current, hold));
  if (recording === undefined) return refuseUnknownRecording();
  return recording.hold === undefined ? refuseErased() : done({ hold: recording.hold });
}

export async function liftLegalHold(
  { recordings }: HoldDependencies,
  { params }: RouteInput<typeof releaseHold>,
): Promise<Outcome<typeof releaseHold>> {
  const recording = await recordings.change(params.recordingId, lift);
  if (recording === undefined) return refuseUnknownRecording();
  return done({ recordingId: params.recordingId });
}

function refuseErased() {
  return refuse(
    'recording-erased',
    'The recording is erased, so there is nothing left to hold. Its receipt can be read.',
  );
}
