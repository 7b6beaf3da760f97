import { type Agent, idToBytes, makeAgentId, type RecordingId } from '@afterimage/contracts';
import { type Clock, encodeBase64, formatChunkKey } from '@afterimage/core';
import {
  chainStart,
  createDeviceSigner,
  type DeviceSigner,
  deriveEpochKey,
  NO_SEGMENT_FLAGS,
  type RecordingRecord,
  type SealedSegment,
  sealSegment,
  sha256,
} from '@afterimage/recording';

export interface SealOptions {
  /** The device's, of this recording. Default 1. */
  recordingCounter?: number;
  signer?: DeviceSigner;
  fileNumbers?: readonly number[];
  isStreaming?: boolean;
}

/** A host with a device key that really signs, for tests that need real segments. */
export class SampleDevice {
  readonly agent: Agent;
  readonly keys: CryptoKeyPair;
  readonly dataKey = new Uint8Array(32).fill(9);

  private constructor(agent: Agent, keys: CryptoKeyPair) {
    this.agent = agent;
    this.keys = keys;
  }

  static async create(clock: Clock): Promise<SampleDevice> {
    const keys = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    if (!('privateKey' in keys)) throw new Error('not a key pair');
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    const agent: Agent = {
      agentId: makeAgentId(clock),
      state: 'enrolled',
      hostName: 'desk-7',
      platform: 'linux',
      agentVersion: '0.1.0',
      publicKey: encodeBase64(raw),
      certificate: { payload: '{}', signature: 'AAAA' },
      enrolledAt: '2026-11-22T09:00:00.000Z',
      enrolledWith: 'enr_01jbbbbbbbbbbbbbbbbbbbbbbb' as Agent['enrolledWith'],
      recordingCounter: 0,
    };
    return new SampleDevice(agent, keys);
  }

  get signer(): DeviceSigner {
    return createDeviceSigner(this.keys.privateKey);
  }

  /** A chain of one-second segments, the last one final, all of one file unless said otherwise. */
  async seal(
    recordingId: RecordingId,
    bodies: readonly (readonly RecordingRecord[])[],
    { signer = this.signer, fileNumbers = [], isStreaming = false, recordingCounter = 1 }: SealOptions = {},
  ): Promise<SealedSegment[]> {
    const ids = { recordingId: idToBytes(recordingId), agentId: idToBytes(this.agent.agentId) };
    const epochKey = await deriveEpochKey(this.dataKey, ids.recordingId, 0);
    const sealed: SealedSegment[] = [];
    let previousHash: Uint8Array = await chainStart(ids.recordingId, ids.agentId);
    for (const [index, records] of bodies.entries()) {
      const sequence = index + 1;
      const isFinal = sequence === bodies.length;
      const hasEvents = records.some((record) => record.type === 'event');
      const first = { recordingCounter, previousRecordingHead: new Uint8Array(32) };
      const fields = {
        ...ids,
        fileNumber: fileNumbers[index] ?? 1,
        sequence,
        epoch: 0,
        salt: new Uint8Array(16).fill(sequence),
        t0Ms: index * 1000,
        t1Ms: index * 1000 + 999,
        flags: { ...NO_SEGMENT_FLAGS, isFinal, hasEvents, isStreaming },
        previousHash,
        ...(sequence === 1 ? { device: first } : {}),
      };
      const segment = await sealSegment(fields, records, epochKey, signer);
      sealed.push(segment);
      previousHash = segment.hash;
    }
    return sealed;
  }
}

/** Something that happens in second `index` of a recording. */
export function sampleRecords(index: number): RecordingRecord[] {
  const fields = { title: `page ${index}` };
  return [{ type: 'event', timeMs: index * 1000 + 5, kind: 'title', assertedBy: 'agent', fields }];
}

/** The chunk of these segments, under the key that a grant would have given it. */
export async function chunkOf(recordingId: RecordingId, segments: readonly SealedSegment[]) {
  const bytes = Buffer.concat(segments.map((segment) => segment.bytes));
  const digestHead = Buffer.from(await sha256(bytes))
    .toString('hex')
    .slice(0, 16);
  const firstSequence = segments[0]?.header.sequence ?? 1;
  const lastSequence = segments.at(-1)?.header.sequence ?? 1;
  return {
    objectKey: formatChunkKey({ recordingId, firstSequence, lastSequence, digestHead }),
    bytes: new Uint8Array(bytes),
  };
}
