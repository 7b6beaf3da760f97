import type { CaptureListener, CaptureSource } from '@afterimage/agent';
import type { LeapingClock } from '../../support/known-screen.ts';
import { height, type Workload, width, workloads } from '../screen-workloads.ts';

export const picturesPerSecond = 2;
/** Of each minute something moves for so long; then the screen stands still. */
const activeSeconds = 20;

/** The pictures of a working day, a fresh desktop each minute: `undefined` where nothing changed. */
export function* officePictures(minutes: number): Generator<Uint32Array<ArrayBuffer> | undefined> {
  const pixels = new Uint32Array(width * height);
  for (let minute = 0; minute < minutes; minute++) {
    const workload: Workload | undefined = workloads[minute % workloads.length]?.();
    for (let index = 0; index < 60 * picturesPerSecond; index++) {
      const isActive = index < activeSeconds * picturesPerSecond && index < (workload?.frames ?? 0);
      if (isActive) workload?.draw(pixels, index);
      yield isActive ? pixels : undefined;
    }
  }
}

/** Shows them to a recorder as fast as it takes them, while the clock leaps on. */
export class OfficeScreen implements CaptureSource {
  readonly kind = 'browser';
  readonly targetId = 'office-screen';
  readonly #clock: LeapingClock;
  #listener: CaptureListener | undefined;

  constructor(clock: LeapingClock) {
    this.#clock = clock;
  }

  async start(listener: CaptureListener): Promise<void> {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  /** @param breathe called after each minute: what is recorded has to be sent as well */
  async show(minutes: number, breathe: () => Promise<unknown>): Promise<void> {
    let index = 0;
    for (const pixels of officePictures(minutes)) {
      if (pixels) await this.#listener?.onFrame({ atMs: this.#clock.monotonicMs(), width, height, pixels });
      this.#clock.leap(1000 / picturesPerSecond);
      index++;
      if (index % (60 * picturesPerSecond) === 0) await breathe();
    }
  }
}
