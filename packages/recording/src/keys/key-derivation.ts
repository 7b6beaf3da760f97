import { ByteWriter } from '../bytes/byte-writer.ts';
import { toCryptoBytes } from '../crypto/digest.ts';

export const DATA_KEY_BYTES = 32;
export const EPOCH_KEY_BYTES = 32;
/** An epoch key opens this much of a recording and no more. */
export const EPOCH_LENGTH_MS = 10 * 60 * 1000;

/** An epoch key: raw where the agent or the service holds it, a non-extractable HKDF key in a viewer's browser. */
export type EpochKey = Uint8Array | CryptoKey;

const text = new TextEncoder();
const EPOCH_INFO = text.encode('afterimage epoch key v1');
const SEGMENT_INFO = text.encode('afterimage segment key v1');

/** Epochs count from 0 at the start of the recording. */
export function epochAt(timeMs: number): number {
  return Math.floor(timeMs / EPOCH_LENGTH_MS);
}

/** HKDF-SHA-256(data key, salt = recording id, info = `afterimage epoch key v1` || epoch u32 little-endian): 32 bytes. */
export async function deriveEpochKey(
  dataKey: Uint8Array,
  recordingId: Uint8Array,
  epoch: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = new ByteWriter(EPOCH_INFO.length + 4).bytes(EPOCH_INFO).u32(epoch).finish();
  const material = await importKeyMaterial(dataKey, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits(hkdf(recordingId, info), material, EPOCH_KEY_BYTES * 8);
  return new Uint8Array(bits);
}

/** HKDF-SHA-256(epoch key, salt = the segment's salt, info = `afterimage segment key v1`): an AES-256-GCM key. */
export async function deriveSegmentKey(epochKey: EpochKey, segmentSalt: Uint8Array): Promise<CryptoKey> {
  const material = epochKey instanceof Uint8Array ? await importKeyMaterial(epochKey, ['deriveKey']) : epochKey;
  return crypto.subtle.deriveKey(hkdf(segmentSalt, SEGMENT_INFO), material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
}

function importKeyMaterial(bytes: Uint8Array, usages: KeyUsage[]): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', toCryptoBytes(bytes), 'HKDF', false, usages);
}

function hkdf(salt: Uint8Array, info: Uint8Array): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: toCryptoBytes(salt), info: toCryptoBytes(info) };
}
