import { listSegments, openPlayback, recordingIdSchema } from '@afterimage/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { busySteps, type MadeRecording, makeRecording } from '../testing/made-recording.ts';
import { openPlayer } from '../testing/opened-player.ts';
import { isSamePicture } from '../testing/picture-recorder.ts';
import { SegmentServer } from '../testing/segment-server.ts';
import { ApiSource, type PlayerApi } from './api-source.ts';
import { PlaybackOpening } from './playback-opening.ts';
import { PlaybackFailure } from './recording-source.ts';

const recordingId = recordingIdSchema.parse('rec_01arz3ndektsv4rrffq69g5fav');
const { signal } = new AbortController();
const seconds = 150;

let busy: MadeRecording;
let server: SegmentServer;
let nowMs: number;

beforeAll(async () => {
  busy = await makeRecording(busySteps(seconds * 1000));
});

beforeEach(async () => {
  server = new SegmentServer(busy);
  server.isSealed = true;
  server.state = 'complete';
  await server.start();
  nowMs = 5_000;
});

afterEach(() => server.stop());

/** `atMs` undefined: where one begins to watch. */
function openAt(atMs: number | undefined, api: PlayerApi = server.api) {
  const opening = new PlaybackOpening({ recordingId, api, nowMs: () => nowMs, atMs });
  const source = new ApiSource({
    recordingId,
    api,
    fetch,
    nowMs: () => nowMs,
    devicePublicKey: busy.devicePublicKey,
    opening,
  });
  return { opening, source };
}

describe('the first picture', () => {
  test.each([0, 61_300, 149_900])('at %d ms takes one page, one playback with its key and one range', async (atMs) => {
    const { source } = openAt(atMs);
    const { player, sink } = await openPlayer(source, { atMs });
    expect(isSamePicture(sink.shown, busy.pictureAt(atMs))).toBe(true);
    const { listCount, openedPlaybacks, releaseCount, requestedRanges } = server;
    expect({ listCount, playbacks: openedPlaybacks.length, releaseCount, ranges: requestedRanges.length }).toEqual({
      listCount: 1,
      playbacks: 1,
      releaseCount: 0,
      ranges: 1,
    });
    player.close();
  });

  test('is followed by the rest of the index, however many pages that has', async () => {
    server.maxPage = 40;
    const { source } = openAt(61_300);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 61_300 });
    expect(source.isWhole).toBe(false);
    await ticker.until(() => source.isWhole);
    expect(source.segments.map(({ sequence }) => sequence)).toEqual(busy.segments.map(({ header }) => header.sequence));
    for (const timeMs of [3_300, 148_200, 62_000]) {
      await ticker.settle(player.seek(timeMs));
      expect(isSamePicture(sink.shown, busy.pictureAt(timeMs))).toBe(true);
    }
    player.close();
  });

  test('is shown although what was asked for beforehand failed', async () => {
    const failing = new Set<string>([listSegments.operationId, openPlayback.operationId]);
    const failingOnce: PlayerApi = (route, request, life) =>
      failing.delete(route.operationId)
        ? Promise.reject(new PlaybackFailure('unreachable'))
        : server.api(route, request, life);
    const { source } = openAt(61_300, failingOnce);
    const { player, sink } = await openPlayer(source, { atMs: 61_300 });
    expect(isSamePicture(sink.shown, busy.pictureAt(61_300))).toBe(true);
    expect(failing.size).toBe(0);
    player.close();
  });
});

describe('a short recording', () => {
  test('is known as a whole with the page around its beginning', async () => {
    server.stored = new Set(Array.from({ length: 50 }, (_, index) => index + 1));
    const { source } = openAt(undefined);
    await expect(source.refreshAround(0, signal)).resolves.toBe('complete');
    expect(source.isWhole).toBe(true);
    expect(source.segments).toHaveLength(50);
    expect(server.listCount).toBe(1);
  });
});

describe('signed URLs of the opening', () => {
  test('are as old as their answer, however late it is looked at', async () => {
    const { source } = openAt(61_300);
    await source.epochKey(0, signal);
    nowMs += server.urlLifeMs;
    server.wallMs += server.urlLifeMs;
    server.signedInRound = 2;
    await source.refreshAround(61_300, signal);
    await expect(source.read(0, 2, signal)).resolves.toHaveLength(2);
    expect(server.requestedRanges).toHaveLength(1);
  });
});

describe('a key that did not come with the playback', () => {
  test('is released to the same playback', async () => {
    const { source } = openAt(0);
    await expect(source.epochKey(3, signal)).resolves.toBeDefined();
    expect({ opened: server.openedPlaybacks.length, released: server.releaseCount }).toEqual({
      opened: 1,
      released: 1,
    });
  });

  test('is not to be had any more of keys that were dropped', async () => {
    const { opening, source } = openAt(0);
    await source.epochKey(0, signal);
    opening.keys.forget();
    await source.epochKey(0, signal);
    expect(server.openedPlaybacks).toHaveLength(2);
  });
});
