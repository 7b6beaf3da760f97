import type { CapturedFrame, CaptureListener, CaptureSource, Clock } from '@afterimage/agent';
import { systemClock } from '@afterimage/agent';

/** Real time whose monotonic part can be moved on, so that minutes of a session pass at once. */
export class LeapingClock implements Clock {
  readonly #wallOffsetMs: number;
  #leaptMs = 0;

  /** @param wallOffsetMs how far the host's wall clock is ahead */
  constructor(wallOffsetMs = 0) {
    this.#wallOffsetMs = wallOffsetMs;
  }

  leap(durationMs: number): void {
    this.#leaptMs += durationMs;
  }

  wallMs(): number {
    return systemClock.wallMs() + this.#wallOffsetMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#leaptMs;
  }

  delay(durationMs: number, signal?: AbortSignal): Promise<void> {
    return systemClock.delay(durationMs, signal);
  }
}

/** A picture that was on the screen from its time on. */
export interface ShownPicture {
  /** Since the first picture. */
  readonly fromMs: number;
  readonly pixels: Uint32Array;
}

/** A screen whose every picture and time is known: what a recording of it must show. */
export class KnownScreen implements CaptureSource {
  readonly kind = 'browser';
  readonly targetId: string;
  readonly shown: ShownPicture[] = [];
  readonly width: number;
  readonly height: number;
  readonly #clock: Clock;
  #zeroMs: number | undefined;
  #listener: CaptureListener | undefined;

  constructor(clock: Clock = systemClock, { targetId = 'known-screen', width = 200, height = 120 } = {}) {
    this.#clock = clock;
    this.targetId = targetId;
    this.width = width;
    this.height = height;
  }

  async start(listener: CaptureListener): Promise<void> {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  /** Draws picture `number`; resolves when the recording has taken it. */
  async draw(number: number): Promise<void> {
    const { width, height } = this;
    const frame: CapturedFrame = {
      atMs: this.#clock.monotonicMs(),
      width,
      height,
      pixels: pictureOf(number, width, height),
    };
    this.#zeroMs ??= frame.atMs;
    this.shown.push({ fromMs: Math.round(frame.atMs - this.#zeroMs), pixels: frame.pixels });
    await this.#listener?.onFrame(frame);
  }

  notice(text: string): void {
    this.#listener?.onEvent({ atMs: this.#clock.monotonicMs(), kind: 'title', text });
  }

  /** What was on the screen at a time of the recording. */
  at(timeMs: number): Uint32Array {
    const picture = this.shown.findLast(({ fromMs }) => fromMs <= timeMs);
    if (picture === undefined) throw new Error(`nothing was shown at ${timeMs} ms`);
    return picture.pixels;
  }
}

/** Noise that follows from the number: it does not compress, and no two pictures share anything. */
export function pictureOf(number: number, width: number, height: number): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height);
  let state = number + 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = (state | 0xff000000) >>> 0;
  }
  return pixels;
}
