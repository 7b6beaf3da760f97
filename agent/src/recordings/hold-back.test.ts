import type { RecordingRecord } from '@afterimage/recording';
import { describe, expect, test } from '@jest/globals';
import { HoldBack } from './hold-back.ts';

const mark = (timeMs: number): RecordingRecord => ({ type: 'mark', timeMs, activity: 'active' });
const screen = (timeMs: number, isKeyImage: boolean): RecordingRecord => ({
  type: 'screen',
  timeMs,
  isKeyImage,
  partIndex: 0,
  isLast: true,
  width: 1,
  height: 1,
  bytes: new Uint8Array(1),
});

describe('holding back', () => {
  test('lets records go in order, each after its time and not before', () => {
    const holdBack = new HoldBack(1_000);
    for (const timeMs of [0, 400, 800]) holdBack.add(mark(timeMs));
    expect(holdBack.takeDue(999)).toEqual([]);
    expect(holdBack.takeDue(1_400)).toEqual([mark(0), mark(400)]);
    expect(holdBack.takeAll()).toEqual([mark(800)]);
    expect(holdBack.takeDue(99_000)).toEqual([]);
  });

  test('of no time lets everything go at once', () => {
    const holdBack = new HoldBack(0);
    holdBack.add(mark(5));
    expect(holdBack.takeDue(5)).toEqual([mark(5)]);
  });

  test('knows that a key image is held, unless a gap or another epoch came after it', () => {
    const holdBack = new HoldBack(1_000);
    expect(holdBack.needsKeyImage(0)).toBeUndefined();
    holdBack.add(screen(0, true));
    holdBack.add(screen(10, false));
    expect(holdBack.needsKeyImage(20)).toBe(false);
    expect(holdBack.needsKeyImage(600_000)).toBe(true);
    holdBack.add({ type: 'gap', timeMs: 30, fromMs: 20, toMs: 30, reason: 'agent-died' });
    expect(holdBack.needsKeyImage(40)).toBe(true);
  });
});
