import { sha256 } from '../crypto/digest.ts';
import { base64ToBytes } from '../encoding/base64.ts';
import { bytesToHex } from '../encoding/hex.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { ManifestFields } from './manifest-fields.ts';
import { importServicePublicKey } from './service-signature.ts';

/** One public key with which the service signs manifests and device certificates. */
export interface ManifestKey {
  /** The first 16 bytes of the SHA-256 of the key's SubjectPublicKeyInfo, hex: anybody can compute it. */
  readonly keyId: string;
  /** P-256, SubjectPublicKeyInfo in DER. */
  readonly publicKeySpki: Uint8Array<ArrayBuffer>;
  /** RFC 3339, UTC; null: since ever. */
  readonly validFrom: string | null;
  /** The first moment at which it signs no more; null: it still signs. */
  readonly validUntil: string | null;
}

/** The service's public keys at a time, as it publishes them and as auditors keep them. */
export interface ManifestKeySet {
  readonly asOf: string;
  readonly keys: readonly ManifestKey[];
}

/** No service changes its key more often than that. */
const MAX_KEYS = 1000;

export async function manifestKeyIdOf(publicKeySpki: Uint8Array): Promise<string> {
  return bytesToHex((await sha256(publicKeySpki)).subarray(0, 16));
}

/**
 * `{ "format": "afterimage-manifest-keys", "formatVersion": 1, "asOf", "keys": [{ "keyId", "publicKey", "validFrom",
 * "validUntil" }] }`, public keys in base64; other members are passed by. Throws `RecordingFormatError`
 * (`bad-manifest-keys`), also for a key that cannot verify and for a key id that is not its key's.
 */
export async function parseManifestKeySet(json: unknown): Promise<ManifestKeySet> {
  const { asOf, keys } = asKeySetError(() => {
    const fields = new ManifestFields(json, 'keys');
    fields.oneOf('format', ['afterimage-manifest-keys']);
    if (fields.integer('formatVersion') !== 1) throw new RangeError('another format version');
    return { asOf: fields.time('asOf'), keys: fields.list('keys', readKey) };
  });
  if (keys.length === 0 || keys.length > MAX_KEYS) throw bad(`${keys.length} keys`);
  for (const { keyId, publicKeySpki } of keys) {
    if (keyId !== (await manifestKeyIdOf(publicKeySpki))) throw bad(`${keyId} is the id of another key`);
    await importServicePublicKey(publicKeySpki).catch((cause: unknown) => {
      throw new RecordingFormatError('bad-manifest-keys', `${keyId} is no P-256 key`, { cause });
    });
  }
  return { asOf, keys };
}

/** Whether a key signed at this time, by its own dates. */
export function isKeyValidAt({ validFrom, validUntil }: ManifestKey, time: string): boolean {
  const timeMs = Date.parse(time);
  return (
    (validFrom === null || Date.parse(validFrom) <= timeMs) && (validUntil === null || timeMs < Date.parse(validUntil))
  );
}

function readKey(fields: ManifestFields): ManifestKey {
  return {
    keyId: fields.hex('keyId', 16),
    publicKeySpki: base64ToBytes(fields.text('publicKey')),
    validFrom: fields.orNull('validFrom', (name) => fields.time(name)),
    validUntil: fields.orNull('validUntil', (name) => fields.time(name)),
  };
}

function asKeySetError<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RecordingFormatError || error instanceof RangeError)) throw error;
    throw new RecordingFormatError('bad-manifest-keys', error.message, { cause: error });
  }
}

function bad(reason: string): RecordingFormatError {
  return new RecordingFormatError('bad-manifest-keys', reason);
}
