import type { RecordingRecord } from '@afterimage/recording';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { PlaybackFailure } from './source/recording-source.ts';
import { busySteps, type MadeRecording, type MadeStep, makeRecording } from './testing/made-recording.ts';
import { MemorySource } from './testing/memory-source.ts';
import { openPlayer } from './testing/opened-player.ts';
import { isSamePicture } from './testing/picture-recorder.ts';

const durationMs = 20_000;
let busy: MadeRecording;
beforeAll(async () => {
  busy = await makeRecording(busySteps(durationMs));
});

/** The segment that begins at a second of the busy recording. */
function sequenceAt(timeMs: number): number {
  return busy.segments.findLast(({ header }) => header.t0Ms <= timeMs)?.header.sequence ?? 0;
}

describe('missing segments', () => {
  test('are a gap that says so; nothing is shown of it, nor after it before the next key image', async () => {
    const source = new MemorySource(busy);
    source.missing.add(sequenceAt(7_000));
    const { player, ticker, sink } = await openPlayer(source, { atMs: 6_800 });
    expect(player.state.gaps).toEqual([{ fromMs: 6_800, toMs: 8_000, reason: 'segments-missing' }]);
    expect(player.state).toMatchObject({ hasPicture: true, notice: undefined });
    await ticker.settle(player.seek(7_500));
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'gap', reason: 'segments-missing' } });
    await ticker.settle(player.seek(9_000));
    expect(player.state).toMatchObject({ hasPicture: false, status: 'paused' });
    await ticker.settle(player.seek(10_000));
    expect(player.state).toMatchObject({ hasPicture: true, notice: undefined });
    expect(isSamePicture(sink.shown, busy.pictureAt(10_000))).toBe(true);
  });

  test('do not keep playback from going on', async () => {
    const source = new MemorySource(busy);
    source.missing.add(sequenceAt(7_000));
    const { player, ticker } = await openPlayer(source, { atMs: 6_000, plays: true });
    await ticker.until(() => player.state.notice?.kind === 'gap');
    await ticker.until(() => player.state.hasPicture);
    expect(player.state.positionMs).toBeGreaterThanOrEqual(10_000);
  });

  test('do not count as buffered, while an idle stretch between two segments does', async () => {
    const idle = await makeRecording([
      { kind: 'draw', atMs: 0, isKeyImage: true },
      { kind: 'seal' },
      { kind: 'draw', atMs: 5_000, isKeyImage: true },
      { kind: 'seal' },
      { kind: 'draw', atMs: 9_000 },
      { kind: 'seal' },
      { kind: 'draw', atMs: 10_000, isKeyImage: true },
    ]);
    const source = new MemorySource(idle);
    source.missing.add(3);
    const { player, ticker } = await openPlayer(source);
    await ticker.until(() => player.state.buffered.length > 1);
    expect(player.state.buffered).toEqual([
      { fromMs: 0, toMs: 5_000 },
      { fromMs: 10_000, toMs: 10_000 },
    ]);
  });

  test('at the beginning leave the picture out until the first key image', async () => {
    const source = new MemorySource(busy);
    for (let sequence = 1; sequence <= sequenceAt(3_000); sequence++) source.missing.add(sequence);
    const { player, ticker } = await openPlayer(source);
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'gap' } });
    await ticker.settle(player.seek(5_000));
    expect(player.state.hasPicture).toBe(true);
  });
});

describe('a damaged segment', () => {
  test('is named, its neighbours play, and the picture is back with the next key image', async () => {
    const source = new MemorySource(busy);
    source.damaged.add(sequenceAt(12_000));
    const { player, ticker, sink } = await openPlayer(source, { atMs: 11_900 });
    expect(isSamePicture(sink.shown, busy.pictureAt(11_900))).toBe(true);
    await ticker.settle(player.seek(12_400));
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'altered' } });
    expect(player.state.damaged).toEqual([{ fromMs: 12_000, toMs: 15_000 }]);
    expect(player.state.altered).toEqual(player.state.damaged);
    player.play();
    await ticker.until(() => player.state.hasPicture);
    expect(player.state.positionMs).toBeGreaterThanOrEqual(15_000);
    await ticker.until(() => player.state.status === 'ended');
    expect(isSamePicture(sink.shown, busy.pictureAt(durationMs))).toBe(true);
  });

  test('costs one read of its own, however often it is passed', async () => {
    const source = new MemorySource(busy);
    source.damaged.add(sequenceAt(12_000));
    const { player, ticker } = await openPlayer(source, { atMs: 12_400 });
    await ticker.settle(player.seek(3_000));
    await ticker.settle(player.seek(13_000));
    const own = source.reads.filter(({ from, to }) => to - from === 1 && source.segments[from]?.startMs === 12_000);
    expect(own).toHaveLength(1);
    expect(player.state.damaged).toHaveLength(1);
  });
});

describe('a picture that was sealed as it is and cannot be decoded', () => {
  test('is damaged and not altered, and the picture is back with the next key image', async () => {
    const bytes = new Uint8Array(64).fill(7);
    const size = { partIndex: 0, isLast: true, width: 64, height: 48 };
    const recording = await makeRecording([
      { kind: 'draw', atMs: 0, isKeyImage: true },
      { kind: 'seal' },
      { kind: 'record', record: { type: 'screen', timeMs: 4_000, isKeyImage: false, bytes, ...size } },
      { kind: 'seal' },
      { kind: 'draw', atMs: 8_000, isKeyImage: true },
    ]);
    const { player, ticker } = await openPlayer(new MemorySource(recording), { atMs: 5_000 });
    expect(player.state).toMatchObject({ hasPicture: false, altered: [], notice: { kind: 'damaged' } });
    expect(player.state.damaged).toHaveLength(1);
    await ticker.settle(player.seek(8_000));
    expect(player.state.hasPicture).toBe(true);
  });
});

describe('a recording that is erased while it is played', () => {
  test('stops at once: no picture, no keys, no opened segments, and nothing is asked for any more', async () => {
    const source = new MemorySource(busy);
    const live = { tick: () => {}, takeNews: () => false, askIntervalMs: 60_000, isForbidden: false, isErased: false };
    let isLetGo = false;
    const link = Object.assign(live, { letGo: () => (isLetGo = true) });
    const { player, ticker, sink } = await openPlayer(source, { atMs: 6_000, plays: true }, { live: link });
    await ticker.until(() => player.state.status === 'playing');
    expect(sink.shown).toBeDefined();
    live.isErased = true;
    await ticker.tick();
    expect(player.state).toMatchObject({ status: 'failed', failure: 'erased', hasPicture: false, buffered: [] });
    expect([sink.shown, source.releasedEpochs, isLetGo]).toEqual([undefined, [], true]);
    const { length } = source.reads;
    await player.seek(10_000);
    for (let i = 0; i < 20; i++) await ticker.tick();
    expect([sink.shown, source.reads.length, source.releasedEpochs]).toEqual([undefined, length, []]);
  });

  test('is stopped also by the first request that is told so', async () => {
    const source = new MemorySource(busy);
    const { player, ticker, sink } = await openPlayer(source, { atMs: 1_000 });
    source.failure = new PlaybackFailure('erased');
    await ticker.settle(player.seek(19_000));
    await ticker.until(() => player.state.failure === 'erased');
    expect([sink.shown, source.releasedEpochs]).toEqual([undefined, []]);
  });
});

describe('what the host declared', () => {
  const withRecords = (...records: RecordingRecord[]): Promise<MadeRecording> => {
    const steps: MadeStep[] = records.map((record) => ({ kind: 'record', record }));
    return makeRecording([
      { kind: 'draw', atMs: 0, isKeyImage: true },
      ...steps,
      { kind: 'draw', atMs: 8_000, isKeyImage: true },
      { kind: 'draw', atMs: 9_000 },
    ]);
  };

  test('a gap has its reason over all of its time, although it was declared at its end', async () => {
    const recording = await withRecords({
      type: 'gap',
      timeMs: 8_000,
      fromMs: 2_000,
      toMs: 8_000,
      reason: 'agent-died',
    });
    const { player, ticker, sink } = await openPlayer(new MemorySource(recording));
    await ticker.until(() => player.state.gaps.length > 0);
    await ticker.settle(player.seek(5_000));
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'gap', reason: 'agent-died' } });
    await ticker.settle(player.seek(8_500));
    expect(player.state).toMatchObject({ hasPicture: true, notice: undefined });
    expect(isSamePicture(sink.shown, recording.pictureAt(8_500))).toBe(true);
  });

  test('PLY-012: a blocked stretch shows no picture, and why', async () => {
    const recording = await withRecords(
      { type: 'block-begin', timeMs: 3_000, reason: 'password-entry' },
      { type: 'block-end', timeMs: 7_000, reason: 'password-entry' },
    );
    const { player, ticker } = await openPlayer(new MemorySource(recording), { atMs: 5_000 });
    expect(player.state).toMatchObject({ hasPicture: false, notice: { kind: 'blocked', reason: 'password-entry' } });
    await ticker.settle(player.seek(7_500));
    expect(player.state).toMatchObject({ hasPicture: false, notice: undefined });
    await ticker.settle(player.seek(8_000));
    expect(player.state.hasPicture).toBe(true);
  });
});

describe('other recordings', () => {
  test('of several epochs ask for each key when it is needed, once', async () => {
    const hours: MadeStep[] = [0, 5, 10, 15, 20, 25].flatMap((minutes): MadeStep[] => [
      { kind: 'draw', atMs: minutes * 60_000 },
      { kind: 'seal' },
      { kind: 'draw', atMs: minutes * 60_000 + 500 },
    ]);
    const recording = await makeRecording(hours);
    const source = new MemorySource(recording);
    const { player, ticker, sink } = await openPlayer(source);
    expect(new Set(source.releasedEpochs)).toEqual(new Set([0]));
    for (const minutes of [21, 11, 26]) await ticker.settle(player.seek(minutes * 60_000));
    expect(new Set(source.releasedEpochs)).toEqual(new Set([0, 1, 2]));
    expect(isSamePicture(sink.shown, recording.pictureAt(26 * 60_000))).toBe(true);
  });

  test('change their size on the way', async () => {
    const recording = await makeRecording([
      { kind: 'draw', atMs: 0 },
      { kind: 'draw', atMs: 1_000, size: { width: 160, height: 90 } },
      { kind: 'draw', atMs: 2_000, size: { width: 40, height: 120 } },
    ]);
    const { player, ticker, sink } = await openPlayer(new MemorySource(recording));
    for (const timeMs of [2_000, 500, 1_500]) {
      await ticker.settle(player.seek(timeMs));
      expect(isSamePicture(sink.shown, recording.pictureAt(timeMs))).toBe(true);
    }
  });

  test('show the pointer where it was, and none where none is known', async () => {
    const shape = { shapeId: 1, width: 1, height: 1, hotspotX: 0, hotspotY: 0, rgba: new Uint8Array(4).fill(255) };
    const recording = await makeRecording([
      { kind: 'draw', atMs: 0 },
      { kind: 'record', record: { type: 'cursor-shape', timeMs: 1_000, ...shape } },
      { kind: 'record', record: { type: 'cursor', timeMs: 1_000, x: 4, y: 5, shapeId: 1, isVisible: true } },
      { kind: 'draw', atMs: 2_000 },
    ]);
    const { player, ticker, sink } = await openPlayer(new MemorySource(recording), { atMs: 1_500 });
    expect(sink.cursor).toMatchObject({ x: 4, y: 5, isVisible: true, shape });
    await ticker.settle(player.seek(500));
    expect(sink.cursor).toBeUndefined();
  });
});
