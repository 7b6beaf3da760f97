import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ApiClient, getManifestKeys, getRecordingFiles, type RecordingId } from '@afterimage/contracts';
import { UsageError } from '../output/command-error.ts';
import { buildVerifier } from './build-verifier.ts';
import { writeBundleReadme } from './bundle-readme.ts';

export interface ExportedBundle {
  readonly folder: string;
  readonly recordingIds: readonly RecordingId[];
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** A large file over a slow line; without an end a dead line would be waited for for ever. */
const downloadTimeoutMs = 6 * 3_600_000;

/**
 * Writes everything that an auditor needs into an empty folder: files as they are stored, all versions of their
 * manifests, public keys, the verifier, and what all of it means. No key that opens a recording is in it.
 */
export async function exportBundle(
  api: ApiClient,
  recordingIds: readonly RecordingId[],
  folder: string,
): Promise<ExportedBundle> {
  await requireEmptyFolder(folder);
  const keySet = await api(getManifestKeys, {});
  let fileCount = 0;
  let sizeBytes = 0;
  for (const recordingId of recordingIds) {
    const { files, manifests } = await api(getRecordingFiles, { params: { recordingId } });
    await mkdir(join(folder, recordingId));
    for (const object of [...manifests, ...files]) {
      await download(object.url, join(folder, recordingId, basename(object.objectKey)));
    }
    fileCount += files.length;
    sizeBytes += files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }
  await writeFile(join(folder, 'keys.json'), `${JSON.stringify(keySet, null, 2)}\n`);
  await writeFile(join(folder, 'verify.mjs'), await buildVerifier());
  const readme = writeBundleReadme({ exportedAt: keySet.asOf, recordingIds, keyIds: keySet.keys.map((k) => k.keyId) });
  await writeFile(join(folder, 'README.md'), readme);
  return { folder, recordingIds, fileCount, sizeBytes };
}

/** What lay there before would look like part of the evidence. */
async function requireEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new UsageError(`${folder} is not empty. Name a folder that is, or a new one.`);
}

async function download(url: string, path: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
  if (!response.ok || response.body === null) {
    throw new Error(`${basename(path)} could not be downloaded: the storage answered ${response.status}`);
  }
  await pipeline(response.body, createWriteStream(path, { flags: 'wx' }));
}
