import { privateDecrypt } from 'node:crypto';
import type { RecordingId } from '@afterimage/contracts';
import {
  deriveEpochKey,
  openSegment,
  parseSegmentHeader,
  type RecordingRecord,
  readWrappedKeyPlaintext,
  ScreenDecoder,
  ScreenPacketAssembler,
  verifySegment,
} from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import type { ContractService } from './contract-service.ts';

/** A record and the segment that holds it. */
export type StoredRecord = RecordingRecord & { readonly sequence: number };

export interface ScreenMoment {
  readonly timeMs: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** Verifies and opens everything that the service stored of a recording: the data key as KMS would unwrap it. */
export async function openStoredRecording(service: ContractService, recordingId: RecordingId): Promise<StoredRecord[]> {
  const stored = service.recordings.get(recordingId);
  const first = stored?.segments.get(1);
  if (!stored || !first) throw new Error('nothing is stored');
  const { recordingId: id, agentId } = parseSegmentHeader(first);
  const wrapped = Buffer.from(String(stored.begin.wrappedKey), 'base64');
  const dataKey = readWrappedKeyPlaintext(
    privateDecrypt({ key: service.wrapping.privateKey, oaepHash: 'sha256' }, wrapped),
    id,
    agentId,
  );
  const records: StoredRecord[] = [];
  let previousHash: Uint8Array | undefined;
  for (let sequence = 1; sequence <= service.contiguousSequence(stored); sequence++) {
    const bytes = stored.segments.get(sequence);
    if (!bytes) break;
    const expectation = { publicKey: service.devicePublicKey, ...(previousHash && { previousHash }) };
    const { hash, header } = await verifySegment(bytes, expectation);
    previousHash = hash;
    const opened = await openSegment(bytes, await deriveEpochKey(dataKey, id, header.epoch));
    records.push(...opened.map((record) => ({ ...record, sequence })));
  }
  return records;
}

/** What was on the screen after each packet. */
export function decodeScreen(records: readonly StoredRecord[]): ScreenMoment[] {
  const decoder = new ScreenDecoder({ zstd: createNodeZstd() });
  const assembler = new ScreenPacketAssembler();
  const moments: ScreenMoment[] = [];
  for (const record of records) {
    const packet = assembler.push(record.sequence, record);
    if (packet?.type !== 'screen') continue;
    const { picture } = decoder.decode(packet.bytes);
    const { width, height, pixels } = picture;
    moments.push({ timeMs: packet.timeMs, width, height, pixels: pixels.slice() });
  }
  return moments;
}
