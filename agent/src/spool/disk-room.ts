import { statfs } from 'node:fs/promises';
import type { SpoolBudget } from './spool-budget.ts';

const lookEveryMs = 2_000;
/** Left for events and for what is under way. */
const leastFreeBytes = 4 * 1024 * 1024;
/** Pixels come back only when so much is free, so that they do not flicker. */
const freeAgainBytes = 16 * 1024 * 1024;

/** Looks how much room the disk itself has, whatever the bound of the spool says. */
export class DiskRoom {
  readonly #path: string;
  readonly #budget: SpoolBudget;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, budget: SpoolBudget) {
    this.#path = path;
    this.#budget = budget;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#path);
    const neededBytes = this.#budget.isDiskFull ? freeAgainBytes : leastFreeBytes;
    this.#budget.noteDisk(bavail * bsize < neededBytes);
  }
}
