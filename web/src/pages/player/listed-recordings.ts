import type { Recording, RecordingId } from '@afterimage/contracts';

const listed = new Map<RecordingId, Recording>();

export function isFinished({ state }: Recording): boolean {
  return state === 'complete' || state === 'partial' || state === 'failed';
}

/**
 * The finished ones of the list that was seen last: who opens one of them sees at once what the list knew, while the
 * service is asked. Others change too fast for that. Whether it may be played the service says each time.
 */
export function rememberListed(recordings: readonly Recording[]): void {
  listed.clear();
  for (const recording of recordings) if (isFinished(recording)) listed.set(recording.recordingId, recording);
}

export function findListed(recordingId: RecordingId | undefined): Recording | undefined {
  return recordingId === undefined ? undefined : listed.get(recordingId);
}
