import type { HiddenApplications } from '@afterimage/contracts';
import type { Monitor, Rectangle } from '@afterimage/recording';
import type { Clock } from '../../time/clock.ts';
import { WakeUp } from '../../time/wake-up.ts';
import type { CapturedEvent, CaptureExtent, CaptureListener, CaptureSource } from '../capture-source.ts';
import { parseDisplayName } from './display-name.ts';
import { HiddenWindows } from './hidden/hidden-windows.ts';
import type { PictureSize } from './pixel-transfer.ts';
import type { ScreenMirror, TransferPreference } from './screen-mirror.ts';
import { targetIdOf } from './target-id.ts';
import { XConnection } from './x-connection.ts';
import { XSession } from './x-session.ts';

export interface X11SourceOptions {
  /** Such as `:1`. */
  readonly display: string;
  readonly clock: Clock;
  /** Default: `XAUTHORITY`, else `~/.Xauthority`. */
  readonly authorityFile?: string;
  /** Default 10. */
  readonly maxFramesPerSecond?: number;
  /** Default: the cheapest that the display offers. */
  readonly transfer?: TransferPreference;
  /** How long a still screen waits until it is compared as a whole, in case damage missed something. Default 60 s. */
  readonly compareAllAfterMs?: number;
}

/** What is drawn in one go arrives in many pieces. */
const settleMs = 15;
/** While nothing happens, pointer and input are asked for together, in step with the other displays of this process. */
const restingIntervalMs = 500;
const restsAfterMs = 2_000;
const inputIntervalMs = 900;
/** Only a screen that was still for so long is compared as a whole. */
const stillAfterMs = 1_000;
const defaultCompareAllAfterMs = 60_000;

/** Records one screen of an X display: damaged rectangles as they are drawn, the pointer, monitors, windows, idle time. */
export class X11Source implements CaptureSource {
  readonly kind = 'x11';
  readonly targetId: string;
  readonly #options: X11SourceOptions;
  readonly #connection: XConnection;
  readonly #wakeUp: WakeUp;
  readonly #frameIntervalMs: number;
  #session: XSession | undefined;
  #listener: CaptureListener | undefined;
  #mirror: ScreenMirror | undefined;
  #monitors: readonly Monitor[] = [];
  #extent: CaptureExtent = 'screen';
  #applications: HiddenApplications | undefined;
  #hidden: HiddenWindows | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isDamaged = false;
  #isResized = true;
  #lastFrameMs = Number.NEGATIVE_INFINITY;
  #lastCompareAllMs = 0;
  #lastPointerMoveMs = Number.NEGATIVE_INFINITY;
  #lastInputCheckMs = Number.NEGATIVE_INFINITY;

  /** Connects, so that a display that cannot be recorded is known before anybody is asked about it. @throws X11Error */
  static async open(options: X11SourceOptions): Promise<X11Source> {
    const targetId = await targetIdOf(parseDisplayName(options.display));
    const { display, authorityFile } = options;
    const connection = await XConnection.open({ display, ...(authorityFile !== undefined && { authorityFile }) });
    return new X11Source(options, targetId, connection);
  }

  private constructor(options: X11SourceOptions, targetId: string, connection: XConnection) {
    this.#options = options;
    this.targetId = targetId;
    this.#connection = connection;
    this.#wakeUp = new WakeUp(options.clock);
    this.#frameIntervalMs = 1_000 / (options.maxFramesPerSecond ?? 10);
  }

  /** How pixels come; undefined before the first. */
  get transferKind(): ScreenMirror['transferKind'] | undefined {
    return this.#mirror?.transferKind;
  }

  /** @throws X11Error */
  async start(listener: CaptureListener, extent: CaptureExtent = 'screen'): Promise<void> {
    this.#listener = listener;
    this.#extent = extent;
    const { transfer } = this.#options;
    this.#session = await XSession.start(this.#connection, transfer ?? 'shared-pixmap', {
      onDamage: () => this.#noteDamage(),
      onResize: () => this.#noteResize(),
      onCursorShape: () => this.#session?.cursor.noteNewShape(),
      onEvent: (event) => this.#emit(event),
      mayName: (window) => this.#mayName(window),
    });
    void this.#connection.closed.then(() => this.#noteClosed());
    this.#running = this.#run(this.#session, listener);
  }

  capture(extent: CaptureExtent): void {
    this.#extent = extent;
    this.#session?.cursor.noteNewShape();
    this.#noteResize();
  }

  /** From the next picture on. */
  hide(applications: HiddenApplications | undefined): void {
    if (JSON.stringify(applications) === JSON.stringify(this.#applications)) return;
    this.#applications = applications;
    this.#noteResize();
  }

  measure(): Promise<PictureSize> {
    const { client, root } = this.#connection;
    return this.#connection.request((reply) => client.GetGeometry(root, reply));
  }

  showAgain(): void {
    this.#noteResize();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wakeUp.now();
    this.#connection.close();
    await this.#running;
  }

  #emit(event: Omit<CapturedEvent, 'atMs'>): void {
    if (this.#extent !== 'nothing') this.#listener?.onEvent({ atMs: this.#options.clock.monotonicMs(), ...event });
  }

  #noteDamage(): void {
    this.#isDamaged = true;
    this.#wakeUp.now();
  }

  #noteResize(): void {
    this.#isResized = true;
    this.#wakeUp.now();
  }

  #noteClosed(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#wakeUp.now();
    this.#listener?.onLost();
  }

  /** Whatever goes wrong on the way, a display that does not answer any more is lost. */
  async #run(session: XSession, listener: CaptureListener): Promise<void> {
    try {
      while (!this.#isStopped) {
        await this.#keepHiding();
        await this.#capture(session, listener);
        await Promise.all([this.#samplePointer(session, listener), this.#checkInput(session, listener)]);
        await this.#untilNext();
      }
    } catch {
      this.#connection.close();
      this.#noteClosed();
    }
  }

  async #capture(session: XSession, listener: CaptureListener): Promise<void> {
    const { clock, compareAllAfterMs = defaultCompareAllAfterMs } = this.#options;
    const nowMs = clock.monotonicMs();
    if (this.#extent !== 'screen') return this.#forgetPicture();
    if (this.#isResized) return this.#showAll(session, listener);
    const mirror = this.#mirror;
    if (!mirror) return;
    if (this.#isDamaged) {
      this.#isDamaged = false;
      const damage = await mirror.takeDamage();
      if (damage.length > 0) await this.#show(mirror, listener, damage);
    } else if (nowMs - this.#lastFrameMs > stillAfterMs && nowMs - this.#lastCompareAllMs > compareAllAfterMs) {
      await mirror.takeAll();
      this.#lastCompareAllMs = nowMs;
      await this.#show(mirror, listener);
    }
  }

  /** Whatever is recorded, pictures or titles, waits until it is known what is hidden. */
  async #keepHiding(): Promise<void> {
    const applications = this.#applications;
    if (this.#hidden?.applications === applications) return;
    this.#hidden?.close();
    const { clock } = this.#options;
    const onChange = () => this.#noteDamage();
    const connection = this.#connection;
    this.#hidden = applications && (await HiddenWindows.open({ connection, applications, clock, onChange }));
  }

  /** Waits until it is known what is hidden; nothing is named meanwhile. */
  async #mayName(window: number): Promise<boolean> {
    for (let time = 0; time < 40 && !this.#isStopped; time++) {
      if (this.#hidden?.applications === this.#applications) return (await this.#hidden?.mayName(window)) ?? true;
      await this.#options.clock.delay(50);
    }
    return false;
  }

  #forgetPicture(): void {
    this.#isResized = false;
    this.#isDamaged = false;
    this.#mirror?.close();
    this.#mirror = undefined;
  }

  /** The beginning, and each time the screen or its monitors have another size. */
  async #showAll(session: XSession, listener: CaptureListener): Promise<void> {
    this.#isResized = false;
    this.#isDamaged = false;
    this.#mirror?.close();
    const mirror = await session.openMirror(this.#hidden);
    this.#mirror = mirror;
    this.#monitors = await session.readMonitors(mirror.size);
    await mirror.takeAll();
    this.#lastCompareAllMs = this.#options.clock.monotonicMs();
    await this.#show(mirror, listener);
  }

  async #show(mirror: ScreenMirror, listener: CaptureListener, damage?: readonly Rectangle[]): Promise<void> {
    this.#lastFrameMs = this.#options.clock.monotonicMs();
    if (mirror.hidden?.applications !== this.#applications) return;
    const { pixels, size } = mirror;
    const what = { ...size, pixels, pixelOrder: 'bgrx', monitors: this.#monitors } as const;
    await listener.onFrame({ atMs: this.#lastFrameMs, ...what, ...(damage && { damage }) });
  }

  async #samplePointer({ cursor }: XSession, listener: CaptureListener): Promise<void> {
    if (this.#extent !== 'screen') return;
    const state = await cursor.sample();
    if (!state) return;
    this.#lastPointerMoveMs = this.#options.clock.monotonicMs();
    listener.onCursor({ atMs: this.#lastPointerMoveMs, ...state });
  }

  async #checkInput({ input }: XSession, listener: CaptureListener): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    if (!input || this.#extent === 'nothing' || nowMs - this.#lastInputCheckMs < inputIntervalMs) return;
    this.#lastInputCheckMs = nowMs;
    if (await input.hasNewInput(nowMs)) listener.onInput(nowMs);
  }

  /** Never two frames nearer than the rate allows; at rest until something is drawn or the pointer is due. */
  async #untilNext(): Promise<void> {
    const { clock } = this.#options;
    if (!this.#isDamaged && !this.#isResized) await this.#wakeUp.rest(this.#restMs());
    if (this.#isStopped || !(this.#isDamaged || this.#isResized)) return;
    const restMs = this.#frameIntervalMs - (clock.monotonicMs() - this.#lastFrameMs);
    await clock.delay(Math.max(settleMs, restMs));
  }

  #restMs(): number {
    const nowMs = this.#options.clock.monotonicMs();
    const isResting = nowMs - this.#lastPointerMoveMs > restsAfterMs;
    return isResting ? restingIntervalMs - (nowMs % restingIntervalMs) : this.#frameIntervalMs;
  }
}
