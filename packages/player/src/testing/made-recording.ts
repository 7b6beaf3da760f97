import {
  createDeviceSigner,
  deriveEpochKey,
  type EpochKey,
  type RecordingRecord,
  RecordingWriter,
  ScreenEncoder,
  type SealedSegment,
  wholeScreenPacket,
} from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { type DrawnPicture, drawChange, emptyPicture } from './drawn-picture.ts';

/** What happens in a made recording, in time order. */
export type MadeStep =
  | { kind: 'draw'; atMs: number; size?: { width: number; height: number }; isKeyImage?: boolean }
  /** Ends the segment. */
  | { kind: 'seal' }
  | { kind: 'record'; record: RecordingRecord };

export interface MadeRecording {
  readonly recordingId: Uint8Array;
  readonly devicePublicKey: Uint8Array;
  readonly segments: readonly SealedSegment[];
  epochKey(epoch: number): Promise<EpochKey>;
  /** What the screen showed at a time. */
  pictureAt(timeMs: number): DrawnPicture | undefined;
}

const agentId = new Uint8Array(16).fill(2);
const recordingId = new Uint8Array(16).fill(1);

/** Encodes, seals and signs as an agent does, in memory. */
export async function makeRecording(steps: readonly MadeStep[]): Promise<MadeRecording> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('an Ed25519 key is a pair');
  const dataKey = crypto.getRandomValues(new Uint8Array(32));
  const epochKey = (epoch: number) => deriveEpochKey(dataKey, recordingId, epoch);
  const writer = await RecordingWriter.begin({
    recordingId,
    agentId,
    device: { recordingCounter: 1, previousRecordingHead: new Uint8Array(32) },
    epochKey,
    signer: createDeviceSigner(pair.privateKey),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  const pictures = await write(writer, steps);
  const segments: SealedSegment[] = [];
  while (writer.planNextSegment() !== undefined) segments.push(await writer.sealPlanned());
  return {
    recordingId,
    devicePublicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    segments,
    epochKey,
    pictureAt: (timeMs) => pictures.findLast(({ atMs }) => atMs <= timeMs)?.picture,
  };
}

/** A busy recording: a change every 200 ms, a segment every second, a key image every five. */
export function busySteps(durationMs: number): MadeStep[] {
  const steps: MadeStep[] = [];
  for (let atMs = 0; atMs <= durationMs; atMs += 200) {
    if (atMs > 0 && atMs % 1000 === 0) steps.push({ kind: 'seal' });
    steps.push({ kind: 'draw', atMs, isKeyImage: atMs % 5000 === 0 });
  }
  steps.push({ kind: 'record', record: { type: 'end', timeMs: durationMs, reason: 'session-ended' } });
  return steps;
}

async function write(writer: RecordingWriter, steps: readonly MadeStep[]) {
  let picture = emptyPicture({ width: 96, height: 64 });
  const encoder = new ScreenEncoder({ ...picture, zstd: createNodeZstd() });
  const pictures: { atMs: number; picture: DrawnPicture }[] = [];
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'seal') writer.seal('pause');
    if (step.kind === 'record') writer.append(step.record);
    if (step.kind !== 'draw') continue;
    const { atMs, size } = step;
    if (size !== undefined) encoder.resize(size.width, size.height);
    picture = drawChange(size === undefined ? picture : emptyPicture(size), i + 1);
    const forceKeyImage = step.isKeyImage === true || writer.needsKeyImage(atMs);
    const packet = await encoder.encode(picture.pixels, { forceKeyImage });
    if (packet === undefined) throw new Error('a drawn picture always differs');
    writer.append(wholeScreenPacket(atMs, packet, packet));
    pictures.push({ atMs, picture });
  }
  encoder.close();
  writer.seal('pause');
  return pictures;
}
