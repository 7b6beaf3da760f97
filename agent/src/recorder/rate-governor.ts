import type { Rectangle } from '@afterimage/recording';
import { BusyTiles } from './busy-tiles.ts';
import { subtractRectangles } from './subtract-rectangles.ts';

export interface RateChange {
  readonly phase: 'begin' | 'end';
  readonly rectangle: Rectangle;
}

/** What a frame became. */
export interface EncodedFrame {
  readonly sizeBytes: number;
  readonly isKeyImage: boolean;
  /** What it had to send pixels for. */
  readonly drawn: readonly Rectangle[];
}

/** What is averaged over. */
const windowMs = 60_000;
/** Shares of the budget that is left at which regions are reduced, and at which they are free again. */
const reduceBelow = 0.5;
const freeAbove = 0.9;
const reducedIntervalMs = 1_000;
/** With the budget used up a reduced region waits until it is earned, but no longer than this. */
const longestWaitMs = 10_000;
/** A region that takes less than what is earned in this time is not worth reducing. */
const busyMs = 500;
/** Reduction needs so long to show before more regions are looked for. */
const settleMs = 2_000;

/**
 * Keeps a session within a rate averaged over a minute. A budget of a minute's bytes is spent by frames and fills with
 * time. At half of it the regions the bytes go to are reduced to one frame a second, less often if that is still too much, until the
 * budget has recovered; the rest of the screen goes on at full rate. A region is left out of the damage while it waits: it
 * shows one earlier moment exactly, and never a mixture of two of its own.
 */
export class RateGovernor {
  readonly #size: Pick<Rectangle, 'width' | 'height'>;
  readonly #bytesPerMs: number;
  readonly #tiles: BusyTiles;
  readonly #budgetBytes: number;
  #leftBytes: number;
  #filledAtMs: number;
  #reduced: readonly Rectangle[] = [];
  #reducedAtMs = 0;
  #shownAtMs = 0;
  #isWaiting = false;

  constructor(size: Pick<Rectangle, 'width' | 'height'>, bitsPerSecond: number, timeMs: number) {
    this.#size = size;
    this.#tiles = new BusyTiles(size.width, size.height);
    this.#bytesPerMs = bitsPerSecond / 8_000;
    this.#budgetBytes = this.#bytesPerMs * windowMs;
    this.#leftBytes = this.#budgetBytes;
    this.#filledAtMs = timeMs;
  }

  /** Regions that are recorded at a reduced rate. */
  get reduced(): readonly Rectangle[] {
    return this.#reduced;
  }

  get isReducing(): boolean {
    return this.#reduced.length > 0;
  }

  /** Whether reduced regions have changes that were left out and may be recorded now. */
  isDue(timeMs: number): boolean {
    return this.#isWaiting && this.#mayShow(timeMs);
  }

  /** Where to look for changes in this frame; undefined for everywhere. */
  damageToRecord(timeMs: number, damage: readonly Rectangle[] | undefined): readonly Rectangle[] | undefined {
    if (!this.isReducing) return damage;
    const everything = { x: 0, y: 0, ...this.#size };
    if (this.#mayShow(timeMs)) {
      this.#noteAllShown(timeMs);
      return damage && [...subtractRectangles(damage, this.#reduced), ...this.#reduced];
    }
    this.#isWaiting = true;
    return subtractRectangles(damage ?? [everything], this.#reduced);
  }

  /** Takes a frame's bytes from the budget; returns the regions whose rate changes after it. */
  noteFrame(timeMs: number, { sizeBytes, isKeyImage, drawn }: EncodedFrame): RateChange[] {
    this.#fill(timeMs);
    this.#leftBytes -= sizeBytes;
    if (isKeyImage) this.#noteAllShown(timeMs);
    else this.#tiles.note(timeMs, sizeBytes, drawn);
    return this.#leftBytes < this.#budgetBytes * reduceBelow ? this.#reduceMore(timeMs) : [];
  }

  /** The regions that are free again. Only while nothing waits in them, so that no change of theirs is left behind. */
  recover(timeMs: number): RateChange[] {
    this.#fill(timeMs);
    if (!this.isReducing || this.#isWaiting || this.#leftBytes < this.#budgetBytes * freeAbove) return [];
    const freed = this.#reduced;
    this.#reduced = [];
    return freed.map((rectangle) => ({ phase: 'end', rectangle }));
  }

  #reduceMore(timeMs: number): RateChange[] {
    if (this.isReducing && timeMs - this.#reducedAtMs < settleMs) return [];
    const regions = this.#tiles.busyRegions(this.#reduced, this.#bytesPerMs * busyMs);
    if (!this.isReducing) this.#shownAtMs = timeMs;
    this.#reducedAtMs = timeMs;
    this.#reduced = [...this.#reduced, ...regions];
    return regions.map((rectangle) => ({ phase: 'begin', rectangle }));
  }

  #noteAllShown(timeMs: number): void {
    this.#shownAtMs = timeMs;
    this.#isWaiting = false;
  }

  #mayShow(timeMs: number): boolean {
    this.#fill(timeMs);
    const waitedMs = timeMs - this.#shownAtMs;
    return waitedMs >= (this.#leftBytes > 0 ? reducedIntervalMs : longestWaitMs);
  }

  #fill(timeMs: number): void {
    const earned = (timeMs - this.#filledAtMs) * this.#bytesPerMs;
    this.#leftBytes = Math.min(this.#budgetBytes, this.#leftBytes + earned);
    this.#filledAtMs = timeMs;
  }
}
