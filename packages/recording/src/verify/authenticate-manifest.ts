import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { RecordingManifest, SignedManifest } from '../manifest/manifest.ts';
import type { ManifestKey } from '../manifest/manifest-key-set.ts';
import { verifyManifest } from '../manifest/verify-manifest.ts';

/** A manifest that one of the known keys signed. */
export interface AuthenticManifest {
  readonly manifest: RecordingManifest;
  readonly signed: SignedManifest;
  readonly key: ManifestKey;
}

/** Finds the key that signed a manifest: key sets are small, so each is tried. Undefined when none of them did. */
export async function authenticateManifest(
  signed: SignedManifest,
  keys: readonly ManifestKey[],
): Promise<AuthenticManifest | undefined> {
  for (const key of keys) {
    try {
      return { manifest: await verifyManifest(signed.bytes, signed.signature, key.publicKeySpki), signed, key };
    } catch (error) {
      if (!(error instanceof RecordingFormatError)) throw error;
    }
  }
  return undefined;
}
