import { createDeviceSigner, type DeviceSigner } from '../crypto/device-signature.ts';
import { concatBytes } from '../encoding/byte-arrays.ts';
import { hexToBytes } from '../encoding/hex.ts';
import { deriveEpochKey } from '../keys/key-derivation.ts';
import { type RecordingRecord, wholeScreenPacket } from '../records/record.ts';
import type { SealedSegment } from '../segment/seal-segment.ts';
import { RecordingWriter, type RecordingWriterOptions } from '../writer/recording-writer.ts';

/** PKCS #8 of an Ed25519 key is this prefix and the 32-byte seed (RFC 8410). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

export const recordingId: Uint8Array = new Uint8Array(16).fill(0x11);
export const agentId: Uint8Array = new Uint8Array(16).fill(0x22);
export const dataKey: Uint8Array = new Uint8Array(32).fill(0x33);

export interface Device {
  readonly signer: DeviceSigner;
  readonly publicKey: CryptoKey;
  readonly rawPublicKey: Uint8Array;
}

/** The same device for the same seed, on every machine. */
export async function deviceOfSeed(seed: number): Promise<Device> {
  const pkcs8 = hexToBytes(PKCS8_PREFIX + seed.toString(16).padStart(2, '0').repeat(32));
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, true, ['sign']);
  const { x } = await crypto.subtle.exportKey('jwk', privateKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: x ?? '' };
  const publicKey = await crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, true, ['verify']);
  const rawPublicKey = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return { signer: createDeviceSigner(privateKey), publicKey, rawPublicKey };
}

/** Counts up instead of being random, so that everything sealed with it is the same each time. */
export function countingBytes(start = 0): (length: number) => Uint8Array {
  let next = start;
  return (length) => {
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(0, next++);
    return bytes;
  };
}

export function writerOptions(device: Device, overrides: Partial<RecordingWriterOptions> = {}): RecordingWriterOptions {
  return {
    recordingId,
    agentId,
    device: { recordingCounter: 1, previousRecordingHead: new Uint8Array(32) },
    epochKey: (epoch) => deriveEpochKey(dataKey, recordingId, epoch),
    signer: device.signer,
    randomBytes: countingBytes(),
    ...overrides,
  };
}

/** Plans and seals all that is closed. */
export async function sealAll(writer: RecordingWriter): Promise<SealedSegment[]> {
  const sealed: SealedSegment[] = [];
  while (writer.planNextSegment() !== undefined) sealed.push(await writer.sealPlanned());
  return sealed;
}

export async function sealRecords(
  records: readonly RecordingRecord[],
  device: Device,
  overrides: Partial<RecordingWriterOptions> = {},
): Promise<SealedSegment[]> {
  const writer = await RecordingWriter.begin(writerOptions(device, overrides));
  for (const record of records) writer.append(record);
  writer.seal('pause');
  return sealAll(writer);
}

/** A small recording of several segments: key images, updates, an event, and an end when asked for. */
export function sampleRecords(options: { segments?: number; isEnded?: boolean } = {}): RecordingRecord[] {
  const { segments = 5, isEnded = true } = options;
  const records: RecordingRecord[] = [];
  for (let group = 0; group < segments; group++) {
    const timeMs = group * 1000;
    records.push(samplePacket(timeMs, true), samplePacket(timeMs + 100, false));
    records.push({
      type: 'event',
      timeMs: timeMs + 200,
      kind: 'window.activated',
      assertedBy: 'agent',
      fields: { group },
    });
  }
  if (isEnded) records.push({ type: 'end', timeMs: segments * 1000, reason: 'logoff' });
  return records;
}

export function samplePacket(timeMs: number, isKeyImage: boolean, sizeBytes = 20): RecordingRecord {
  const bytes = new Uint8Array(sizeBytes).fill(timeMs & 0xff);
  for (let index = 0; index < sizeBytes; index += 997) bytes[index] = index & 0xff;
  return wholeScreenPacket(timeMs, { width: 64, height: 48 }, { isKeyImage, bytes });
}

export function joinSegments(segments: readonly SealedSegment[]): Uint8Array {
  return concatBytes(...segments.map((segment) => segment.bytes));
}
