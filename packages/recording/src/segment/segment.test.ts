import { expect, test } from '@jest/globals';
import { createDeviceSigner } from '../crypto/device-signature.ts';
import { chainStart } from './chain.ts';
import { openSegment } from './open-segment.ts';
import { sealSegment } from './seal-segment.ts';
import { NO_SEGMENT_FLAGS } from './segment-flags.ts';
import { verifySegment } from './verify-segment.ts';

test('x', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  const recordingId = new Uint8Array(16).fill(1),
    agentId = new Uint8Array(16).fill(2);
  const s = await sealSegment(
    {
      recordingId,
      agentId,
      fileNumber: 1,
      sequence: 1,
      epoch: 0,
      salt: new Uint8Array(16),
      t0Ms: 5,
      t1Ms: 9,
      flags: NO_SEGMENT_FLAGS,
      previousHash: await chainStart(recordingId, agentId),
      device: { recordingCounter: 1, previousRecordingHead: new Uint8Array(32) },
    },
    [
      { type: 'mark', timeMs: 5, activity: 'idle' },
      { type: 'end', timeMs: 9, reason: 'x' },
    ],
    new Uint8Array(32),
    createDeviceSigner(pair.privateKey),
  );
  expect(await openSegment(s.bytes, new Uint8Array(32))).toHaveLength(2);
  expect((await verifySegment(s.bytes, { publicKey: pair.publicKey })).hash).toEqual(s.hash);
});
