/** Counts what the spool holds against its bound. Pixels stop a little before events do. */
export class SpoolBudget {
  readonly limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  take(sizeBytes: number): void {
    this.#usedBytes += sizeBytes;
  }

  free(sizeBytes: number): void {
    this.#usedBytes = Math.max(0, this.#usedBytes - sizeBytes);
  }

  /** The last twentieth is kept for events, and for the segments that are under way when pixels stop. */
  get hasRoomForPixels(): boolean {
    return this.#usedBytes < this.limitBytes * 0.95;
  }

  /** Pixels come back only when a tenth has been freed, so that they do not flicker at the bound. */
  get hasRoomForPixelsAgain(): boolean {
    return this.#usedBytes < this.limitBytes * 0.85;
  }

  get hasRoomForEvents(): boolean {
    return this.#usedBytes < this.limitBytes;
  }
}
