import { type RecordingAction, recordingActionSchema } from '@afterimage/contracts';

/** 0 wins over all others (POL-048). */
export function rankOf(action: RecordingAction): number {
  return recordingActionSchema.options.indexOf(action);
}

/** Whether the user is told. */
export function tellsUser(action: RecordingAction): boolean {
  return action === 'record-with-notification' || action === 'record-events-with-notification';
}

export function permitsRecording({ action }: { action: RecordingAction }): boolean {
  return action !== 'do-not-record';
}
