import { getManifest, getManifestKeys, type RecordingId } from '@afterimage/contracts';
import {
  type AuthenticManifest,
  authenticateManifest,
  base64ToBytes,
  type ManifestKey,
  parseManifestKeySet,
} from '@afterimage/recording';
import type { ApiSource, PlayerApi } from '../source/api-source.ts';

/** Segments that are read at once: a recording may be larger than memory. */
const segmentsPerRead = 32;
const readTimeoutMs = 120_000;

export interface StoredManifest {
  /** Undefined when none of the service's keys signed what is stored. */
  readonly authentic: AuthenticManifest | undefined;
  readonly keys: readonly ManifestKey[];
}

/** The newest manifest of a sealed recording, held against the published keys. Rejects as the API does. */
export async function readStoredManifest(
  api: PlayerApi,
  recordingId: RecordingId,
  signal: AbortSignal,
): Promise<StoredManifest> {
  const [stored, { keys }] = await Promise.all([
    api(getManifest, { params: { recordingId } }, signal),
    api(getManifestKeys, {}, signal).then(parseManifestKeySet),
  ]);
  const bytes = new TextEncoder().encode(stored.manifest);
  const authentic = await authenticateManifest({ bytes, signature: base64ToBytes(stored.signature) }, keys);
  return { authentic, keys };
}

/** All bytes that are stored, as they are, in order; `onRead` hears how many were read so far. */
export async function* storedBytes(
  source: Pick<ApiSource, 'segments' | 'readUnverified'>,
  life: AbortSignal,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  for (let from = 0; from < source.segments.length; from += segmentsPerRead) {
    const signal = AbortSignal.any([life, AbortSignal.timeout(readTimeoutMs)]);
    for (const bytes of await source.readUnverified(from, from + segmentsPerRead, signal)) {
      yield bytes;
      read += bytes.length;
      onRead(read);
    }
  }
}
