import type { RecordingOptions } from '@afterimage/contracts';

export interface FileUnderWay {
  readonly sizeBytes: number;
  readonly ageMs: number;
}

const bytesPerMb = 1_000_000;
const hourMs = 3_600_000;
/** A file of more than this ends at any age. */
const hardLimitBytes = 300 * bytesPerMb;

/**
 * Whether a recording goes on in a new file: at the size or the duration that comes first, but never before an hour has
 * passed unless the file is above 300 MB (STO-005 to STO-008).
 */
export function isRolloverDue({ sizeBytes, ageMs }: FileUnderWay, limits: RecordingOptions['rollover']): boolean {
  if (sizeBytes > hardLimitBytes) return true;
  if (ageMs < hourMs) return false;
  return sizeBytes >= limits.sizeMb * bytesPerMb || ageMs >= limits.hours * hourMs;
}
