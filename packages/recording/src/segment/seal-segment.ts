import type { DeviceSigner } from '../crypto/device-signature.ts';
import { sha256, toCryptoBytes } from '../crypto/digest.ts';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { deriveSegmentKey, type EpochKey } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import { encodeRecords } from '../records/record-codec.ts';
import { chainNext, segmentSignatureMessage } from './chain.ts';
import { encodeSegmentHeader, type SegmentHeader } from './segment-header.ts';

/** All of a header but what follows from the body. */
export type SegmentFields = Omit<SegmentHeader, 'bodyLengthBytes'>;

export interface SealedSegment {
  readonly bytes: Uint8Array;
  /** h(i). */
  readonly hash: Uint8Array;
  readonly header: SegmentHeader;
}

/**
 * The nonce is fixed at zero. A segment key is used for one message only, as it follows from a salt that is random and
 * never used twice; a nonce of its own would add nothing, and none can be repeated by mistake.
 */
export const SEGMENT_NONCE: Uint8Array<ArrayBuffer> = new Uint8Array(12);

/** Encrypts, chains and signs. The same input gives the same bytes, always. Throws `RangeError` on unsealable input. */
export async function sealSegment(
  fields: SegmentFields,
  records: readonly RecordingRecord[],
  epochKey: EpochKey,
  signer: DeviceSigner,
): Promise<SealedSegment> {
  return sealBody(fields, encodeRecords(records, fields.t0Ms), epochKey, signer);
}

/** As `sealSegment`, of records that are encoded already. */
export async function sealBody(
  fields: SegmentFields,
  body: Uint8Array,
  epochKey: EpochKey,
  signer: DeviceSigner,
): Promise<SealedSegment> {
  const header: SegmentHeader = { ...fields, bodyLengthBytes: body.length };
  const headerBytes = encodeSegmentHeader(header);
  const key = await deriveSegmentKey(epochKey, header.salt);
  const sealing = { name: 'AES-GCM', iv: SEGMENT_NONCE, additionalData: headerBytes };
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(sealing, key, toCryptoBytes(body)));
  const hash = await chainNext(header.previousHash, headerBytes, await sha256(ciphertext));
  const signature = await signer.sign(segmentSignatureMessage(hash));
  return { bytes: concatBytes(headerBytes, ciphertext, signature), hash, header };
}
