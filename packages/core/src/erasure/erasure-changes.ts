import type { LegalHold } from '@afterimage/contracts';
import { eventHead } from '../recordings/recording-changes.ts';
import { isErased, nextState } from '../recordings/recording-life.ts';
import type { Erasure, TrackedRecording } from '../recordings/tracked-recording.ts';

/** A change that found nothing to do returns the recording it was given, the same object. */

/** While a hold stands, nothing is erased. A hold that stands keeps its reason and its author. */
export function placeHold(recording: TrackedRecording, hold: LegalHold): TrackedRecording {
  return recording.hold !== undefined || isErased(recording.state) ? recording : { ...recording, hold };
}

export function releaseHold(recording: TrackedRecording): TrackedRecording {
  if (recording.hold === undefined) return recording;
  const { hold: _released, ...rest } = recording;
  return rest;
}

/** Closes the recording to everybody, before anything of it is destroyed. Not while it is held or still being made. */
export function beginErasure(
  recording: TrackedRecording,
  request: Pick<Erasure, 'requestedBy' | 'requestedAt' | 'justificationSha256'>,
): TrackedRecording {
  const state = nextState(recording.state, 'erasure-asked');
  if (state === undefined || recording.hold !== undefined) return recording;
  return { ...recording, state, erasure: request };
}

/** Remembers which keys are to be destroyed: afterwards nobody could say. The first to note them is believed. */
export function noteKeysToDestroy(recording: TrackedRecording, keyFingerprints: readonly string[]): TrackedRecording {
  const { erasure } = recording;
  if (recording.state !== 'erasing' || erasure === undefined || erasure.keyFingerprints !== undefined) return recording;
  return { ...recording, erasure: { ...erasure, keyFingerprints: [...keyFingerprints] } };
}

/** All is done and attested. A receipt that comes second changes nothing. */
export function completeErasure(
  recording: TrackedRecording,
  receipt: NonNullable<Erasure['receipt']>,
  at: string,
): TrackedRecording {
  const state = nextState(recording.state, 'erasure-done');
  const { erasure } = recording;
  if (state === undefined || erasure === undefined) return recording;
  const { requestedBy, requestedAt } = erasure;
  const detail = { ...eventHead(recording, at), requestedBy, requestedAt };
  return {
    ...recording,
    state,
    erasedAt: at,
    erasure: { ...erasure, receipt },
    unsaidEvents: [...recording.unsaidEvents, { type: 'RecordingErased', detail }],
  };
}
