import { type CaptureListener, type CaptureSource, systemClock } from '@afterimage/agent';

const width = 1280;
const height = 800;
/** Left upper corner: a square whose colour is the number of the picture. */
const codeSide = 16;
/** A line of what somebody types. */
const line = { x: 200, y: 300, width: 600, height: 24 };

/** A screen on which somebody types: each picture carries its number, and is remembered with its time. */
export class CodedScreen implements CaptureSource {
  readonly kind = 'browser';
  readonly targetId = 'coded-screen';
  /** Wall clock of each picture, by its number. */
  readonly drawnAtMs: number[] = [];
  readonly #pixels = new Uint32Array(width * height).fill(0xff_f0f0f0);
  #listener: CaptureListener | undefined;

  async start(listener: CaptureListener): Promise<void> {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  async draw(): Promise<void> {
    const number = this.drawnAtMs.length;
    this.#fill({ x: 0, y: 0, width: codeSide, height: codeSide }, (0xff_000000 | number) >>> 0);
    const letter = { x: line.x + ((number * 9) % line.width), y: line.y, width: 7, height: line.height };
    this.#fill(letter, (0xff_000000 | (number * 7919)) >>> 0);
    this.drawnAtMs.push(Date.now());
    await this.#listener?.onFrame({ atMs: systemClock.monotonicMs(), width, height, pixels: this.#pixels });
  }

  #fill(area: { x: number; y: number; width: number; height: number }, pixel: number): void {
    for (let y = area.y; y < area.y + area.height; y++) {
      this.#pixels.fill(pixel, y * width + area.x, y * width + area.x + area.width);
    }
  }
}
