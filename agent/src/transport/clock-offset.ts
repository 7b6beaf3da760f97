/**
 * Host wall clock minus service clock, in milliseconds. Taken from `serverTime` of every answer, or from the Date
 * header of a refusal, which has whole seconds only: half a second is added, as the header was cut, not rounded.
 */
export class ClockOffset {
  #offsetMs: number;

  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** @param sentMs, receivedMs host wall clock around the request; its middle is when the service looked at its clock */
  learnFromServerTime(serverTime: string, sentMs: number, receivedMs: number): void {
    const serverMs = Date.parse(serverTime);
    if (!Number.isFinite(serverMs)) return;
    const middleMs = (sentMs + receivedMs) / 2;
    this.#offsetMs = Math.round(middleMs - serverMs);
  }

  /** Corrects the clock only where it is off by more than the header's own coarseness. */
  learnFromDateHeader(dateHeader: string | null, sentMs: number, receivedMs: number): void {
    const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader) + 500;
    const measuredMs = (sentMs + receivedMs) / 2 - serverMs;
    if (Math.abs(measuredMs - this.#offsetMs) > 1_500) this.#offsetMs = Math.round(measuredMs);
  }

  toServiceMs(wallMs: number): number {
    return wallMs - this.#offsetMs;
  }
}
