import { type Clock, systemClock } from '@afterimage/agent';

/** No wait of an agent's is longer than this: a campaign has many outages and little time. */
const longestDelayMs = 1_000;

/** A host's clock that is set wrong while the agent runs. */
export class FaultyClock implements Clock {
  #wallOffsetMs: number;

  constructor(wallOffsetMs: number) {
    this.#wallOffsetMs = wallOffsetMs;
  }

  /** As a person or a time service does. */
  setWallOffset(offsetMs: number): void {
    this.#wallOffsetMs = offsetMs;
  }

  wallMs(): number {
    return systemClock.wallMs() + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  delay(durationMs: number, signal?: AbortSignal): Promise<void> {
    return systemClock.delay(Math.min(durationMs, longestDelayMs), signal);
  }
}
