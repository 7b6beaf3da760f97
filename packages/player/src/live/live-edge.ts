/** Further behind than this, who follows is taken to the newest moment at once. */
const leapMs = 4000;
/** What has arrived is shown within about this time: late pictures are caught up with by playing faster. */
const bufferMs = 100;
/** How much a new measure counts, so that the number can be read. */
const smoothing = 0.1;

/** Keeps who follows a live recording near its newest moment, and knows how far behind reality that is. */
export class LiveEdge {
  #lagMs: number | undefined;
  #newestMs = 0;
  #newSinceMs: number | undefined;

  /** Where playback should be after a tick. Never beyond the end, and never slower than the chosen speed. */
  follow(positionMs: number, endMs: number, elapsedMs: number, speed: number): number {
    const behindMs = endMs - positionMs;
    if (behindMs > leapMs) return endMs;
    return Math.min(endMs, positionMs + elapsedMs * Math.max(speed, behindMs / bufferMs));
  }

  /** `ageMs`: how long ago the moment at the position happened, by the service's clock. */
  measure(nowMs: number, endMs: number, isMoving: boolean, ageMs: number | undefined): void {
    if (endMs !== this.#newestMs || this.#newSinceMs === undefined) this.#newSinceMs = nowMs;
    this.#newestMs = endMs;
    // While nothing new is there the picture ages and is still the newest: that is quiet, not late.
    if (!isMoving || ageMs === undefined) return;
    this.#lagMs = this.#lagMs === undefined ? ageMs : this.#lagMs + (ageMs - this.#lagMs) * smoothing;
  }

  /** Begins anew, as after a seek. */
  forget(): void {
    this.#lagMs = undefined;
  }

  /** In tenths of a second; undefined before anything moved. */
  get lagMs(): number | undefined {
    return this.#lagMs === undefined ? undefined : Math.max(0, Math.round(this.#lagMs / 100) * 100);
  }

  /** Whole seconds since the last new moment. */
  quietMs(nowMs: number): number {
    return this.#newSinceMs === undefined ? 0 : Math.floor((nowMs - this.#newSinceMs) / 1000) * 1000;
  }
}
