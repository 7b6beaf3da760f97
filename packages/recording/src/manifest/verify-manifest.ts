import { RecordingFormatError } from '../errors/recording-format-error.ts';
import type { RecordingManifest } from './manifest.ts';
import { parseManifest } from './manifest-codec.ts';
import { isSignedByService } from './service-signature.ts';

/**
 * The manifest, once the service's signature over exactly these bytes holds. `publicKeySpki` is a P-256 key as KMS gives
 * it out. Throws `RecordingFormatError`: `signature-invalid` or `bad-manifest`.
 */
export async function verifyManifest(
  manifestBytes: Uint8Array,
  signatureDer: Uint8Array,
  publicKeySpki: Uint8Array,
): Promise<RecordingManifest> {
  if (!(await isSignedByService(manifestBytes, signatureDer, publicKeySpki))) {
    throw new RecordingFormatError('signature-invalid', 'the service did not sign this manifest');
  }
  return parseManifest(manifestBytes);
}
