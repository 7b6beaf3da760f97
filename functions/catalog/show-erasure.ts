import type { getErasure, RouteInput } from '@afterimage/contracts';
import { isErased } from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';
import { refuseUnknownRecording } from '../_runtime/viewing/refuse-unknown-recording.ts';
import type { ViewerRecordings } from '../_runtime/viewing/viewer-recordings.ts';

export interface ShowErasureDependencies {
  recordings: ViewerRecordings;
}

/** Who asked for an erasure and when, and its receipt once all is done. */
export async function showErasure(
  { recordings }: ShowErasureDependencies,
  { params }: RouteInput<typeof getErasure>,
): Promise<Outcome<typeof getErasure>> {
  const recording = await recordings.find(params.recordingId);
  if (recording === undefined) return refuseUnknownRecording();
  const { state, erasure } = recording;
  if (!isErased(state) || erasure === undefined) {
    return refuse('recording-not-erased', 'The recording is there, and nobody has asked for its erasure.');
  }
  const { requestedBy, requestedAt, receipt } = erasure;
  if (receipt === undefined) return done({ state, requestedBy, requestedAt });
  const signed = { receipt: receipt.text, signature: receipt.signature };
  return done({ state, requestedBy, requestedAt, signed });
}
