import { toCryptoBytes } from '../crypto/digest.ts';
import { areBytesEqual, concatBytes } from '../encoding/byte-arrays.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { ID_BYTES } from '../ids/ulid.ts';
import { DATA_KEY_BYTES } from './key-derivation.ts';

const PLAINTEXT_BYTES = DATA_KEY_BYTES + 2 * ID_BYTES;

export interface DataKeyBinding {
  readonly recordingId: Uint8Array;
  readonly agentId: Uint8Array;
}

/**
 * Wraps `data key (32) || recording id (16) || agent id (16)` with RSA-OAEP-SHA-256 under the service's public key, so
 * that a wrapped key can't be passed off as another recording's. `servicePublicKeySpki` is what KMS gives out.
 */
export async function wrapDataKey(
  dataKey: Uint8Array,
  binding: DataKeyBinding,
  servicePublicKeySpki: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('spki', toCryptoBytes(servicePublicKeySpki), algorithm, false, ['encrypt']);
  const plaintext = concatBytes(dataKey, binding.recordingId, binding.agentId);
  if (plaintext.length !== PLAINTEXT_BYTES) throw new RangeError('a data key has 32 bytes and an id 16');
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, key, plaintext));
}

/**
 * The data key in what KMS unwrapped. Throws `RecordingFormatError`: `bad-length`, or `wrong-recording` when it was
 * wrapped for another recording or agent.
 */
export function readWrappedKeyPlaintext(
  plaintext: Uint8Array,
  recordingId: Uint8Array,
  agentId: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (plaintext.length !== PLAINTEXT_BYTES) {
    throw new RecordingFormatError('bad-length', `a wrapped key holds ${PLAINTEXT_BYTES} bytes`);
  }
  const boundRecording = plaintext.subarray(DATA_KEY_BYTES, DATA_KEY_BYTES + ID_BYTES);
  const boundAgent = plaintext.subarray(DATA_KEY_BYTES + ID_BYTES);
  if (!areBytesEqual(boundRecording, recordingId) || !areBytesEqual(boundAgent, agentId)) {
    throw new RecordingFormatError('wrong-recording', 'the key was wrapped for another recording or agent');
  }
  return new Uint8Array(plaintext.subarray(0, DATA_KEY_BYTES));
}
