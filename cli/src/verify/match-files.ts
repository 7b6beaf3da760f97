import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  FILE_HEADER_BYTES,
  fileNameOf,
  type RecordingManifest,
  readFileHeader,
  recordingIdText,
} from '@afterimage/recording';

export interface ManifestAt {
  readonly path: string;
  readonly manifest: RecordingManifest;
}

/** The recording files under the paths, each to be taken by the manifest that it belongs to. */
export class FilePool {
  readonly #byName = new Map<string, string[]>();
  readonly #byPart: ReadonlyMap<string, readonly string[]>;
  readonly #taken = new Set<string>();

  static async of(paths: readonly string[]): Promise<FilePool> {
    const byPart = new Map<string, string[]>();
    for (const path of paths) {
      const part = await partOf(path);
      if (part !== undefined) byPart.set(part, [...(byPart.get(part) ?? []), path]);
    }
    return new FilePool(paths, byPart);
  }

  private constructor(paths: readonly string[], byPart: ReadonlyMap<string, readonly string[]>) {
    this.#byPart = byPart;
    for (const path of paths) this.#byName.set(basename(path), [...(this.#byName.get(basename(path)) ?? []), path]);
  }

  /** Files of a manifest, in its order, as far as they are here: by name, else by what their headers say. */
  take({ path: beside, manifest }: ManifestAt): string[] {
    return manifest.files.flatMap((line) => {
      const named = this.#byName.get(fileNameOf(line)) ?? [];
      const found =
        named.find((path) => dirname(path) === dirname(beside)) ??
        named[0] ??
        this.#byPart.get(partKey(manifest.recordingId, line.fileNumber))?.find((path) => !this.#taken.has(path));
      if (found !== undefined) this.#taken.add(found);
      return found === undefined ? [] : [found];
    });
  }

  /** What no manifest took. */
  rest(): string[] {
    return [...this.#byName.values()].flat().filter((path) => !this.#taken.has(path));
  }

  isTakenByName(path: string): boolean {
    return (this.#byName.get(basename(path)) ?? []).some((other) => this.#taken.has(other));
  }
}

function partKey(recordingId: string, fileNumber: number): string {
  return `${recordingId} ${fileNumber}`;
}

async function partOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_HEADER_BYTES), 0, FILE_HEADER_BYTES, 0);
      const { recordingId, fileNumber } = readFileHeader(buffer.subarray(0, bytesRead));
      return partKey(recordingIdText(recordingId), fileNumber);
    } finally {
      await file.close();
    }
  } catch {
    // Whatever is wrong with it is said when it is read as a whole.
    return undefined;
  }
}
