import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { invalidCiphertext } from './errors.ts';

/**
 * Ciphertext blob of a symmetric key (all sizes in bytes):
 *
 *     +---------+---------+--------+---------+------------+
 *     | version | key id  | nonce  | tag     | ciphertext |
 *     | 1 (=1)  | 16      | 12     | 16      | n          |
 *     +---------+---------+--------+---------+------------+
 *
 * AES-256-GCM; the additional data is the version, the key id and the encryption context.
 */
const version = 1;
const headerBytes = 17;
const nonceBytes = 12;
const tagBytes = 16;

export type EncryptionContext = Readonly<Record<string, string>>;

function headerOf(keyId: string): Buffer {
  return Buffer.concat([Buffer.of(version), Buffer.from(keyId.replaceAll('-', ''), 'hex')]);
}

/** The context's pairs in one order, whatever order the client sent. */
function additionalData(header: Uint8Array, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}

export function encryptSymmetric(
  keyId: string,
  material: Uint8Array,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const header = headerOf(keyId);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', material, nonce);
  cipher.setAAD(additionalData(header, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]);
}

/** The key that a blob names. @throws AwsError `InvalidCiphertextException` for what is no blob of ours */
export function keyIdOfBlob(blob: Uint8Array): string {
  if (blob.length < headerBytes + nonceBytes + tagBytes || blob[0] !== version) throw invalidCiphertext();
  const hex = Buffer.from(blob.subarray(1, headerBytes)).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @throws AwsError `InvalidCiphertextException` for another context or changed bytes */
export function decryptSymmetric(material: Uint8Array, blob: Uint8Array, context: EncryptionContext): Buffer {
  const header = blob.subarray(0, headerBytes);
  const nonce = blob.subarray(headerBytes, headerBytes + nonceBytes);
  const tag = blob.subarray(headerBytes + nonceBytes, headerBytes + nonceBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', material, nonce);
  decipher.setAAD(additionalData(header, context));
  decipher.setAuthTag(tag);
  try {
    const ciphertext = blob.subarray(headerBytes + nonceBytes + tagBytes);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}
