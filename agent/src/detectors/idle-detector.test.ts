import { describe, expect, test } from '@jest/globals';
import { defaultIdleSettings, IdleDetector } from './idle-detector.ts';

const started = (settings = {}) => new IdleDetector({ ...defaultIdleSettings, ...settings }, 0);

describe('the idle detector', () => {
  test('PLY-074: is on unless it is switched off', () => {
    expect(started().tick(31_000)).toBe('idle');
    expect(started({ isEnabled: false }).tick(31_000)).toBeUndefined();
  });

  test('PLY-075: calls a session idle after more than 30 s without graphics and input', () => {
    const detector = started();
    expect(detector.tick(30_000)).toBeUndefined();
    expect(detector.tick(30_001)).toBe('idle');
    expect(detector.lastActivityMs).toBe(0);
  });

  test('PLY-076, PLY-077: three updates within two seconds are activity, fewer or slower ones are not', () => {
    const detector = started();
    detector.tick(31_000);
    for (const timeMs of [32_000, 33_000, 34_000]) expect(detector.noteUpdate(timeMs, 1_000)).toBeUndefined();
    expect(detector.noteUpdate(34_500, 1_000)).toBe('active');
    expect(detector.isIdle).toBe(false);
  });

  test('PLY-078: updates of fewer than 300 bytes count as idle', () => {
    const detector = started();
    for (let timeMs = 0; timeMs < 40_000; timeMs += 100) detector.noteUpdate(timeMs, 299);
    expect(detector.tick(40_000)).toBe('idle');
  });

  test('ends an idle period at the first input', () => {
    const detector = started();
    detector.tick(31_000);
    expect(detector.noteInput(32_000)).toBe('active');
    expect(detector.noteInput(32_100)).toBeUndefined();
    expect(detector.tick(62_000)).toBeUndefined();
  });

  test('marks a session that stays idle once a minute', () => {
    const detector = started();
    const marks: number[] = [];
    for (let timeMs = 0; timeMs <= 200_000; timeMs += 250) if (detector.tick(timeMs)) marks.push(timeMs);
    expect(marks).toEqual([30_250, 90_250, 150_250]);
  });
});
