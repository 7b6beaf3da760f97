import type { finishRecording, RouteInput } from '@afterimage/contracts';
import { endWait, type FinaliseQueue, type RecordingStore } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface FinishDependencies {
  /** Any: the wait for a host is the service's business, and nothing of the recording is shown. */
  allRecordings: Pick<RecordingStore, 'change'>;
  finaliseQueue: FinaliseQueue;
}

/** Ends the wait for an interrupted recording; asked again while it is sealed, it agrees. */
export async function endRecordingWait(
  { allRecordings, finaliseQueue }: FinishDependencies,
  { params }: RouteInput<typeof finishRecording>,
): Promise<Outcome<typeof finishRecording>> {
  const { recordingId } = params;
  const recording = await allRecordings.change(recordingId, endWait);
  if (recording === undefined) return refuse('recording-not-found', 'There is no such recording.');
  switch (recording.state) {
    case 'live':
      return refuse(
        'recording-still-live',
        'Its agent is still sending. Stop the agent, or wait until it has been silent.',
      );
    case 'sealing':
      await finaliseQueue.send(recordingId);
      return done({ recordingId });
    default:
      return refuse('recording-ended', 'The recording has been sealed already. Nothing was changed.');
  }
}
