import { PresentState, type RecordingRecord, ScreenEncoder, wholeScreenPacket } from '@afterimage/recording';
import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { IdleDetector, type IdleSettings } from '../detectors/idle-detector.ts';
import type { RecordingKeeper } from '../recordings/recording-keeper.ts';
import type { CapturedCursor, CapturedEvent, CapturedFrame } from '../sources/capture-source.ts';
import type { SpoolBudget } from '../spool/spool-budget.ts';
import { CursorShapes } from './cursor-shapes.ts';
import { FrameRate } from './frame-rate.ts';
import { LayoutWatch } from './layout-watch.ts';

export interface SessionRecorderOptions {
  readonly keeper: RecordingKeeper;
  readonly budget: SpoolBudget;
  readonly idle: IdleSettings;
  readonly manner: RecordingManner;
}

/** What may change while a recording goes on. */
export interface RecordingManner {
  readonly keyImageIntervalMs: number;
  /** An open segment is sealed at this age, so that it can be uploaded. */
  readonly sealAfterMs: number;
  /** Averaged over a minute; what moves too much is recorded less often. 0: no bound. */
  readonly maxBitsPerSecond: number;
}

/** More time than this between two changes is not time in activity. */
const activityWindowMs = 2_000;

/**
 * Frames and events in, records out. Times are milliseconds since the recording began. When the spool is full pixels
 * stop, events go on, and the gap is declared; the key image after a gap makes up for damage that was not recorded.
 */
export class SessionRecorder {
  readonly #options: SessionRecorderOptions;
  readonly #idle: IdleDetector;
  readonly #present = new PresentState();
  readonly #cursorShapes = new CursorShapes();
  readonly #layout = new LayoutWatch();
  #manner: RecordingManner;
  #rate: FrameRate;
  #encoder: ScreenEncoder | undefined;
  #size = { width: 0, height: 0 };
  #isScreenLeft = false;
  #activeMs = 0;
  #lastChangeMs = 0;
  #openSinceMs: number | undefined;
  /** Since when pixels are not recorded, and what was on the screen last. */
  #stopped: { readonly fromMs: number; frame: CapturedFrame; lostCount: number } | undefined;

  constructor(options: SessionRecorderOptions) {
    this.#options = options;
    this.#manner = options.manner;
    this.#rate = new FrameRate(options.manner.maxBitsPerSecond);
    this.#idle = new IdleDetector(options.idle, options.keeper.lastTimeMs);
    this.#lastChangeMs = options.keeper.lastTimeMs;
  }

  /** Calls must not overlap. */
  async recordFrame(timeMs: number, frame: CapturedFrame): Promise<void> {
    const { budget } = this.#options;
    if (this.#stopped ? !budget.hasRoomForPixelsAgain : !budget.hasRoomForPixels) {
      const fromMs = this.#stopped?.fromMs ?? timeMs;
      this.#stopped = {
        fromMs,
        frame: { ...frame, pixels: frame.pixels.slice() },
        lostCount: (this.#stopped?.lostCount ?? 0) + 1,
      };
      return;
    }
    await this.#declareGapOfFullSpool(timeMs);
    await this.#encode(timeMs, frame);
  }

  /** Another manner from here on; the next picture is a key image. */
  async goOnIn(manner: RecordingManner, timeMs: number): Promise<void> {
    this.#manner = manner;
    await this.#beginRateAnew(timeMs);
    this.#encoder?.close();
    this.#encoder = undefined;
  }

  /** From here on there are events and no pictures. */
  async leaveScreen(timeMs: number): Promise<void> {
    await this.#declareGapOfFullSpool(timeMs);
    await this.#beginRateAnew(timeMs);
    await this.#append({ type: 'block-begin', timeMs, reason: 'events-only' });
    this.#isScreenLeft = true;
  }

  /** Pictures come again, or for the first time. */
  async takeScreen(timeMs: number): Promise<void> {
    if (this.#isScreenLeft) await this.#append({ type: 'block-end', timeMs, reason: 'events-only' });
    this.#isScreenLeft = false;
    this.#encoder?.startNewGroup();
  }

  async recordCursor(timeMs: number, cursor: CapturedCursor): Promise<void> {
    if (!this.#options.budget.hasRoomForEvents) return;
    const { present, fresh } = this.#cursorShapes.recordsOf(timeMs, cursor);
    for (const record of present) this.#present.note(record);
    await this.#append(...fresh);
  }

  /** Keyboard or mouse. */
  async recordInput(timeMs: number): Promise<void> {
    const mark = this.#idle.noteInput(timeMs);
    if (mark) await this.#append({ type: 'mark', timeMs, activity: mark });
  }

  async recordEvent(timeMs: number, event: CapturedEvent): Promise<void> {
    if (!this.#options.budget.hasRoomForEvents) return;
    await this.#append({
      type: 'event',
      timeMs,
      kind: event.kind,
      assertedBy: 'agent',
      fields: { text: event.text, ...event.fields },
    });
  }

  /** Loss that is known from elsewhere, such as the agent's own death. The next frame is a key image. */
  async recordGap(fromMs: number, toMs: number, reason: string): Promise<void> {
    await this.#append({ type: 'gap', timeMs: toMs, fromMs, toMs, reason });
    this.#encoder?.startNewGroup();
  }

  /** To be called several times a second: idle marks, segments that are due, pixels that may come back. */
  async tick(nowMs: number): Promise<void> {
    const mark = this.#idle.tick(nowMs);
    const sinceMs = this.#idle.lastActivityMs;
    if (mark) await this.#append({ type: 'mark', timeMs: nowMs, activity: mark, sinceMs });
    if (this.#stopped && this.#options.budget.hasRoomForPixelsAgain) await this.recordFrame(nowMs, this.#stopped.frame);
    const late = this.#stopped ? undefined : this.#rate.dueFrame(nowMs);
    if (late) await this.recordFrame(nowMs, late);
    if (this.#openSinceMs !== undefined && nowMs - this.#openSinceMs >= this.#manner.sealAfterMs) {
      this.#openSinceMs = undefined;
      await this.#options.keeper.seal();
    }
  }

  /** The final segment is in the spool when it resolves. */
  async end(timeMs: number, reason: string): Promise<void> {
    await this.#declareGapOfFullSpool(timeMs);
    await this.#options.keeper.end(reason, timeMs);
    this.#encoder?.close();
  }

  async #beginRateAnew(timeMs: number): Promise<void> {
    const ended = this.#rate.end(timeMs);
    for (const record of ended) this.#present.note(record);
    await this.#append(...ended);
    this.#rate = new FrameRate(this.#manner.maxBitsPerSecond);
  }

  async #encode(timeMs: number, frame: CapturedFrame): Promise<void> {
    const encoder = this.#encoderFor(frame);
    const resized = this.#rate.fit(timeMs, frame);
    const packet = await encoder.encode(frame.pixels, {
      forceKeyImage: this.#options.keeper.needsKeyImage(timeMs),
      elapsedActiveMs: this.#activeMs,
      ...this.#rate.damageToRecord(timeMs, frame),
    });
    const rates = [...resized, ...this.#rate.noteFrame(timeMs, packet)];
    for (const record of rates) this.#present.note(record);
    const layout = this.#layout.recordOf(timeMs, frame);
    if (layout) this.#present.note(layout);
    if (!packet) return this.#append(...(layout ? [layout] : []), ...rates);
    this.#countActivity(timeMs);
    const mark = this.#idle.noteUpdate(timeMs, packet.bytes.length);
    if (mark) await this.#append({ type: 'mark', timeMs, activity: mark });
    if (packet.isKeyImage) this.#cursorShapes.noteKeyImage();
    const present = packet.isKeyImage ? this.#present.restate(timeMs) : layout ? [layout] : [];
    const ended = rates.filter(({ phase }) => packet.isKeyImage && phase === 'end');
    await this.#append(wholeScreenPacket(timeMs, packet, packet), ...present, ...(packet.isKeyImage ? ended : rates));
  }

  #encoderFor({ width, height, pixelOrder }: CapturedFrame): ScreenEncoder {
    const isResized = width !== this.#size.width || height !== this.#size.height;
    this.#size = { width, height };
    if (this.#encoder === undefined) {
      const keyImage = { maxActiveMs: this.#manner.keyImageIntervalMs };
      const options = { width, height, zstd: createNodeZstd(), keyImage };
      this.#encoder = new ScreenEncoder({ ...options, ...(pixelOrder && { pixelOrder }) });
    } else if (isResized) this.#encoder.resize(width, height);
    return this.#encoder;
  }

  #countActivity(timeMs: number): void {
    this.#activeMs += Math.min(timeMs - this.#lastChangeMs, activityWindowMs);
    this.#lastChangeMs = timeMs;
  }

  async #declareGapOfFullSpool(timeMs: number): Promise<void> {
    const stopped = this.#stopped;
    if (!stopped) return;
    this.#stopped = undefined;
    const { fromMs, lostCount } = stopped;
    await this.#append({ type: 'gap', timeMs, fromMs, toMs: timeMs, reason: 'spool-full', lostCount });
    this.#encoder?.startNewGroup();
  }

  async #append(...records: readonly RecordingRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.#openSinceMs ??= records[0]?.timeMs;
    await this.#options.keeper.append(...records);
  }
}
