import { epochAt, type RecordingRecord } from '@afterimage/recording';

/**
 * Records that are kept in memory for a while before they reach disk or wire, so that what has to be blocked a moment
 * later never existed there. What is held when the process dies is lost; that is what it is for.
 */
export class HoldBack {
  #durationMs: number;
  #records: RecordingRecord[] = [];

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  set durationMs(durationMs: number) {
    this.#durationMs = durationMs;
  }

  add(record: RecordingRecord): void {
    this.#records.push(record);
  }

  /** Takes what has been held long enough, in order. */
  takeDue(nowMs: number): RecordingRecord[] {
    const firstHeld = this.#records.findIndex(({ timeMs }) => timeMs > nowMs - this.#durationMs);
    return this.#records.splice(0, firstHeld < 0 ? this.#records.length : firstHeld);
  }

  takeAll(): RecordingRecord[] {
    return this.#records.splice(0);
  }

  /**
   * Whether a picture at that time has to be a key image, going by what is held.
   *
   * @returns undefined when only what was released before can tell
   */
  needsKeyImage(timeMs: number): boolean | undefined {
    for (const record of this.#records.toReversed()) {
      if (record.type === 'gap' || record.type === 'block-end') return true;
      if (record.type === 'screen' && record.isKeyImage) return epochAt(record.timeMs) !== epochAt(timeMs);
    }
    return undefined;
  }
}
