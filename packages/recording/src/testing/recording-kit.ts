import { concatBytes } from '../encoding/byte-arrays.ts';
import { bytesToHex } from '../encoding/hex.ts';
import { buildFooter } from '../file/file-footer.ts';
import { FILE_HEADER_BYTES, writeFileHeader } from '../file/file-header.ts';
import { agentIdText, recordingIdText } from '../ids/ulid.ts';
import type { RecordingManifest } from '../manifest/manifest.ts';
import { indexEntryOf, type SegmentIndexEntry } from '../reader/segment-index.ts';
import type { SealedSegment } from '../segment/seal-segment.ts';
import { agentId, type Device, joinSegments, recordingId } from './sealing-kit.ts';

export function indexOf(segments: readonly SealedSegment[], startOffset = 0): SegmentIndexEntry[] {
  let offset = startOffset;
  return segments.map((segment) => {
    const entry = indexEntryOf(segment.header, offset, segment.hash);
    offset += segment.bytes.length;
    return entry;
  });
}

export async function finishedFile(segments: readonly SealedSegment[]): Promise<Uint8Array> {
  const [first] = segments;
  if (first === undefined) throw new RangeError('a file holds segments');
  const { fileNumber, sequence, previousHash } = first.header;
  const header = writeFileHeader({ recordingId, agentId, fileNumber, firstSequence: sequence, previousHash });
  return concatBytes(header, joinSegments(segments), await buildFooter(indexOf(segments, FILE_HEADER_BYTES)));
}

export function manifestOf(segments: readonly SealedSegment[], device: Device, sizeBytes: number): RecordingManifest {
  const first = segments[0];
  const last = segments.at(-1);
  if (first?.header.device === undefined || last === undefined) throw new RangeError('not from the first segment on');
  return {
    format: 'afterimage-manifest',
    formatVersion: 1,
    recordingId: recordingIdText(recordingId),
    agentId: agentIdText(agentId),
    manifestVersion: 1,
    previousManifestHash: null,
    state: 'complete',
    createdAt: '2026-01-02T03:04:05Z',
    hostStartedAt: '2026-01-02T03:00:00.123Z',
    durationMs: last.header.t1Ms,
    segmentCount: segments.length,
    chainHead: { sequence: last.header.sequence, hash: bytesToHex(last.hash) },
    isEndAttested: last.header.flags.isFinal,
    files: [
      {
        fileNumber: 1,
        objectKey: 'recordings/1',
        sizeBytes,
        firstSequence: first.header.sequence,
        lastSequence: last.header.sequence,
        segmentCount: segments.length,
      },
    ],
    gaps: [],
    device: {
      publicKey: bytesToHex(device.rawPublicKey),
      certificate: null,
      recordingCounter: first.header.device.recordingCounter,
      previousRecordingHead: bytesToHex(first.header.device.previousRecordingHead),
    },
    clockOffsets: [{ atMs: 0, offsetMs: -12 }],
    receipts: [{ lastSequence: last.header.sequence, receivedAt: '2026-01-02T03:04:00Z' }],
  };
}

/** Signs like KMS: ECDSA P-256 over SHA-256, in DER. */
export async function createManifestSigner(): Promise<{
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  publicKeySpki: Uint8Array;
}> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  return {
    publicKeySpki: new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)),
    sign: async (bytes) => {
      const scheme = { name: 'ECDSA', hash: 'SHA-256' };
      return rawSignatureToDer(new Uint8Array(await crypto.subtle.sign(scheme, pair.privateKey, bytes)));
    },
  };
}

export function rawSignatureToDer(raw: Uint8Array): Uint8Array {
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const magnitude = bytes.subarray(start < 0 ? 31 : start);
    const padded = (magnitude[0] ?? 0) >= 0x80 ? [0, ...magnitude] : [...magnitude];
    return [0x02, padded.length, ...padded];
  });
  const content = integers.flat();
  return Uint8Array.from([0x30, content.length, ...content]);
}

export async function* inPieces(bytes: Uint8Array, pieceBytes = 1000): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
