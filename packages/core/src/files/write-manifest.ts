import { idToBytes, type RecordingFile } from '@afterimage/contracts';
import {
  agentIdText,
  bytesToHex,
  encodeManifest,
  hashManifest,
  type RecordingManifest,
  recordingIdText,
} from '@afterimage/recording';
import { decodeBase64, encodeBase64 } from '../encoding/base64.ts';
import { declareGaps } from '../recordings/declare-gaps.ts';
import { countSegments, isStored } from '../recordings/stored-ranges.ts';
import type { TrackedRecording } from '../recordings/tracked-recording.ts';

export interface WrittenManifest {
  /** Canonical JSON: to be signed and stored byte for byte. */
  bytes: Uint8Array;
  text: string;
  /** Hex. */
  hash: string;
}

const noPreviousRecording = '00'.repeat(32);

/**
 * What the service attests of a recording with its newest file; it names the version before. It follows from what was
 * stored when the file was planned, so that every attempt writes the same.
 */
export async function writeManifest(recording: TrackedRecording, file: RecordingFile): Promise<WrittenManifest> {
  const bytes = encodeManifest(manifestOf(recording, file));
  return { bytes, text: new TextDecoder().decode(bytes), hash: await hashManifest(bytes) };
}

function manifestOf(recording: TrackedRecording, file: RecordingFile): RecordingManifest {
  const { storedRanges, finalSequence } = recording;
  const declared = declareGaps(storedRanges, finalSequence);
  const head = storedRanges.at(-1);
  return {
    format: 'afterimage-manifest',
    formatVersion: 1,
    recordingId: recordingIdText(idToBytes(recording.recordingId)),
    agentId: agentIdText(idToBytes(recording.agentId)),
    manifestVersion: file.manifestVersion,
    previousManifestHash: recording.manifestHash ?? null,
    state: declared.length === 0 ? 'complete' : 'partial',
    createdAt: file.sealedAt,
    hostStartedAt: recording.hostStartedAt,
    durationMs: Math.round(storedRanges.reduce((latest, range) => Math.max(latest, range.endMs), 0)),
    segmentCount: countSegments(storedRanges),
    chainHead: { sequence: head?.lastSequence ?? 0, hash: toHex(head?.hash ?? recording.chainStart) },
    isEndAttested: finalSequence !== undefined && head?.lastSequence === finalSequence,
    files: [fileOf(file, countSegments(storedRanges))],
    gaps: declared.flatMap(({ firstMissingSequence, lastMissingSequence, reason }) =>
      firstMissingSequence === undefined || lastMissingSequence === undefined
        ? []
        : [{ fromSequence: firstMissingSequence, toSequence: lastMissingSequence, reason }],
    ),
    device: deviceOf(recording),
    clockOffsets: [{ atMs: 0, offsetMs: Math.round(-recording.clockOffsetMs) + 0 }],
    receipts: head === undefined ? [] : [{ lastSequence: head.lastSequence, receivedAt: file.sealedAt }],
  };
}

function fileOf(file: RecordingFile, segmentCount: number): RecordingManifest['files'][number] {
  const { fileNumber, objectKey, sizeBytes, firstSequence, lastSequence } = file;
  return { fileNumber, objectKey, sizeBytes, firstSequence, lastSequence, segmentCount };
}

function deviceOf(recording: TrackedRecording): RecordingManifest['device'] {
  const { certificate, storedRanges } = recording;
  const previousRecordingHead = isStored(storedRanges, 1) ? recording.previousRecordingHead : undefined;
  return {
    publicKey: toHex(recording.devicePublicKey),
    certificate: encodeBase64(new TextEncoder().encode(JSON.stringify(certificate))),
    recordingCounter: recording.deviceCounter,
    previousRecordingHead: previousRecordingHead === undefined ? noPreviousRecording : toHex(previousRecordingHead),
  };
}

function toHex(base64: string): string {
  return bytesToHex(decodeBase64(base64));
}
