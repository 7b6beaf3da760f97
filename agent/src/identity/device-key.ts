import { createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { readFileIfAny, replaceFile } from '../files/durable-file.ts';

/** The device's identity. The private key stays in this object and its file. */
export interface DeviceKey {
  /** Ed25519, 32 raw bytes. */
  readonly publicKey: Buffer;
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** 32 bytes for sealing what this host keeps on disk, one key for each purpose (HKDF-SHA-256). */
  deriveLocalKey(purpose: string): Buffer;
}

const spkiPrefixBytes = 12;
const pkcs8PrefixBytes = 16;

/** @returns undefined when the device has none yet */
export async function loadDeviceKey(path: string): Promise<DeviceKey | undefined> {
  const pem = await readFileIfAny(path);
  return pem && deviceKeyFrom(createPrivateKey(pem));
}

/** Keeps a key that is there: a repeated enrolment is of the same device. */
export async function loadOrCreateDeviceKey(path: string): Promise<DeviceKey> {
  const existing = await loadDeviceKey(path);
  if (existing) return existing;
  const { privateKey } = generateKeyPairSync('ed25519');
  await replaceFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return deviceKeyFrom(privateKey);
}

function deviceKeyFrom(privateKey: KeyObject): DeviceKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('the device key is not Ed25519');
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(spkiPrefixBytes);
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(pkcs8PrefixBytes);
  return {
    publicKey,
    sign: async (message) => sign(null, message, privateKey),
    deriveLocalKey: (purpose) => Buffer.from(hkdfSync('sha256', seed, '', `afterimage agent ${purpose}`, 32)),
  };
}
