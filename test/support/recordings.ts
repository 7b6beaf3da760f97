import { getRecording, type Recording, type RecordingId, type RecordingState } from '@afterimage/contracts';
import { pollUntil } from './poll-until.ts';
import { people, type Stack } from './stack.ts';

export async function showRecording(stack: Stack, recordingId: RecordingId): Promise<Recording> {
  const { recording } = await stack.api(people.reviewer)(getRecording, { params: { recordingId } });
  return recording;
}

/** Waits until the catalog says so. */
export function recordingIn(
  stack: Stack,
  recordingId: RecordingId,
  state: RecordingState,
  withinMs = 30_000,
): Promise<Recording> {
  return pollUntil(
    `${recordingId} is ${state}`,
    async () => {
      const recording = await showRecording(stack, recordingId);
      return recording.state === state && recording;
    },
    withinMs,
  );
}
