import { toCryptoBytes } from '../crypto/digest.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { deriveSegmentKey, type EpochKey } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import { decodeRecords } from '../records/record-codec.ts';
import { SEGMENT_NONCE } from './seal-segment.ts';
import { type SegmentParts, takeSegment } from './segment-split.ts';

/**
 * Decrypts one segment into its records. GCM proves that header and body are as sealed; who sealed them is for
 * `verifySegment`. Throws `RecordingFormatError`: those of `parseSegmentHeader`, `truncated`, `bad-length`,
 * `decrypt-failed` or `record-malformed`.
 */
export async function openSegment(bytes: Uint8Array, epochKey: EpochKey): Promise<RecordingRecord[]> {
  const parts = takeSegment(bytes);
  const { t0Ms, t1Ms } = parts.header;
  return decodeRecords(await decryptBody(parts, epochKey), t0Ms, t1Ms);
}

async function decryptBody(parts: SegmentParts, epochKey: EpochKey): Promise<Uint8Array> {
  const key = await deriveSegmentKey(epochKey, parts.header.salt);
  const opening = { name: 'AES-GCM', iv: SEGMENT_NONCE, additionalData: toCryptoBytes(parts.headerBytes) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(opening, key, toCryptoBytes(parts.ciphertext)));
  } catch (cause) {
    throw new RecordingFormatError('decrypt-failed', 'wrong key or altered bytes', { cause });
  }
}
