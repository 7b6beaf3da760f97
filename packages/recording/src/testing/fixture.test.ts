import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readFooter, readTrailer } from '../file/file-footer.ts';
import { deriveEpochKey } from '../keys/key-derivation.ts';
import { assembleScreenPackets } from '../reader/read-records.ts';
import { ScreenPacketAssembler } from '../reader/screen-packet-assembler.ts';
import type { RecordingRecord } from '../records/record.ts';
import { verifyRecording } from '../verify/verify-recording.ts';
import { fixtureRecords } from './fixture-records.ts';
import { inPieces } from './recording-kit.ts';
import { agentId, dataKey, deviceOfSeed, recordingId } from './sealing-kit.ts';

const file = new Uint8Array(readFileSync(new URL('recording-v1.bin', import.meta.url)));

test('a recording of version 1 opens to the records that were sealed into it', async () => {
  const trailer = readTrailer(file);
  const footer = file.subarray(trailer.footerOffset, trailer.footerOffset + trailer.footerLengthBytes);
  const access = {
    read: async ({ offset, lengthBytes }: { offset: number; lengthBytes: number }) =>
      file.subarray(offset, offset + lengthBytes),
    epochKey: (epoch: number) => deriveEpochKey(dataKey, recordingId, epoch),
  };
  const records: RecordingRecord[] = [];
  const entries = await readFooter(footer, trailer);
  for await (const record of assembleScreenPackets(entries, access, new ScreenPacketAssembler())) records.push(record);
  expect(records).toEqual(fixtureRecords);
});

test('a recording of version 1 verifies as intact and complete', async () => {
  const { publicKey } = await deviceOfSeed(1);
  const source = { name: 'recording-v1.bin', form: 'file' as const, bytes: inPieces(file) };
  const origin = { recordingId, agentId, devicePublicKey: publicKey };
  expect(await verifyRecording({ sources: [source], origin })).toMatchObject({ verdict: 'intact-and-complete' });
});
