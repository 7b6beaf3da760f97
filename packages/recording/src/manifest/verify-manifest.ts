import { toCryptoBytes } from '../crypto/digest.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { derToRawSignature } from './der-signature.ts';
import type { RecordingManifest } from './manifest.ts';
import { parseManifest } from './manifest-codec.ts';

/**
 * The manifest, once the service's signature over exactly these bytes holds. `publicKeySpki` is a P-256 key as KMS gives
 * it out. Throws `RecordingFormatError`: `signature-invalid` or `bad-manifest`.
 */
export async function verifyManifest(
  manifestBytes: Uint8Array,
  signatureDer: Uint8Array,
  publicKeySpki: Uint8Array,
): Promise<RecordingManifest> {
  const signature = derToRawSignature(signatureDer);
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('spki', toCryptoBytes(publicKeySpki), curve, false, ['verify']);
  const scheme = { name: 'ECDSA', hash: 'SHA-256' };
  if (!(await crypto.subtle.verify(scheme, key, signature, toCryptoBytes(manifestBytes)))) {
    throw new RecordingFormatError('signature-invalid', 'the service did not sign this manifest');
  }
  return parseManifest(manifestBytes);
}
