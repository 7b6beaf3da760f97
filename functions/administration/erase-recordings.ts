import type { eraseRecording, RouteInput } from '@afterimage/contracts';
import { beginErasure, type Clock, digestJustification, type ErasureQueue, isErased, nowIso } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface EraseDependencies {
  recordings: ViewerRecordings;
  erasureQueue: ErasureQueue;
  clock: Clock;
}

/** Closes the recording at once and has it erased; asked again while it is erased or afterwards, it agrees. */
export async function askForErasure(
  { recordings, erasureQueue, clock }: EraseDependencies,
  { params, body }: RouteInput<typeof eraseRecording>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof eraseRecording>> {
  const { recordingId } = params;
  const request = {
    requestedBy: caller.userName,
    requestedAt: nowIso(clock),
    justificationSha256: await digestJustification(body.justification),
  };
  const recording = await recordings.change(recordingId, (current) => beginErasure(current, request));
  if (recording === undefined) return refuseUnknownRecording();
  const { state, hold } = recording;
  if (isErased(state)) {
    if (state === 'erasing') await erasureQueue.send(recordingId);
    return done({ recordingId, state });
  }
  return hold === undefined
    ? refuse('recording-still-live', 'Nothing was erased. Wait until the recording has ended, or finish it first.')
    : refuse('recording-held', `Nothing was erased. ${hold.placedBy} placed a hold; have it released first.`);
}
