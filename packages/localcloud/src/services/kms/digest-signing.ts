import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { HashName, SigningAlgorithm } from './key-specs.ts';
import { decodeSignature, encodeSignature, signDigest as signP256, verifyDigest as verifyP256 } from './p256-digest.ts';

/** Signing of a digest that the caller made (`MessageType: DIGEST`), which node:crypto has no call for. */
export function signDigest(key: KeyObject, algorithm: SigningAlgorithm, digest: Uint8Array): Buffer {
  if (algorithm.scheme === 'ecdsa') return encodeSignature(signP256(scalar(key, 'd'), digest));
  if (algorithm.scheme === 'pkcs1') {
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(algorithm.hash, digest));
  }
  const encoded = pssEncode(digest, modulusBits(key), algorithm.hash);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

export function verifyDigest(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (algorithm.scheme === 'ecdsa') {
    const decoded = decodeSignature(signature);
    if (decoded === undefined) return false;
    const point = { x: toInteger(scalar(key, 'x')), y: toInteger(scalar(key, 'y')) };
    return verifyP256(point, digest, decoded);
  }
  try {
    if (algorithm.scheme === 'pkcs1') {
      const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
      return equalBytes(opened, digestInfo(algorithm.hash, digest));
    }
    const encoded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
    return pssVerify(encoded, digest, modulusBits(key), algorithm.hash);
  } catch {
    return false;
  }
}

function scalar(key: KeyObject, member: 'd' | 'x' | 'y'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[member] ?? '', 'base64url');
}

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength ?? 0;
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

const digestInfoPrefixes: Record<HashName, string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** DigestInfo of RFC 8017, section 9.2. */
function digestInfo(hash: HashName, digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(digestInfoPrefixes[hash], 'hex'), digest]);
}

/** MGF1 of RFC 8017, appendix B.2.1. */
function mask(seed: Uint8Array, lengthBytes: number, hash: HashName): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0, made = 0; made < lengthBytes; counter += 1) {
    const index = Buffer.alloc(4);
    index.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(index).digest();
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

function exclusiveOr(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

/** EMSA-PSS of RFC 8017, section 9.1.1: the salt is as long as the digest. Modulus sizes here are whole bytes. */
function pssEncode(digest: Uint8Array, bits: number, hash: HashName): Buffer {
  const salt = randomBytes(digest.length);
  const hashed = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const maskedBytes = bits / 8 - digest.length - 1;
  const block = Buffer.alloc(maskedBytes);
  block[maskedBytes - salt.length - 1] = 1;
  salt.copy(block, maskedBytes - salt.length);
  const masked = exclusiveOr(block, mask(hashed, maskedBytes, hash));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, hashed, Buffer.of(0xbc)]);
}

/** EMSA-PSS of RFC 8017, section 9.1.2. */
function pssVerify(encoded: Uint8Array, digest: Uint8Array, bits: number, hash: HashName): boolean {
  const maskedBytes = bits / 8 - digest.length - 1;
  const masked = encoded.subarray(0, maskedBytes);
  const hashed = encoded.subarray(maskedBytes, maskedBytes + digest.length);
  if (encoded.at(-1) !== 0xbc || ((masked[0] ?? 0) & 0x80) !== 0) return false;
  const block = exclusiveOr(masked, mask(hashed, maskedBytes, hash));
  block[0] = (block[0] ?? 0) & 0x7f;
  const saltAt = maskedBytes - digest.length;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0)) return false;
  const salt = block.subarray(saltAt);
  const expected = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  return equalBytes(expected, hashed);
}
