import { type DevicePublicKey, verifyDeviceSignature } from '../crypto/device-signature.ts';
import { sha256 } from '../crypto/digest.ts';
import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { chainNext, segmentSignatureMessage } from './chain.ts';
import { headerLengthBytes, parseSegmentHeader, type SegmentHeader } from './segment-header.ts';
import { takeSegment } from './segment-split.ts';

/** What stays of a segment whose ciphertext was withdrawn: enough to verify its place in the chain. */
export interface SegmentProof {
  readonly headerBytes: Uint8Array;
  readonly ciphertextHash: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SegmentExpectation {
  /** h(i-1), where the caller knows it. */
  readonly previousHash?: Uint8Array;
  readonly publicKey: DevicePublicKey;
}

export interface VerifiedSegment {
  readonly header: SegmentHeader;
  /** h(i). */
  readonly hash: Uint8Array;
}

/**
 * Proves that the device sealed exactly these bytes, needing no secret. Throws `RecordingFormatError`: those of
 * `takeSegment`, `signature-invalid`, or `hash-mismatch` when the segment follows another one than expected.
 */
export async function verifySegment(bytes: Uint8Array, expectation: SegmentExpectation): Promise<VerifiedSegment> {
  return verifySegmentProof(await proofOfSegment(bytes), expectation);
}

export async function proofOfSegment(bytes: Uint8Array): Promise<SegmentProof> {
  const { headerBytes, ciphertext, signature } = takeSegment(bytes);
  return { headerBytes, ciphertextHash: await sha256(ciphertext), signature };
}

/** As `verifySegment`, without the ciphertext. */
export async function verifySegmentProof(
  proof: SegmentProof,
  expectation: SegmentExpectation,
): Promise<VerifiedSegment> {
  const header = parseSegmentHeader(proof.headerBytes);
  if (proof.headerBytes.length !== headerLengthBytes(header)) {
    throw new RecordingFormatError('bad-length', 'bytes follow the header');
  }
  const hash = await chainNext(header.previousHash, proof.headerBytes, proof.ciphertextHash);
  if (!(await verifyDeviceSignature(expectation.publicKey, segmentSignatureMessage(hash), proof.signature))) {
    throw new RecordingFormatError('signature-invalid', 'this device did not sign these bytes');
  }
  if (expectation.previousHash !== undefined && !areBytesEqual(expectation.previousHash, header.previousHash)) {
    throw new RecordingFormatError('hash-mismatch', 'the segment follows another one than expected');
  }
  return { header, hash };
}
