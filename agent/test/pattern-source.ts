import type {
  CapturedEvent,
  CapturedFrame,
  CaptureExtent,
  CaptureListener,
  CaptureSource,
} from '../src/sources/capture-source.ts';

/** A screen that draws when a test says so: pictures are made of a number and can be told apart. */
export class PatternSource implements CaptureSource {
  readonly kind = 'browser';
  readonly targetId: string;
  timesShownAgain = 0;
  /** What was asked for, in order. */
  readonly extents: CaptureExtent[] = [];
  #listener: CaptureListener | undefined;
  #shown: CapturedFrame | undefined;

  readonly #nowMs: () => number;

  constructor(targetId = 'pattern', nowMs: () => number = () => performance.now()) {
    this.targetId = targetId;
    this.#nowMs = nowMs;
  }

  async start(listener: CaptureListener, extent: CaptureExtent): Promise<void> {
    this.#listener = listener;
    this.extents.push(extent);
  }

  capture(extent: CaptureExtent): void {
    this.extents.push(extent);
    if (extent === 'screen' && this.#shown) void this.#listener?.onFrame({ ...this.#shown, atMs: this.#nowMs() });
  }

  async measure() {
    return { width: 64, height: 48 };
  }

  showAgain(): void {
    this.timesShownAgain++;
    if (this.#shown) void this.#listener?.onFrame({ ...this.#shown, atMs: this.#nowMs() });
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  async draw(
    number: number,
    size = { width: 64, height: 48 },
    damage?: CapturedFrame['damage'],
  ): Promise<CapturedFrame> {
    const frame = { atMs: this.#nowMs(), ...size, pixels: patternOf(number, size), ...(damage && { damage }) };
    this.#shown = frame;
    await this.#listener?.onFrame(frame);
    return frame;
  }

  notice(event: Omit<CapturedEvent, 'atMs'>): void {
    this.#listener?.onEvent({ atMs: this.#nowMs(), ...event });
  }

  lose(): void {
    this.#listener?.onLost();
  }
}

/** Noise that follows from the number, so that it does not compress away. */
export function patternOf(
  number: number,
  { width, height }: { width: number; height: number },
): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height);
  let state = number + 1;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = (state | 0xff000000) >>> 0;
  }
  return pixels;
}
