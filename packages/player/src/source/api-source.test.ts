import { recordingIdSchema } from '@afterimage/contracts';
import { openSegment } from '@afterimage/recording';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { busySteps, type MadeRecording, makeRecording } from '../testing/made-recording.ts';
import { openPlayer } from '../testing/opened-player.ts';
import { isSamePicture } from '../testing/picture-recorder.ts';
import { SegmentServer } from '../testing/segment-server.ts';
import { ApiSource } from './api-source.ts';

const recordingId = recordingIdSchema.parse('rec_01arz3ndektsv4rrffq69g5fav');
const { signal } = new AbortController();

let busy: MadeRecording;
let server: SegmentServer;
let nowMs: number;

beforeAll(async () => {
  busy = await makeRecording(busySteps(10_000));
});

beforeEach(async () => {
  server = new SegmentServer(busy);
  await server.start();
  nowMs = 5_000;
});

afterEach(() => server.stop());

function newSource(devicePublicKey = busy.devicePublicKey): ApiSource {
  return new ApiSource({ recordingId, api: server.api, fetch, nowMs: () => nowMs, devicePublicKey });
}

describe('reading through the API', () => {
  test('gives the sealed bytes, and a key that opens them', async () => {
    const source = newSource();
    await source.refresh(signal);
    const bytes = await source.read(2, 5, signal);
    expect(bytes.map((part) => Buffer.from(part))).toEqual(
      busy.segments.slice(2, 5).map((segment) => Buffer.from(segment.bytes)),
    );
    const key = await source.epochKey(0, signal);
    await expect(openSegment(bytes[0] ?? new Uint8Array(), key)).resolves.not.toHaveLength(0);
  });

  test('reads neighbours in a sealed file with one range request', async () => {
    server.isSealed = true;
    server.state = 'complete';
    const source = newSource();
    await source.refresh(signal);
    await source.read(1, 8, signal);
    expect(server.requestedRanges).toHaveLength(1);
  });

  test('plays in a player to the exact pixels', async () => {
    const { player, ticker, sink } = await openPlayer(newSource());
    for (const timeMs of [9_400, 300, 5_000, 7_777]) {
      await ticker.settle(player.seek(timeMs));
      expect(isSamePicture(sink.shown, busy.pictureAt(timeMs))).toBe(true);
    }
    player.close();
  });

  test('goes on when the chunks have become a sealed file in the middle of playback', async () => {
    const { player, ticker, sink } = await openPlayer(newSource());
    await ticker.until(() => player.state.buffered.length > 0);
    const source = newSource();
    await source.refresh(signal);
    server.isSealed = true;
    server.signedInRound = 2;
    await expect(source.read(6, 8, signal)).resolves.toHaveLength(2);
    await ticker.settle(player.seek(8_500));
    expect(isSamePicture(sink.shown, busy.pictureAt(8_500))).toBe(true);
    player.close();
  });
});

describe('signed URLs', () => {
  test('are asked for anew before they expire, whatever the clock on the wall says', async () => {
    server.wallMs -= 3_600_000;
    const source = newSource();
    await source.refresh(signal);
    const { listCount } = server;
    await source.read(0, 3, signal);
    expect(server.listCount).toBe(listCount);
    nowMs += server.urlLifeMs - 30_000;
    server.wallMs += server.urlLifeMs - 30_000;
    server.signedInRound = 2;
    await source.read(3, 6, signal);
    expect(server.listCount).toBe(listCount + 1);
  });

  test('that are refused after all are renewed once, then playback has expired', async () => {
    const source = newSource();
    await source.refresh(signal);
    server.stored.delete(3);
    await expect(source.read(2, 3, signal)).rejects.toMatchObject({ kind: 'expired' });
  });
});

describe('epoch keys', () => {
  test('are released to a new playback when the old one has ended', async () => {
    const source = newSource();
    await source.epochKey(0, signal);
    server.expirePlaybacks();
    await expect(source.epochKey(1, signal)).resolves.toBeDefined();
    expect(server.openedPlaybacks).toHaveLength(2);
  });

  test('belong to a playback that is confirmed once there is one, and opened anew when it is over', async () => {
    const source = newSource();
    await source.confirm(signal);
    expect(server.openedPlaybacks).toHaveLength(0);
    await source.epochKey(0, signal);
    await source.confirm(signal);
    expect(server.openedPlaybacks).toHaveLength(1);
    server.expirePlaybacks();
    await source.confirm(signal);
    await source.confirm(signal);
    expect(server.openedPlaybacks).toHaveLength(2);
  });

  test('are asked for once', async () => {
    const source = newSource();
    const keys = await Promise.all([source.epochKey(0, signal), source.epochKey(0, signal)]);
    expect(keys[0]).toBe(keys[1]);
    expect(server.openedPlaybacks).toHaveLength(1);
  });
});

describe('what is not as it was sealed', () => {
  test('is damaged: bytes that another device signed', async () => {
    const other = await makeRecording(busySteps(1_000));
    const source = newSource(other.devicePublicKey);
    await source.refresh(signal);
    await expect(source.read(0, 1, signal)).rejects.toMatchObject({ kind: 'damaged', sequence: 1 });
  });

  test('is damaged: a segment of the same recording in the place of another', async () => {
    server.isSealed = true;
    const source = newSource();
    await source.refresh(signal);
    const moved = Object.assign(source.segments[4] ?? {}, source.segments[5], { sequence: 5 });
    expect(moved.sequence).toBe(5);
    await expect(source.read(4, 5, signal)).rejects.toMatchObject({ kind: 'damaged', sequence: 5 });
  });

  test('is damaged: an object that ends early', async () => {
    const source = newSource();
    await source.refresh(signal);
    Object.assign(source.segments[0] ?? {}, { sizeBytes: 1_000_000 });
    await expect(source.read(0, 1, signal)).rejects.toMatchObject({ kind: 'damaged' });
  });
});

describe('segments in any order', () => {
  const sequences = () => newestSource.segments.map(({ sequence }) => sequence);
  let newestSource: ApiSource;
  beforeEach(() => {
    newestSource = newSource();
    server.stored = new Set([1, 2, 4, 5]);
  });

  test('wait for the one that is late', async () => {
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2]);
    server.stored.add(3);
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
  });

  test('wait for no longer than twenty seconds', async () => {
    await newestSource.refresh(signal);
    nowMs += 19_000;
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2]);
    nowMs += 2_000;
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 4, 5]);
  });

  test('do not wait once the recording has ended', async () => {
    server.state = 'partial';
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 4, 5]);
  });

  test('take their place when they come later still, and what was read before stays where it belongs', async () => {
    nowMs += 1_000;
    await newestSource.refresh(signal);
    nowMs += 21_000;
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 4, 5]);
    const reading = newestSource.read(2, 4, signal);
    server.stored.add(3);
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
    expect(newestSource.lateArrivals).toBe(1);
    expect((await reading).map((part) => Buffer.from(part))).toEqual(
      busy.segments.slice(3, 5).map((segment) => Buffer.from(segment.bytes)),
    );
  });

  test('that fill one gap of several are looked for every ten seconds, and once more at the end', async () => {
    server.stored = new Set([1, 3, 5, 6]);
    server.state = 'partial';
    await newestSource.refresh(signal);
    server.state = 'live';
    server.stored.add(4);
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 3, 5, 6]);
    nowMs += 10_000;
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 3, 4, 5, 6]);
    server.stored.add(2);
    server.state = 'complete';
    await newestSource.refresh(signal);
    expect(sequences()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('the age of a moment', () => {
  test('is told by the service’s clock, at the quickest of its answers', async () => {
    const startedAt = new Date(server.wallMs - 60_000).toISOString();
    const source = new ApiSource({
      recordingId,
      api: server.api,
      fetch,
      nowMs: () => nowMs,
      devicePublicKey: busy.devicePublicKey,
      startedAt,
    });
    expect(source.ageMs(0)).toBeUndefined();
    await source.refresh(signal);
    expect(source.ageMs(59_000)).toBe(1_000);
    nowMs += 5_000;
    server.wallMs += 4_000;
    await source.refresh(signal);
    expect(source.ageMs(59_000)).toBe(6_000);
  });
});
