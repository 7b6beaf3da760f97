import type * as z from 'zod';
import type { Clock } from '../../time/clock.ts';
import type { CapturedFrame } from '../capture-source.ts';
import type { screencastFrameSchema } from './devtools-events.ts';
import { type DecodedPng, decodePng } from './png-decoder.ts';

/** A picture as the browser gave it. */
export interface RawFrame {
  /** On the agent's monotonic clock. */
  readonly atMs: number;
  readonly png: Buffer;
}

export interface ScreencastOptions {
  readonly clock: Clock;
  readonly maxFramesPerSecond: number;
  /** Sends a command to the page. */
  readonly send: (method: string, params?: object) => Promise<unknown>;
  readonly onFrame: (frame: CapturedFrame) => Promise<void>;
  readonly onRawFrame?: (frame: RawFrame) => void;
  /** A picture could not be read: nothing that follows can be trusted to be whole. */
  readonly onBroken: () => void;
}

type ScreencastFrame = z.output<typeof screencastFrameSchema>;

const settleAfterMs = 200;
const maxFrameAgeMs = 2_000;

/**
 * One page's pictures. The browser sends one when something was drawn and drops what is drawn while two are not
 * acknowledged, the last one of a burst included. Frames are acknowledged at the rate that is wanted, which keeps the
 * browser from encoding more; after a burst one more picture is asked for, so that a still screen is always recorded
 * as it is.
 */
export class Screencast {
  readonly #options: ScreencastOptions;
  readonly #minIntervalMs: number;
  #isActive = false;
  #newest: ScreencastFrame | undefined;
  #isTaking = false;
  #settleTimer: NodeJS.Timeout | undefined;
  /** The next picture is the one that was asked for. */
  #isSettling = true;
  #lastFrameAtMs = 0;
  /** The same picture once more, as after a burst, need not be decoded to be known as the same. */
  #lastPng: Buffer | undefined;
  #picture: DecodedPng | undefined;

  constructor(options: ScreencastOptions) {
    this.#options = options;
    this.#minIntervalMs = 1000 / options.maxFramesPerSecond;
  }

  async start(): Promise<void> {
    await this.#options.send('Page.startScreencast', { format: 'png' });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#settleTimer);
    this.#isActive = false;
    await this.#options.send('Page.stopScreencast').catch(() => undefined);
  }

  /** A page in the background is not acknowledged, so its browser stops encoding pictures of it. */
  setActive(isActive: boolean): void {
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.#lastPng = undefined;
    if (isActive) this.#askForPicture();
    else clearTimeout(this.#settleTimer);
  }

  showAgain(): void {
    this.#lastPng = undefined;
    this.#askForPicture();
  }

  receive(frame: ScreencastFrame): void {
    if (!this.#isActive) return;
    const superseded = this.#newest;
    this.#newest = frame;
    if (superseded) this.#acknowledge(superseded);
    if (this.#isSettling) this.#isSettling = false;
    else this.#settleLater();
    if (!this.#isTaking) this.#takeAll().catch(this.#options.onBroken);
  }

  async #takeAll(): Promise<void> {
    this.#isTaking = true;
    try {
      while (this.#newest && this.#isActive) {
        const frame = this.#newest;
        this.#newest = undefined;
        const beganMs = this.#options.clock.monotonicMs();
        await this.#take(frame);
        const restMs = this.#minIntervalMs - (this.#options.clock.monotonicMs() - beganMs);
        if (restMs > 0) await this.#options.clock.delay(restMs);
        this.#acknowledge(frame);
      }
    } finally {
      this.#isTaking = false;
    }
  }

  async #take(frame: ScreencastFrame): Promise<void> {
    const png = Buffer.from(frame.data, 'base64');
    const atMs = this.#timeOf(frame);
    this.#options.onRawFrame?.({ atMs, png });
    if (this.#lastPng?.equals(png)) return;
    this.#lastPng = png;
    this.#picture = decodePng(png, this.#picture);
    await this.#options.onFrame({ atMs, ...this.#picture });
  }

  /** The browser says by the wall clock when the frame was shown; it becomes an age, and so a monotonic time. */
  #timeOf(frame: ScreencastFrame): number {
    const { clock } = this.#options;
    const shownMs = frame.metadata.timestamp === undefined ? clock.wallMs() : frame.metadata.timestamp * 1000;
    const ageMs = Math.min(Math.max(clock.wallMs() - shownMs, 0), maxFrameAgeMs);
    this.#lastFrameAtMs = Math.max(this.#lastFrameAtMs, clock.monotonicMs() - ageMs);
    return this.#lastFrameAtMs;
  }

  #acknowledge(frame: ScreencastFrame): void {
    this.#options.send('Page.screencastFrameAck', { sessionId: frame.sessionId }).catch(() => undefined);
  }

  #settleLater(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#askForPicture(), settleAfterMs);
  }

  /** Starting anew makes the browser send the picture that it shows. */
  #askForPicture(): void {
    this.#isSettling = true;
    this.#options
      .send('Page.stopScreencast')
      .then(() => this.start())
      .catch(() => undefined);
  }
}
