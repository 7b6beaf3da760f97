/** Kept for events, and for the segments that are under way when pixels stop. */
const eventReserveBytes = 2 * 1024 * 1024;

export const minSpoolLimitBytes = 4 * eventReserveBytes;

/** Counts what the spool holds against its bound. Pixels stop a little before events do. */
export class SpoolBudget {
  readonly limitBytes: number;
  #usedBytes = 0;
  #isDiskFull = false;

  /** @throws RangeError below 8 MiB, which would leave no room for pixels */
  constructor(limitBytes: number) {
    if (limitBytes < minSpoolLimitBytes) throw new RangeError(`a spool has at least ${minSpoolLimitBytes} bytes`);
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The disk itself is full, or nearly: whatever the bound says, there is no room for pixels. */
  noteDisk(isFull: boolean): void {
    this.#isDiskFull = isFull;
  }

  get isDiskFull(): boolean {
    return this.#isDiskFull;
  }

  take(sizeBytes: number): void {
    this.#usedBytes += sizeBytes;
  }

  free(sizeBytes: number): void {
    this.#usedBytes = Math.max(0, this.#usedBytes - sizeBytes);
  }

  get hasRoomForPixels(): boolean {
    return !this.#isDiskFull && this.#usedBytes < this.limitBytes - eventReserveBytes;
  }

  /** Pixels come back only when an eighth of the bound is free, so that they do not flicker at it. */
  get hasRoomForPixelsAgain(): boolean {
    const mostBytes = this.limitBytes - eventReserveBytes - this.limitBytes / 8;
    return !this.#isDiskFull && this.#usedBytes < mostBytes;
  }

  get hasRoomForEvents(): boolean {
    return this.#usedBytes < this.limitBytes;
  }
}
