import type { RecordingFile, RecordingFileId } from '@afterimage/contracts';

/** `yyyy/mm/dd/i_<file id>.air`, by the day on which the recording began (PLY-090). */
export function fileKeyOf(startedAt: string, recordingFileId: RecordingFileId): string {
  return `${startedAt.slice(0, 10).replaceAll('-', '/')}/i_${recordingFileId}.air`;
}

/** Beside its file; every version stays. */
export function manifestKeyOf({
  objectKey,
  manifestVersion,
}: Pick<RecordingFile, 'objectKey' | 'manifestVersion'>): string {
  return `${objectKey.replace(/\.air$/, '')}.manifest.v${manifestVersion}.json`;
}
