import type { Clock } from '../src/time/clock.ts';

/** Time passes only when somebody waits, and then at once. */
export class ManualClock implements Clock {
  nowMs = 1_000_000;
  readonly delays: number[] = [];

  wallMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  async delay(durationMs: number): Promise<void> {
    this.delays.push(durationMs);
    this.nowMs += durationMs;
  }
}
