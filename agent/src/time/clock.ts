import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time is injected: tests run on a clock of their own. */
export interface Clock {
  /** Milliseconds since 1970 by the host's wall clock, which may jump. */
  wallMs(): number;
  /** Milliseconds since some fixed moment; never jumps, never runs backwards. */
  monotonicMs(): number;
  /** Like `monotonicMs`, but time in which the machine slept counts. Absent: it never sleeps. */
  bootMs?(): number;
  /** Resolves after the time or, early and without an error, when the signal aborts. */
  delay(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  bootMs: () => uptime() * 1_000,
  async delay(durationMs, signal) {
    try {
      await sleep(durationMs, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
