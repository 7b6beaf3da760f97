import { toCryptoBytes } from '../crypto/digest.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';

const RSA_OAEP = { name: 'RSA-OAEP', hash: 'SHA-256' };
const MODULUS_BITS = 2048;
/** 4096 bits in base64url; larger keys only cost time. */
const MAX_MODULUS_TEXT_LENGTH = 683;

/** The members of an RSA public key in JWK form (RFC 7518, 6.3.1). */
export interface ViewerPublicKeyJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
}

export interface ViewerKeyPair {
  readonly publicKeyJwk: ViewerPublicKeyJwk;
  /** Can't be exported; it unwraps epoch keys and does nothing else. */
  readonly privateKey: CryptoKey;
}

export async function createViewerKeyPair(): Promise<ViewerKeyPair> {
  const parameters = { ...RSA_OAEP, modulusLength: MODULUS_BITS, publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey(parameters, false, ['wrapKey', 'unwrapKey']);
  const { n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  if (n === undefined || e === undefined) throw new TypeError('an RSA public key has a modulus and an exponent');
  return { publicKeyJwk: { kty: 'RSA', n, e }, privateKey: pair.privateKey };
}

/** Wraps an epoch key to one viewer's own key. Throws `RecordingFormatError` (`wrong-key`) for a weak or malformed key. */
export async function wrapEpochKeyForViewer(
  epochKey: Uint8Array,
  viewerPublicKey: ViewerPublicKeyJwk,
): Promise<Uint8Array<ArrayBuffer>> {
  const { kty, n, e } = viewerPublicKey;
  if (kty !== 'RSA' || e !== 'AQAB' || n.length > MAX_MODULUS_TEXT_LENGTH) throw unfitKey();
  try {
    const key = await crypto.subtle.importKey('jwk', { kty, n, e }, RSA_OAEP, false, ['encrypt']);
    if (modulusBits(key) < MODULUS_BITS) throw unfitKey();
    return new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, key, toCryptoBytes(epochKey)));
  } catch (cause) {
    throw cause instanceof RecordingFormatError ? cause : unfitKey(cause);
  }
}

/**
 * Unwraps into an HKDF key that derives segment keys and can't be exported: script never sees the epoch key's bytes.
 * Throws `RecordingFormatError` (`wrong-key`) when it was not wrapped to this viewer.
 */
export async function unwrapEpochKey(wrapped: Uint8Array, privateKey: CryptoKey): Promise<CryptoKey> {
  try {
    return await crypto.subtle.unwrapKey('raw', toCryptoBytes(wrapped), privateKey, 'RSA-OAEP', 'HKDF', false, [
      'deriveKey',
    ]);
  } catch (cause) {
    throw new RecordingFormatError('wrong-key', 'the epoch key was wrapped to another viewer', { cause });
  }
}

function modulusBits(key: CryptoKey): number {
  const { algorithm } = key;
  return 'modulusLength' in algorithm && typeof algorithm.modulusLength === 'number' ? algorithm.modulusLength : 0;
}

function unfitKey(cause?: unknown): RecordingFormatError {
  return new RecordingFormatError('wrong-key', 'a viewer key is RSA of 2048 to 4096 bits, exponent 65537', { cause });
}
