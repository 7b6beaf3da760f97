import { manifestKeyIdOf } from '@afterimage/recording';
import { decodeBase64 } from '../encoding/base64.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';
import { fileKeyOf, manifestKeyOf } from './object-keys.ts';

export interface ManifestVersion {
  manifestVersion: number;
  objectKey: string;
}

/**
 * Where each version of a recording's manifest lies, oldest first. Each was written with one file, and file ids sort by
 * the time at which the file was planned: the files that were replaced belong, in order, to the versions that no
 * present file has.
 */
export function manifestVersionsOf({
  files,
  manifestVersion: newest,
  startedAt,
  supersededFileIds,
}: Pick<TrackedRecording, 'files' | 'manifestVersion' | 'startedAt' | 'supersededFileIds'>): ManifestVersion[] {
  const present = new Map(files.map((file) => [file.manifestVersion, file.objectKey]));
  const superseded = supersededFileIds.toSorted();
  const versions: ManifestVersion[] = [];
  for (let manifestVersion = 1; manifestVersion <= newest; manifestVersion++) {
    const fileId = present.has(manifestVersion) ? undefined : superseded.shift();
    const fileKey = present.get(manifestVersion) ?? (fileId && fileKeyOf(startedAt, fileId));
    if (fileKey === undefined) continue;
    versions.push({ manifestVersion, objectKey: manifestKeyOf({ objectKey: fileKey, manifestVersion }) });
  }
  return versions;
}

/** By which people tell public keys apart. */
export function manifestKeyId(publicKeyBase64: string): Promise<string> {
  return manifestKeyIdOf(decodeBase64(publicKeyBase64));
}
