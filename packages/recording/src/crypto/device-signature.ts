import { toCryptoBytes } from './digest.ts';

export const SIGNATURE_BYTES = 64;
const RAW_PUBLIC_KEY_BYTES = 32;

/** Signs with the device's Ed25519 key, wherever that key lives. */
export interface DeviceSigner {
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A device's Ed25519 public key: imported, 32 raw bytes, or SPKI (44 bytes). */
export type DevicePublicKey = CryptoKey | Uint8Array;

export function createDeviceSigner(privateKey: CryptoKey): DeviceSigner {
  return {
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, privateKey, toCryptoBytes(message))),
  };
}

/** Throws a `DOMException` when the bytes are no Ed25519 key. */
export async function importDevicePublicKey(key: DevicePublicKey): Promise<CryptoKey> {
  if (!(key instanceof Uint8Array)) return key;
  const format = key.length === RAW_PUBLIC_KEY_BYTES ? 'raw' : 'spki';
  return crypto.subtle.importKey(format, toCryptoBytes(key), { name: 'Ed25519' }, true, ['verify']);
}

export async function verifyDeviceSignature(
  key: DevicePublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const imported = await importDevicePublicKey(key);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, toCryptoBytes(signature), toCryptoBytes(message));
}
