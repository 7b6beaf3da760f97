import type { Clock } from './clock.ts';

/** For some time nothing was done: the machine slept, or this process was not let run. */
export interface Standstill {
  /** When all was well last, on the monotonic clock. */
  readonly fromMs: number;
  /** How much of it the monotonic clock did not count. */
  readonly sleptMs: number;
}

export interface HostTimeWatchOptions {
  readonly clock: Clock;
  /** Not to have run for so long is a standstill; a machine that is merely busy is not late by this much. */
  readonly leastPauseMs: number;
  readonly onStandstill: (standstill: Standstill) => void;
  /** The wall clock was set, by so much. */
  readonly onWallClockSet: (byMs: number) => void;
}

const lookEveryMs = 1_000;
const leastSleepMs = 1_000;
const leastJumpMs = 1_000;

/** Notices what the monotonic clock hides: sleep, pauses of this process, a wall clock that is set. */
export class HostTimeWatch {
  readonly #options: HostTimeWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #last: { readonly monotonicMs: number; readonly bootMs: number; readonly wallMs: number };

  constructor(options: HostTimeWatchOptions) {
    this.#options = options;
    this.#last = this.#read();
  }

  start(): void {
    this.#last = this.#read();
    this.#timer = setInterval(() => this.look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const { leastPauseMs, onStandstill, onWallClockSet } = this.#options;
    const last = this.#last;
    const now = this.#read();
    this.#last = now;
    const runMs = now.monotonicMs - last.monotonicMs;
    const elapsedMs = now.bootMs - last.bootMs;
    const sleptMs = Math.max(0, elapsedMs - runMs);
    const jumpedMs = now.wallMs - last.wallMs - Math.max(elapsedMs, runMs);
    if (Math.abs(jumpedMs) >= leastJumpMs) onWallClockSet(jumpedMs);
    if (sleptMs >= leastSleepMs) onStandstill({ fromMs: last.monotonicMs, sleptMs });
    else if (runMs >= leastPauseMs) onStandstill({ fromMs: last.monotonicMs, sleptMs: 0 });
  }

  #read() {
    const { clock } = this.#options;
    const monotonicMs = clock.monotonicMs();
    return { monotonicMs, bootMs: clock.bootMs?.() ?? monotonicMs, wallMs: clock.wallMs() };
  }
}
