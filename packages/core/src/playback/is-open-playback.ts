import type { RecordingId } from '@afterimage/contracts';
import type { Playback } from '../stores/recording-stores.ts';

/** Whether a playback is this person's own, of this recording, and not over yet. */
export function isOpenPlayback(
  playback: Playback | undefined,
  { recordingId, userName, nowMs }: { recordingId: RecordingId; userName: string; nowMs: number },
): playback is Playback {
  if (playback?.userName !== userName || playback.recordingId !== recordingId) return false;
  return nowMs < Date.parse(playback.expiresAt);
}
