import { concatBytes } from '../encoding/byte-arrays.ts';

export const SHA256_BYTES = 32;

/** WebCrypto refuses views of shared memory; those alone are copied. */
export function toCryptoBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : new Uint8Array(bytes);
}

export async function sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const [only] = parts;
  const message = parts.length === 1 && only !== undefined ? toCryptoBytes(only) : concatBytes(...parts);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', message));
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return Object.prototype.toString.call(bytes.buffer) === '[object ArrayBuffer]';
}
