import { describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { ManualClock } from '../../../test/manual-clock.ts';
import { pollUntil } from '../../../test/poll-until.ts';
import { Screencast } from './screencast.ts';

function start(data: string) {
  const commands: string[] = [];
  const seen: number[] = [];
  let brokenCount = 0;
  const clock = new ManualClock();
  const screencast = new Screencast({
    clock,
    maxFramesPerSecond: 10,
    send: async (method) => commands.push(method),
    onFrame: async ({ atMs }) => {
      seen.push(atMs);
    },
    onBroken: () => brokenCount++,
  });
  const receive = (sessionId: number, ageMs = 0) =>
    screencast.receive({ data, sessionId, metadata: { timestamp: (clock.nowMs - ageMs) / 1000 } });
  return { screencast, receive, commands, seen, clock, broken: () => brokenCount };
}

const black = PNG.sync.write(new PNG({ width: 2, height: 2 })).toString('base64');

describe('the screencast of a page', () => {
  test('dates a frame by when it was shown, not by when it arrived', async () => {
    const { screencast, receive, seen, clock } = start(black);
    const nowMs = clock.nowMs;
    screencast.setActive(true);
    receive(1, 150);
    await pollUntil('the frame is taken', () => seen.length === 1);
    expect(seen[0]).toBeCloseTo(nowMs - 150);
    await screencast.stop();
  });

  test('acknowledges frames at the rate that is wanted', async () => {
    const { screencast, receive, commands, clock } = start(black);
    screencast.setActive(true);
    receive(1);
    await pollUntil('the frame is acknowledged', () => commands.includes('Page.screencastFrameAck'));
    expect(clock.delays).toEqual([100]);
    await screencast.stop();
  });

  test('does not take the same picture twice', async () => {
    const { screencast, receive, commands, seen } = start(black);
    screencast.setActive(true);
    const acknowledged = () => commands.filter((command) => command === 'Page.screencastFrameAck').length;
    receive(1);
    await pollUntil('the first is acknowledged', () => acknowledged() === 1);
    receive(2);
    await pollUntil('the second is acknowledged', () => acknowledged() === 2);
    expect(seen).toHaveLength(1);
    await screencast.stop();
  });

  test('leaves a page in the background alone', async () => {
    const { screencast, receive, commands } = start(black);
    receive(1);
    expect(commands).toEqual([]);
    await screencast.stop();
  });

  test('says so when a picture cannot be read', async () => {
    const { screencast, receive, broken } = start(Buffer.from('no picture').toString('base64'));
    screencast.setActive(true);
    receive(1);
    await pollUntil('it is said', () => broken() === 1);
    await screencast.stop();
  });
});
