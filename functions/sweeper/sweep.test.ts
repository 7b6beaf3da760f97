import { makeRecordingFileId } from '@afterimage/contracts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sampleWorld } from '../_testing/sample-world.ts';
import { sweep } from './sweep.ts';

describe('sweep', () => {
  let world: Awaited<ReturnType<typeof sampleWorld>>;
  beforeEach(async () => {
    world = await sampleWorld();
  });

  const run = (changes = {}) =>
    sweep({ ...world, quiet: world.recordings, silenceMs: 180_000, messageLifeMs: 7_200_000, ...changes });

  test('leaves a recording alone until it has been silent for three minutes', async () => {
    world.clock.advance(180_000);
    await run();
    expect((await world.find()).state).toBe('live');
    world.clock.advance(1000);
    expect(await run()).toMatchObject({ interrupted: 1 });
    expect((await world.find()).state).toBe('interrupted');
    expect(world.bus.said).toMatchObject([{ type: 'RecordingInterrupted', detail: { silentForMs: 181_000 } }]);
  });

  test('raises the alarm once, however often it looks', async () => {
    world.clock.advance(200_000);
    await run();
    await run();
    expect(world.bus.types()).toEqual(['RecordingInterrupted']);
  });

  test('TRN-005 ends the wait after the message life and has the recording sealed', async () => {
    world.clock.advance(200_000);
    await run();
    world.clock.advance(7_200_000);
    expect(await run()).toMatchObject({ ended: 1 });
    expect((await world.find()).state).toBe('sealing');
    expect(world.finaliseQueue.sent).toEqual([world.recordingId]);
  });

  test('asks again for a sealing that got lost', async () => {
    world.clock.advance(200_000);
    await world.recordings.change(world.recordingId, (recording) => ({ ...recording, state: 'sealing' }));
    await run();
    expect(world.finaliseQueue.sent).toEqual([world.recordingId]);
  });

  test('asks for a sealing that does not end once in twenty minutes, so that it takes nobody’s place', async () => {
    const since = new Date(world.clock.nowMs()).toISOString();
    const recordingFileId = makeRecordingFileId(world.clock);
    await world.recordings.change(world.recordingId, (recording) => ({
      ...recording,
      state: 'sealing',
      sealing: { recordingFileId, fileNumber: 1, firstSequence: 1, lastSequence: 1, since, ranges: [], isEnd: true },
    }));
    const asked: number[] = [];
    for (let minute = 1; minute <= 60; minute++) {
      world.clock.advance(60_000);
      await run();
      if (world.finaliseQueue.sent.length > asked.length) asked.push(minute);
    }
    expect(asked).toEqual([20, 40, 60]);
  });

  test('reads no recording again of which the list says that it only waits', async () => {
    world.clock.advance(200_000);
    await run();
    const change = async () => Promise.reject(new Error('not reached'));
    const recordings = { ...world.recordings, find: change, begin: change, change };
    expect(await run({ recordings, quiet: world.recordings })).toMatchObject({ looked: 1, failed: 0 });
  });

  test('says what a function that died left unsaid', async () => {
    world.clock.advance(200_000);
    const refusing = { publish: async () => Promise.reject(new Error('the bus is away')) };
    expect(await run({ bus: refusing })).toMatchObject({ failed: 1 });
    expect((await world.find()).state).toBe('interrupted');
    await run();
    expect(world.bus.types()).toEqual(['RecordingInterrupted']);
    expect((await world.find()).unsaidEvents).toEqual([]);
  });
});
