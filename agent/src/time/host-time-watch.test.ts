import { beforeEach, describe, expect, test } from '@jest/globals';
import { HostTimeWatch, type Standstill } from './host-time-watch.ts';

const now = { wallMs: 0, monotonicMs: 0, bootMs: 0 };
const clock = {
  wallMs: () => now.wallMs,
  monotonicMs: () => now.monotonicMs,
  bootMs: () => now.bootMs,
  delay: () => Promise.resolve(),
};
let standstills: Standstill[];
let jumps: number[];
let watch: HostTimeWatch;

beforeEach(() => {
  Object.assign(now, { wallMs: 1_700_000_000_000, monotonicMs: 50_000, bootMs: 90_000 });
  standstills = [];
  jumps = [];
  watch = new HostTimeWatch({
    clock,
    leastPauseMs: 5_000,
    onStandstill: (standstill) => standstills.push(standstill),
    onWallClockSet: (byMs) => jumps.push(byMs),
  });
});

function pass({ runMs = 0, sleptMs = 0, setByMs = 0 }): void {
  now.monotonicMs += runMs;
  now.bootMs += runMs + sleptMs;
  now.wallMs += runMs + sleptMs + setByMs;
  watch.look();
}

describe('the time of the host', () => {
  test('passes without a word while the machine runs', () => {
    for (let second = 0; second < 10; second++) pass({ runMs: 1_003 });
    expect([standstills, jumps]).toEqual([[], []]);
  });

  test('tells sleep from a wall clock that is set', () => {
    pass({ runMs: 1_000 });
    pass({ runMs: 700, sleptMs: 3_600_000 });
    expect([standstills, jumps]).toEqual([[{ fromMs: 51_000, sleptMs: 3_600_000 }], []]);
    pass({ runMs: 1_000, setByMs: -7_200_000 });
    expect([standstills.length, jumps]).toEqual([1, [-7_200_000]]);
  });

  test('knows a process that was not let run', () => {
    pass({ runMs: 60_000 });
    expect([standstills, jumps]).toEqual([[{ fromMs: 50_000, sleptMs: 0 }], []]);
  });
});
