import { idToBytes } from '@afterimage/contracts';
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
import { countSegments } from '../recordings/stored-ranges.ts';
import type { FilePlan, TrackedRecording } from '../recordings/tracked-recording.ts';
import { holdsSegment } from './locate-segments.ts';
import { type SealedFile, withSealedFile } from './sealed-files.ts';

export interface WrittenManifest {
  /** Canonical JSON: to be signed and stored byte for byte. */
  bytes: Uint8Array;
  text: string;
  /** Hex. */
  hash: string;
}

const noPreviousRecording = '00'.repeat(32);

/**
 * What the service attests of a recording once a file is written: that file and the newest version of every other. It
 * names the version before, speaks of nothing that no file holds, and follows from the plan, so that every attempt
 * writes the same.
 */
export async function writeManifest(
  recording: TrackedRecording,
  plan: FilePlan,
  written: SealedFile,
): Promise<WrittenManifest> {
  const bytes = encodeManifest(manifestOf(recording, plan, written));
  return { bytes, text: new TextDecoder().decode(bytes), hash: await hashManifest(bytes) };
}

function manifestOf(recording: TrackedRecording, plan: FilePlan, written: SealedFile): RecordingManifest {
  const sealed = withSealedFile(recording, written);
  const head = sealed.at(-1) ?? written;
  return {
    format: 'afterimage-manifest',
    formatVersion: 1,
    recordingId: recordingIdText(idToBytes(recording.recordingId)),
    agentId: agentIdText(idToBytes(recording.agentId)),
    manifestVersion: written.file.manifestVersion,
    previousManifestHash: recording.manifestHash ?? null,
    state: stateOf(recording, plan),
    createdAt: written.file.sealedAt,
    hostStartedAt: recording.hostStartedAt,
    durationMs: Math.round(sealed.reduce((latest, { layout }) => Math.max(latest, layout.endMs), 0)),
    segmentCount: sealed.reduce((count, { layout }) => count + countSegments(layout.ranges), 0),
    chainHead: { sequence: head.file.lastSequence, hash: toHex(head.layout.headHash) },
    isEndAttested: head.file.lastSequence === recording.finalSequence,
    files: sealed.map(lineOf),
    gaps: gapsOf(sealed),
    device: deviceOf(recording, sealed),
    clockOffsets: [{ atMs: 0, offsetMs: Math.round(-recording.clockOffsetMs) + 0 }],
    receipts: sealed.map(({ file }) => ({ lastSequence: file.lastSequence, receivedAt: file.sealedAt })),
  };
}

/** Until its end is sealed, a recording may still grow. */
function stateOf({ finalSequence }: TrackedRecording, { isEnd, ranges }: FilePlan): RecordingManifest['state'] {
  if (!isEnd) return 'interrupted';
  return declareGaps(ranges, finalSequence).length === 0 ? 'complete' : 'partial';
}

function lineOf({ file, layout }: SealedFile): RecordingManifest['files'][number] {
  const { fileNumber, objectKey, sizeBytes, firstSequence, lastSequence } = file;
  return { fileNumber, objectKey, sizeBytes, firstSequence, lastSequence, segmentCount: countSegments(layout.ranges) };
}

/** Segments that no file holds, from the first to the head. */
function gapsOf(sealed: readonly SealedFile[]): RecordingManifest['gaps'] {
  let nextSequence = 1;
  return sealed
    .flatMap(({ layout }) => layout.ranges)
    .flatMap(({ firstSequence, lastSequence }) => {
      const gap = { fromSequence: nextSequence, toSequence: firstSequence - 1, reason: 'segments-missing' };
      nextSequence = lastSequence + 1;
      return gap.fromSequence <= gap.toSequence ? [gap] : [];
    });
}

function deviceOf(recording: TrackedRecording, sealed: readonly SealedFile[]): RecordingManifest['device'] {
  const hasFirst = sealed.some(({ layout }) => holdsSegment(layout, 1));
  const previousRecordingHead = hasFirst ? recording.previousRecordingHead : undefined;
  return {
    publicKey: toHex(recording.devicePublicKey),
    certificate: encodeBase64(new TextEncoder().encode(JSON.stringify(recording.certificate))),
    recordingCounter: recording.deviceCounter,
    previousRecordingHead: previousRecordingHead === undefined ? noPreviousRecording : toHex(previousRecordingHead),
  };
}

function toHex(base64: string): string {
  return bytesToHex(decodeBase64(base64));
}
