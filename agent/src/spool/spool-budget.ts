/** Kept for events, and for the segments that are under way when pixels stop. */
const eventReserveBytes = 2 * 1024 * 1024;

export const minSpoolLimitBytes = 4 * eventReserveBytes;

/** Counts what the spool holds against its bound. Pixels stop a little before events do. */
export class SpoolBudget {
  readonly limitBytes: number;
  #usedBytes = 0;

  /** @throws RangeError below 8 MiB, which would leave no room for pixels */
  constructor(limitBytes: number) {
    if (limitBytes < minSpoolLimitBytes) throw new RangeError(`a spool has at least ${minSpoolLimitBytes} bytes`);
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

  get hasRoomForPixels(): boolean {
    return this.#usedBytes < this.limitBytes - eventReserveBytes;
  }

  /** Pixels come back only when an eighth of the bound is free, so that they do not flicker at it. */
  get hasRoomForPixelsAgain(): boolean {
    return this.#usedBytes < this.limitBytes - eventReserveBytes - this.limitBytes / 8;
  }

  get hasRoomForEvents(): boolean {
    return this.#usedBytes < this.limitBytes;
  }
}
