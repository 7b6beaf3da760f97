import type { RecordingFile } from '@afterimage/contracts';
import type { FileLayout, TrackedRecording } from '../recordings/tracked-recording.ts';

/** A recording keeps them side by side, because readers are shown its files without their layouts. */
export type Sealed = Pick<TrackedRecording, 'files' | 'fileLayouts'>;

export interface SealedFile {
  file: RecordingFile;
  layout: FileLayout;
}

/** The newest version of each file, with where its segments lie. */
export function sealedFilesOf({ files, fileLayouts }: Sealed): SealedFile[] {
  return files.flatMap((file, index) => {
    const layout = fileLayouts[index];
    return layout === undefined ? [] : [{ file, layout }];
  });
}

/** A new version takes the place of its file's earlier one. In the order of the files. */
export function withSealedFile(sealed: Sealed, written: SealedFile): SealedFile[] {
  const others = sealedFilesOf(sealed).filter(({ file }) => file.fileNumber !== written.file.fileNumber);
  return [...others, written].sort((a, b) => a.file.fileNumber - b.file.fileNumber);
}

/** The layout of a file's newest version; undefined before it was sealed. */
export function layoutOf(sealed: Sealed, fileNumber: number): FileLayout | undefined {
  return sealedFilesOf(sealed).find(({ file }) => file.fileNumber === fileNumber)?.layout;
}
