import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idToBytes, makeAgentId, makeRecordingId, makeSessionId, sessionAttributesSchema } from '@afterimage/contracts';
import {
  deriveEpochKey,
  openSegment,
  type RecordingRecord,
  ScreenDecoder,
  ScreenPacketAssembler,
} from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { defaultIdleSettings } from '../detectors/idle-detector.ts';
import { RecordingFolder } from '../recordings/recording-folder.ts';
import { RecordingKeeper } from '../recordings/recording-keeper.ts';
import { makeRecordingSecrets } from '../recordings/recording-secrets.ts';
import { SegmentSpool } from '../spool/segment-spool.ts';
import { SpoolBudget } from '../spool/spool-budget.ts';
import { systemClock } from '../time/clock.ts';
import { SessionRecorder } from './session-recorder.ts';

jest.setTimeout(120_000);

const ids = { nowMs: () => 1_700_000_000_000, randomBytes: (length: number) => randomBytes(length) };
const agentId = makeAgentId(ids);
const { privateKey } = generateKeyPairSync('ed25519');
const signer = { sign: async (message: Uint8Array) => sign(null, message, privateKey) };
const [width, height] = [256, 192];
/** Left half; a key is typed at the right in each frame. */
const videoWidth = 128;
const keyAt = 100 * width + 200;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'afterimage-recorder-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function makeRecorder(maxBitsPerSecond: number, keyImageIntervalMs = 60_000) {
  const asserted = { value: 'ada', assertedBy: 'agent' as const };
  const folder = await RecordingFolder.create(
    root,
    {
      version: 1,
      recordingId: makeRecordingId(ids),
      sessionId: makeSessionId(ids),
      attributes: sessionAttributesSchema.parse({ user: asserted, host: asserted }),
      source: 'x11',
      content: 'screen',
      isUpgraded: false,
      initiator: 'policy',
      targetId: 'screen',
      startedAt: '2026-11-22T12:00:00.000Z',
      clockOffsetMs: 0,
      width,
      height,
      deviceCounter: 1,
      wrappedKey: 'AAAA',
      wrappingKeyId: 'key',
      isAnnounced: false,
    },
    makeRecordingSecrets(),
    { deriveLocalKey: () => Buffer.alloc(32, 5) },
  );
  const budget = new SpoolBudget(2 ** 30);
  const spool = await SegmentSpool.open(folder.path, budget, systemClock);
  const keeper = await RecordingKeeper.begin({ folder, spool, agentId, signer });
  const idle = defaultIdleSettings;
  const manner = { keyImageIntervalMs, sealAfterMs: 10_000, maxBitsPerSecond };
  const options = { keeper, budget, idle, manner };
  return { recorder: new SessionRecorder(options), records: () => readRecords(folder, spool) };
}

async function readRecords(folder: RecordingFolder, spool: SegmentSpool): Promise<RecordingRecord[]> {
  const key = await deriveEpochKey(folder.secrets.dataKey, idToBytes(folder.facts.recordingId), 0);
  const records: RecordingRecord[] = [];
  const assembler = new ScreenPacketAssembler();
  for (const { sequence } of spool.segments) {
    for (const record of await openSegment(await spool.read(sequence), key)) {
      const whole = assembler.push(sequence, record);
      if (whole) records.push(whole);
    }
  }
  return records;
}

function drawMoment(pixels: Uint32Array, index: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < videoWidth; x++) {
      const mixed = Math.imul((y * videoWidth + x) ^ (index << 16), 0x9e3779b1);
      pixels[y * width + x] = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 8;
    }
  }
  pixels[keyAt] = index + 1;
}

describe('a session with a video in it', () => {
  test('keeps to its rate: the video is reduced and marked, what is typed is not delayed, each picture is exact', async () => {
    const { recorder, records } = await makeRecorder(400_000);
    const moments: Uint32Array[] = [];
    const pixels = new Uint32Array(width * height);
    for (let index = 0; index < 120; index++) {
      drawMoment(pixels, index);
      moments.push(pixels.slice());
      await recorder.recordFrame(index * 100, { atMs: index * 100, width, height, pixels });
    }
    await recorder.tick(60_000);
    await recorder.end(60_000, 'session-ended');

    const all = await records();
    const screens = all.filter((record) => record.type === 'screen');
    const [begin] = all.filter((record) => record.type === 'rate-reduced');
    expect(begin).toMatchObject({ phase: 'begin', rectangle: { x: 0, y: 0, width: videoWidth, height } });
    const decoder = new ScreenDecoder({ zstd: createNodeZstd() });
    let momentShown = -1;
    let shownAtMs = 0;
    for (const { timeMs, bytes, isKeyImage } of screens) {
      const { picture } = decoder.decode(bytes);
      const now = Math.min(timeMs / 100, moments.length - 1);
      expect((picture.pixels[keyAt] ?? 0) & 0xffffff).toBe(now + 1);
      const shown = moments.findIndex((moment) => showsMoment(picture.pixels, moment));
      expect(shown).toBeGreaterThanOrEqual(momentShown);
      const isReduced = timeMs > (begin?.timeMs ?? 0);
      if (shown !== momentShown && isReduced && !isKeyImage) expect(timeMs - shownAtMs).toBeGreaterThanOrEqual(1_000);
      if (shown !== momentShown) shownAtMs = timeMs;
      momentShown = shown;
    }
    decoder.close();
    expect(screens.length).toBeGreaterThanOrEqual(120);
    expect(momentShown).toBe(moments.length - 1);
    expect(screens.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan((400_000 / 8) * 60);
  });
});

describe('a session with no bound on its rate', () => {
  test('has each picture of a video recorded', async () => {
    const { recorder, records } = await makeRecorder(0);
    const pixels = new Uint32Array(width * height);
    for (let index = 0; index < 80; index++) {
      drawMoment(pixels, index);
      await recorder.recordFrame(index * 100, { atMs: index * 100, width, height, pixels });
    }
    await recorder.end(8_000, 'session-ended');

    const all = await records();
    expect(all.filter(({ type }) => type === 'rate-reduced')).toEqual([]);
    const screens = all.filter((record) => record.type === 'screen');
    expect(screens.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeGreaterThan(80 * videoWidth * height * 2.9);
  });
});

describe('AGT-017: how far a viewer must read back', () => {
  /** Times of the key images of eight seconds in which a corner of the screen changes. */
  const keyImageTimes = async (keyImageIntervalMs: number) => {
    const { recorder, records } = await makeRecorder(0, keyImageIntervalMs);
    const pixels = new Uint32Array(width * height);
    for (let index = 0; index < 80; index++) {
      for (let at = 0; at < 1_000; at++) pixels[at] = Math.imul((at << 8) ^ index, 0x9e3779b1) >>> 8;
      await recorder.recordFrame(index * 100, { atMs: index * 100, width, height, pixels });
    }
    await recorder.end(8_000, 'session-ended');
    const screens = (await records()).filter((record) => record.type === 'screen');
    return screens.filter(({ isKeyImage }) => isKeyImage).map(({ timeMs }) => timeMs);
  };

  test('is the interval of the policy, in activity', async () => {
    const times = await keyImageTimes(2_000);
    expect([times[0], times.length]).toEqual([0, 4]);
    for (const [i, timeMs] of times.slice(1).entries()) {
      expect(timeMs - (times[i] ?? 0)).toBeGreaterThanOrEqual(2_000);
      expect(timeMs - (times[i] ?? 0)).toBeLessThanOrEqual(2_200);
    }
  });

  test('is all of it within a longer interval', async () => {
    expect(await keyImageTimes(60_000)).toEqual([0]);
  });
});

function showsMoment(picture: Uint32Array, moment: Uint32Array): boolean {
  for (let y = 0; y < height; y++) {
    for (let at = y * width; at < y * width + videoWidth; at++) {
      if (((picture[at] ?? 0) & 0xffffff) !== ((moment[at] ?? 0) & 0xffffff)) return false;
    }
  }
  return true;
}
