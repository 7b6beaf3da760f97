import { idToBytes, type RecordingId } from '@afterimage/contracts';
import {
  deriveEpochKey,
  RecordingWriter,
  ScreenEncoder,
  type SealedSegment,
  wholeScreenPacket,
} from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import type { SampleDevice } from '../../functions/_testing/sample-device.ts';
import { pictureOf } from './known-screen.ts';

export interface PicturesToSeal {
  count: number;
  /** A new file begins with every so manieth picture. */
  perFile: number;
  width: number;
  height: number;
}

export const pictureMs = 1000;

/** A session of known pictures, one a second and a segment each, that rolls over to a new file now and then. */
export async function sealPictures(
  device: SampleDevice,
  recordingId: RecordingId,
  { count, perFile, width, height }: PicturesToSeal,
): Promise<SealedSegment[]> {
  const ids = { recordingId: idToBytes(recordingId), agentId: idToBytes(device.agent.agentId) };
  const writer = await RecordingWriter.begin({
    ...ids,
    device: { recordingCounter: 1, previousRecordingHead: new Uint8Array(32) },
    epochKey: (epoch) => deriveEpochKey(device.dataKey, ids.recordingId, epoch),
    signer: device.signer,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  const encoder = new ScreenEncoder({ width, height, zstd: createNodeZstd() });
  for (let number = 0; number < count; number++) {
    const isFirstOfFile = number % perFile === 0;
    if (isFirstOfFile && number > 0) writer.startNewFile();
    const packet = await encoder.encode(pictureOf(number, width, height), { forceKeyImage: isFirstOfFile });
    if (packet === undefined) throw new Error(`picture ${number} is like the one before`);
    writer.append(wholeScreenPacket(number * pictureMs, { width, height }, packet));
    writer.seal('pause');
  }
  encoder.close();
  writer.append({ type: 'end', timeMs: count * pictureMs, reason: 'session-ended' });
  const sealed: SealedSegment[] = [];
  while (writer.planNextSegment() !== undefined) sealed.push(await writer.sealPlanned());
  return sealed;
}
