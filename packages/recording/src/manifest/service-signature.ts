import { toCryptoBytes } from '../crypto/digest.ts';
import { derToRawSignature } from './der-signature.ts';

/** A P-256 public key as KMS gives it out. Throws `DOMException` when the bytes are none. */
export async function importServicePublicKey(spki: Uint8Array): Promise<CryptoKey> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  return crypto.subtle.importKey('spki', toCryptoBytes(spki), curve, false, ['verify']);
}

/** ECDSA P-256 over SHA-256, DER. Throws `RecordingFormatError` (`signature-invalid`) for what is no DER signature. */
export async function isSignedByService(
  bytes: Uint8Array,
  signatureDer: Uint8Array,
  publicKeySpki: Uint8Array,
): Promise<boolean> {
  const signature = derToRawSignature(signatureDer);
  const key = await importServicePublicKey(publicKeySpki);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, toCryptoBytes(bytes));
}
