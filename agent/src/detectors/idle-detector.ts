export interface IdleSettings {
  readonly isEnabled: boolean;
  /** Neither graphics nor input for longer than this is idle. */
  readonly thresholdMs: number;
  readonly activeWindowMs: number;
  /** So many updates within the window are activity; fewer are a clock or a blinking cursor. */
  readonly activeMinUpdates: number;
  /** Smaller updates are not counted. */
  readonly minUpdateBytes: number;
}

/** Defaults of PLY-074 to PLY-078. */
export const defaultIdleSettings: IdleSettings = {
  isEnabled: true,
  thresholdMs: 30_000,
  activeWindowMs: 2_000,
  activeMinUpdates: 3,
  minUpdateBytes: 300,
};

/** While idle, a mark a minute says that the recording goes on. */
const idleMarkIntervalMs = 60_000;

/** Decides when a session falls idle and when it is active again. It holds no clock: times come with the calls. */
export class IdleDetector {
  readonly #settings: IdleSettings;
  #updateTimes: number[] = [];
  #lastActivityMs: number;
  #lastMarkMs: number | undefined;

  constructor(settings: IdleSettings, startMs: number) {
    this.#settings = settings;
    this.#lastActivityMs = startMs;
  }

  get isIdle(): boolean {
    return this.#lastMarkMs !== undefined;
  }

  /** When the session was active last: idleness begins here, though it is known only later. */
  get lastActivityMs(): number {
    return this.#lastActivityMs;
  }

  /** @returns `active` when this ends an idle period: a mark is due */
  noteUpdate(timeMs: number, sizeBytes: number): 'active' | undefined {
    const { minUpdateBytes, activeWindowMs, activeMinUpdates } = this.#settings;
    if (sizeBytes < minUpdateBytes) return undefined;
    this.#updateTimes = [...this.#updateTimes.filter((earlier) => timeMs - earlier < activeWindowMs), timeMs];
    return this.#updateTimes.length < activeMinUpdates ? undefined : this.noteInput(timeMs);
  }

  /** Keyboard or mouse. */
  noteInput(timeMs: number): 'active' | undefined {
    this.#lastActivityMs = timeMs;
    const wasIdle = this.isIdle;
    this.#lastMarkMs = undefined;
    return wasIdle ? 'active' : undefined;
  }

  /** @returns `idle` when a mark is due: at the beginning of the period and every minute of it */
  tick(nowMs: number): 'idle' | undefined {
    const { isEnabled, thresholdMs } = this.#settings;
    if (!isEnabled || nowMs - this.#lastActivityMs <= thresholdMs) return undefined;
    if (this.#lastMarkMs !== undefined && nowMs - this.#lastMarkMs < idleMarkIntervalMs) return undefined;
    this.#lastMarkMs = nowMs;
    return 'idle';
  }
}
