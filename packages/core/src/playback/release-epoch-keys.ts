import { type AgentId, idToBytes, type RecordingId } from '@afterimage/contracts';
import {
  deriveEpochKey,
  readWrappedKeyPlaintext,
  type ViewerPublicKeyJwk,
  wrapEpochKeyForViewer,
} from '@afterimage/recording';
import { encodeBase64 } from '../encoding/base64.ts';

export interface RecordingBinding {
  recordingId: RecordingId;
  agentId: AgentId;
}

/**
 * The data key inside what the key service unwrapped.
 * @throws RecordingFormatError when it was wrapped for another recording or agent
 */
export function readDataKey(
  plaintext: Uint8Array,
  { recordingId, agentId }: RecordingBinding,
): Uint8Array<ArrayBuffer> {
  return readWrappedKeyPlaintext(plaintext, idToBytes(recordingId), idToBytes(agentId));
}

/** One epoch key for one viewer, base64: the data key itself never leaves the service. */
export async function wrapEpochKey(
  dataKey: Uint8Array,
  recordingId: RecordingId,
  epoch: number,
  viewerPublicKey: ViewerPublicKeyJwk,
): Promise<string> {
  const epochKey = await deriveEpochKey(dataKey, idToBytes(recordingId), epoch);
  return encodeBase64(await wrapEpochKeyForViewer(epochKey, viewerPublicKey));
}
