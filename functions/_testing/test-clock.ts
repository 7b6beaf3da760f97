import type { Clock } from '@afterimage/core';

/** Time that stands still until a test moves it, and randomness that repeats. */
export class TestClock implements Clock {
  #nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  #drawn = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  randomBytes(length: number): Uint8Array {
    this.#drawn += 1;
    return Uint8Array.from({ length }, (_, index) => (this.#drawn * 31 + index) % 256);
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
  }
}

export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
