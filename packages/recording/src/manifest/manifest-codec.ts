import { SHA256_BYTES, sha256 } from '../crypto/digest.ts';
import { areBytesEqual } from '../encoding/byte-arrays.ts';
import { bytesToHex } from '../encoding/hex.ts';
import { RecordingFormatError } from '../errors/recording-format-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { RecordingManifest } from './manifest.ts';
import { ManifestFields } from './manifest-fields.ts';

/** Tens of thousands of files, gaps and receipts; no recording comes near. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/** The bytes that are signed and stored: canonical JSON in UTF-8. */
export function encodeManifest(manifest: RecordingManifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(manifest));
}

/** SHA-256 in hex, by which the next version names this one. */
export async function hashManifest(manifestBytes: Uint8Array): Promise<string> {
  return bytesToHex(await sha256(manifestBytes));
}

/** Throws `RecordingFormatError` (`bad-manifest`) on bytes that `encodeManifest` would not write. */
export function parseManifest(bytes: Uint8Array): RecordingManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw new RecordingFormatError('bad-manifest', 'too large');
  const manifest = readManifest(new ManifestFields(parseJson(bytes), 'manifest'));
  if (!areBytesEqual(encodeManifest(manifest), bytes)) {
    throw new RecordingFormatError('bad-manifest', 'not canonical, or with members of another version');
  }
  return manifest;
}

function readManifest(fields: ManifestFields): RecordingManifest {
  return {
    format: fields.oneOf('format', ['afterimage-manifest']),
    formatVersion: readFormatVersion(fields),
    recordingId: fields.id('recordingId', 'rec_'),
    agentId: fields.id('agentId', 'agt_'),
    manifestVersion: fields.integer('manifestVersion', 1),
    previousManifestHash: fields.orNull('previousManifestHash', (name) => fields.hex(name, SHA256_BYTES)),
    state: fields.oneOf('state', ['complete', 'partial', 'interrupted']),
    createdAt: fields.time('createdAt'),
    hostStartedAt: fields.time('hostStartedAt'),
    durationMs: fields.integer('durationMs', 0),
    segmentCount: fields.integer('segmentCount', 0),
    chainHead: fields.object('chainHead', (head) => ({
      sequence: head.integer('sequence', 0),
      hash: head.hex('hash', SHA256_BYTES),
    })),
    isEndAttested: fields.flag('isEndAttested'),
    files: fields.list('files', readFile),
    gaps: fields.list('gaps', readGap),
    device: fields.object('device', readDevice),
    clockOffsets: fields.list('clockOffsets', (offset) => ({
      atMs: offset.integer('atMs', 0),
      offsetMs: offset.integer('offsetMs'),
    })),
    receipts: fields.list('receipts', (receipt) => ({
      lastSequence: receipt.integer('lastSequence', 1),
      receivedAt: receipt.time('receivedAt'),
    })),
  };
}

function readFormatVersion(fields: ManifestFields): 1 {
  const version = fields.integer('formatVersion');
  if (version !== 1) throw new RecordingFormatError('unsupported-version', `manifest format ${version}`);
  return version;
}

function readFile(file: ManifestFields): RecordingManifest['files'][number] {
  return {
    fileNumber: file.integer('fileNumber', 1),
    objectKey: file.text('objectKey'),
    sizeBytes: file.integer('sizeBytes', 0),
    firstSequence: file.integer('firstSequence', 1),
    lastSequence: file.integer('lastSequence', 1),
    segmentCount: file.integer('segmentCount', 1),
  };
}

function readGap(gap: ManifestFields): RecordingManifest['gaps'][number] {
  return {
    fromSequence: gap.integer('fromSequence', 1),
    toSequence: gap.integer('toSequence', 1),
    reason: gap.text('reason'),
  };
}

function readDevice(device: ManifestFields): RecordingManifest['device'] {
  return {
    publicKey: device.hex('publicKey', 32),
    certificate: device.orNull('certificate', (name) => device.text(name)),
    recordingCounter: device.integer('recordingCounter', 1),
    previousRecordingHead: device.hex('previousRecordingHead', SHA256_BYTES),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RecordingFormatError('bad-manifest', 'not JSON in UTF-8', { cause });
  }
}
