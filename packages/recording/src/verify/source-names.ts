import type { ManifestFile } from '../manifest/manifest.ts';
import type { SegmentIndexEntry } from '../reader/segment-index.ts';
import type { Finding } from './verdict.ts';

/** Says which file should hold a segment that nothing holds. */
export class SourceNames {
  readonly #lines: readonly ManifestFile[];
  readonly #names = new Map<number, string>();

  constructor(lines: readonly ManifestFile[]) {
    this.#lines = lines;
  }

  add(name: string, entries: readonly SegmentIndexEntry[]): void {
    for (const { fileNumber } of entries) if (!this.#names.has(fileNumber)) this.#names.set(fileNumber, name);
  }

  complete(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => {
      if (finding.reason !== 'segment-missing' || finding.sequences === undefined) return finding;
      const [from] = finding.sequences;
      const line = this.#lines.find(({ firstSequence, lastSequence }) => firstSequence <= from && from <= lastSequence);
      if (line === undefined) return finding;
      const name = this.#names.get(line.fileNumber);
      return name === undefined
        ? { ...finding, file: fileNameOf(line), detail: 'its file is not here, or nothing in it can be read' }
        : { ...finding, file: name };
    });
  }
}

/** The last part of an object's key: what a download is called. */
export function fileNameOf({ objectKey }: Pick<ManifestFile, 'objectKey'>): string {
  return objectKey.slice(objectKey.lastIndexOf('/') + 1);
}
