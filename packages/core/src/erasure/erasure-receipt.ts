import { type ErasureReceipt, erasureReceiptSchema } from '@afterimage/contracts';
import { bytesToHex, canonicalJson, sha256 } from '@afterimage/recording';
import { decodeBase64 } from '../encoding/base64.ts';
import { fileKeyOf } from '../files/object-keys.ts';
import { countSegments } from '../recordings/stored-ranges.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';
import type { WrappedDataKey } from '../stores/recording-stores.ts';

/** How far back the backups of the tables reach. */
export interface RecoveryWindows {
  keysMs: number;
  recordingsMs: number;
}

export interface ErasureFacts {
  /** When all of it was done. */
  erasedAtMs: number;
  retainedObjects: number;
  windows: RecoveryWindows;
}

/** Names a wrapped key without giving it away: SHA-256 of its bytes, hex. */
export async function fingerprintOf({ wrappedKey }: WrappedDataKey): Promise<string> {
  return bytesToHex(await sha256(decodeBase64(wrappedKey)));
}

/** SHA-256 of a justification's words in UTF-8, hex. */
export async function digestJustification(justification: string): Promise<string> {
  return bytesToHex(await sha256(new TextEncoder().encode(justification)));
}

/** Every object that ever was a file of the recording: the newest versions and those that they replaced. */
export function fileKeysOf(recording: TrackedRecording): string[] {
  const ids = [...recording.supersededFileIds, ...recording.files.map(({ recordingFileId }) => recordingFileId)];
  return ids.map((recordingFileId) => fileKeyOf(recording.startedAt, recordingFileId));
}

/**
 * The receipt to be signed, canonical JSON in UTF-8.
 * @throws TypeError when no erasure was asked for
 */
export function writeErasureReceipt(recording: TrackedRecording, facts: ErasureFacts): Uint8Array {
  const { erasure, recordingId, agentId, startedAt, durationMs } = recording;
  if (erasure === undefined) throw new TypeError('nobody asked for this erasure');
  const { requestedBy, requestedAt, justificationSha256, keyFingerprints = [] } = erasure;
  const derivativesFinalAt = isoAt(facts.erasedAtMs + facts.windows.recordingsMs);
  const receipt: ErasureReceipt = {
    format: 'afterimage-erasure',
    formatVersion: 1,
    recordingId,
    agentId,
    requestedBy,
    requestedAt,
    justificationSha256,
    erasedAt: isoAt(facts.erasedAtMs),
    keys: { fingerprints: keyFingerprints, finalAt: isoAt(facts.erasedAtMs + facts.windows.keysMs) },
    derivatives: [{ kind: 'events', count: recording.eventCount, finalAt: derivativesFinalAt }],
    ciphertext: { files: fileKeysOf(recording), retainedObjects: facts.retainedObjects },
    existed: { startedAt, durationMs, segmentCount: countSegments(recording.storedRanges), ...proofOf(recording) },
  };
  return new TextEncoder().encode(canonicalJson(erasureReceiptSchema.parse(receipt)));
}

function proofOf({ storedRanges, chainStart, manifestVersion, manifestHash }: TrackedRecording) {
  const head = storedRanges.at(-1);
  return {
    chainHead: { sequence: head?.lastSequence ?? 0, hash: bytesToHex(decodeBase64(head?.hash ?? chainStart)) },
    manifest: manifestHash === undefined ? null : { version: manifestVersion, sha256: manifestHash },
  };
}

function isoAt(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
