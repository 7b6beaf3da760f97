import type { Rectangle } from '@afterimage/recording';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type RateChange, RateGovernor } from './rate-governor.ts';

const size = { width: 640, height: 512 };
const video = { x: 0, y: 0, width: 320, height: 256 };
const field = { x: 512, y: 448, width: 40, height: 16 };
const bitsPerSecond = 800_000;
const bytesPerMs = bitsPerSecond / 8_000;
const budgetBytes = bytesPerMs * 60_000;

function overlap(first: Rectangle, second: Rectangle): boolean {
  return (
    first.x < second.x + second.width &&
    second.x < first.x + first.width &&
    first.y < second.y + second.height &&
    second.y < first.y + first.height
  );
}

interface Watched {
  readonly changes: RateChange[];
  readonly shownAtMs: number[];
  readonly typedAtMs: number[];
  bytes: number;
}

/** A video of `frameBytes` a picture and a key typed in each, ten times a second. */
function play(governor: RateGovernor, frames: number, frameBytes: number): Watched {
  const watched: Watched = { changes: [], shownAtMs: [], typedAtMs: [], bytes: 0 };
  for (let timeMs = 0; timeMs < frames * 100; timeMs += 100) {
    const damage = governor.damageToRecord(timeMs, [video, field]) ?? [];
    const drawn = [video, field].filter((part) => damage.some((looked) => overlap(part, looked)));
    if (drawn.includes(video)) watched.shownAtMs.push(timeMs);
    if (drawn.includes(field)) watched.typedAtMs.push(timeMs);
    const sizeBytes = drawn.includes(video) ? frameBytes : 200;
    watched.bytes += sizeBytes;
    watched.changes.push(...governor.noteFrame(timeMs, { sizeBytes, isKeyImage: false, drawn }));
    watched.changes.push(...governor.recover(timeMs));
  }
  return watched;
}

describe('a session that shows more than its rate allows', () => {
  test('has the busy part reduced to one frame a second, and nothing else', () => {
    const { changes, shownAtMs, typedAtMs } = play(new RateGovernor(size, bitsPerSecond, 0), 600, 80_000);
    expect(changes[0]).toEqual({ phase: 'begin', rectangle: video });
    expect(typedAtMs).toHaveLength(600);
    const reducedAt = shownAtMs.findIndex((timeMs, index) => timeMs - (shownAtMs[index - 1] ?? timeMs) > 100);
    expect(reducedAt).toBeGreaterThan(0);
    expect(shownAtMs.length - reducedAt).toBeGreaterThan(20);
    for (let index = reducedAt; index < shownAtMs.length; index++) {
      expect((shownAtMs[index] ?? 0) - (shownAtMs[index - 1] ?? 0)).toBe(1_000);
    }
  });

  test('gets its full rate back once the budget has recovered', () => {
    const governor = new RateGovernor(size, bitsPerSecond, 0);
    const { changes } = play(governor, 600, 80_000);
    expect(changes.filter(({ phase }) => phase === 'end')).toEqual([]);
    governor.damageToRecord(120_000, [video]);
    expect(governor.recover(120_000)).toEqual([{ phase: 'end', rectangle: video }]);
    expect(governor.damageToRecord(120_100, [video])).toEqual([video]);
  });

  test('keeps a change that was left out until it has been recorded', () => {
    const governor = new RateGovernor(size, bitsPerSecond, 0);
    governor.noteFrame(0, { sizeBytes: budgetBytes * 0.6, isKeyImage: false, drawn: [video] });
    expect(governor.damageToRecord(400, [video])).toEqual([]);
    expect(governor.isDue(900)).toBe(false);
    expect(governor.recover(900_000)).toEqual([]);
    expect(governor.isDue(900_000)).toBe(true);
    expect(governor.damageToRecord(900_000, [])).toEqual([video]);
    expect(governor.isDue(901_000)).toBe(false);
  });

  test('spends no more than its budget, one frame of each ten seconds aside', () => {
    const frameBytes = fc.integer({ min: 1_000, max: 2_000_000 });
    fc.assert(
      fc.property(frameBytes, fc.integer({ min: 10, max: 3_000 }), (bytes, frames) => {
        const watched = play(new RateGovernor(size, bitsPerSecond, 0), frames, bytes);
        const seconds = frames / 10;
        const unavoidable = (2 + seconds / 10) * bytes + 200 * frames;
        expect(watched.bytes).toBeLessThanOrEqual(budgetBytes + bytesPerMs * seconds * 1000 + unavoidable);
        expect(watched.typedAtMs).toHaveLength(frames);
      }),
      { numRuns: 60 },
    );
  });
});

test('a session within its rate is looked at wherever it changes', () => {
  const governor = new RateGovernor(size, bitsPerSecond, 0);
  const { changes, shownAtMs } = play(governor, 600, 5_000);
  expect(changes).toEqual([]);
  expect(shownAtMs).toHaveLength(600);
  expect(governor.damageToRecord(60_000, undefined)).toBeUndefined();
});
