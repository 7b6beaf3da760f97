import { sha256 } from '../crypto/digest.ts';
import { concatBytes } from '../encoding/byte-arrays.ts';

const text = new TextEncoder();
const CHAIN_START = text.encode('afterimage chain v1\0');
const SIGNATURE_CONTEXT = text.encode('afterimage segment v1\0');

/** h(0) = SHA-256(`afterimage chain v1\0` || recording id || agent id). */
export function chainStart(recordingId: Uint8Array, agentId: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(CHAIN_START, recordingId, agentId);
}

/**
 * h(i) = SHA-256(h(i-1) || SHA-256(header) || SHA-256(ciphertext and tag)). Two levels, so that a ciphertext may be
 * withdrawn and the chain still be checked from the hash that stays.
 */
export async function chainNext(
  previousHash: Uint8Array,
  headerBytes: Uint8Array,
  ciphertextHash: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(previousHash, await sha256(headerBytes), ciphertextHash);
}

/** What a device signs: `afterimage segment v1\0` || h(i). The prefix keeps it apart from all else that the key signs. */
export function segmentSignatureMessage(hash: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(SIGNATURE_CONTEXT, hash);
}
