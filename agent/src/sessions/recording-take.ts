import type { RecordedContent, RecordingDecision, RecordingId, SessionRecording } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { defaultIdleSettings } from '../detectors/idle-detector.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import { describeError } from '../log/logger.ts';
import { type RecordingManner, SessionRecorder } from '../recorder/session-recorder.ts';
import { undecidedOptions } from '../recordings/undecided-options.ts';
import type { LocalRecording } from '../recordings/unfinished-recordings.ts';
import type { CapturedCursor, CapturedEvent, CapturedFrame } from '../sources/capture-source.ts';
import type { Standstill } from '../time/host-time-watch.ts';
import { beginLocalRecording, type LocalRecordingOptions, type RecordingStart } from './begin-local-recording.ts';
import type { RecordingOrder } from './recorded-session.ts';
import { WatchedStreaming } from './watched-streaming.ts';

export interface RecordingTakeOptions extends LocalRecordingOptions {
  readonly agent: Agent;
  /** What a dead process left of it. */
  readonly resumed?: LocalRecording;
  /** It has begun: the service may be told. */
  readonly onBegun: (recording: LocalRecording) => void;
  /** Nothing more can be kept, as the disk says. */
  readonly onFailed: () => void;
}

const maxSegmentAgeMs = 10_000;

/** One recording of a session, from its first picture or event to its final segment. What comes is kept in order. */
export class RecordingTake {
  readonly begun: Promise<RecordingId | undefined>;
  readonly #options: RecordingTakeOptions;
  readonly #agent: Agent;
  readonly #queue = new SerialQueue();
  readonly #settleBegun: (recordingId: RecordingId | undefined) => void;
  #order: RecordingOrder;
  #recording: LocalRecording | undefined;
  #recorder: SessionRecorder | undefined;
  #streaming: WatchedStreaming | undefined;
  /** Monotonic time at which the recording's own time was zero. */
  #zeroMs = 0;
  #isEnding = false;
  /** Noticed before the first picture. */
  #earlyEvents: CapturedEvent[] = [];

  constructor(options: RecordingTakeOptions) {
    this.#options = options;
    this.#agent = options.agent;
    this.#order = options.order;
    const begun = Promise.withResolvers<RecordingId | undefined>();
    this.begun = begun.promise;
    this.#settleBegun = begun.resolve;
  }

  get order(): RecordingOrder {
    return this.#order;
  }

  /** Undefined before it has begun. */
  get recording(): LocalRecording | undefined {
    return this.#recording;
  }

  get status(): SessionRecording {
    const recordingId = this.#recorder && this.#recording?.folder.facts.recordingId;
    const { content, initiator, startedBy } = this.#order;
    const by = { initiator, ...(startedBy !== undefined && { startedBy }) };
    return { status: recordingId ? 'recording' : 'pending', ...(recordingId && { recordingId }), content, ...by };
  }

  /** Segments are sealed so soon that it has to be looked at more than once a second. */
  get isHurried(): boolean {
    const isHeldBack = this.#options.session.holdBackMs !== undefined;
    return isHeldBack || this.#recording === undefined || this.#sealAfterMs() < maxSegmentAgeMs / 2;
  }

  /** Without a picture to begin with. */
  begin(start: RecordingStart): Promise<void> {
    return this.#enqueue(async () => {
      this.#recorder ??= await this.#begin(start);
    });
  }

  recordFrame(frame: CapturedFrame): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#order.content !== 'screen') return;
      this.#recorder ??= await this.#begin(frame);
      await this.#recorder.recordFrame(this.#timeOf(frame.atMs), frame);
    });
  }

  recordEvent(event: CapturedEvent): void {
    void this.#enqueue(async () => {
      if (this.#recorder) await this.#recorder.recordEvent(this.#timeOf(event.atMs), event);
      else this.#earlyEvents.push(event);
    });
  }

  recordCursor(cursor: CapturedCursor): void {
    void this.#enqueue(async () => {
      if (this.#order.content === 'screen') await this.#recorder?.recordCursor(this.#timeOf(cursor.atMs), cursor);
    });
  }

  recordInput(atMs: number): void {
    void this.#enqueue(async () => this.#recorder?.recordInput(this.#timeOf(atMs)));
  }

  /** The loss is declared, and the recording's time goes on as the wall clock's did. */
  recordStandstill({ fromMs, sleptMs }: Standstill, toMs: number): Promise<void> {
    return this.#enqueue(async () => {
      if (!this.#recorder) return;
      const lastTimeMs = this.#timeOf(fromMs);
      this.#zeroMs -= sleptMs;
      await this.#recorder.recordGap(lastTimeMs, this.#timeOf(toMs), 'machine-suspended');
    });
  }

  /** To be called several times a second while it is hurried, once a second otherwise. */
  tick(): void {
    // Read now: what waits in the queue before it was noticed earlier, and what comes behind it later.
    const nowMs = this.#agent.clock.monotonicMs();
    void this.#enqueue(async () => {
      await this.#recorder?.tick(this.#timeOf(nowMs));
      await this.#recording?.keeper.keepUp(this.#timeOf(nowMs));
    });
  }

  /** Another has it made from now on. */
  handOver(order: Omit<RecordingOrder, 'content'>): void {
    this.#order = { ...order, content: this.#order.content };
  }

  /** From now on with the screen, or without it; the recording goes on. */
  turnTo(content: RecordedContent): Promise<void> {
    return this.#enqueue(async () => {
      if (content === this.#order.content) return;
      this.#order = { ...this.#order, content };
      const timeMs = this.#timeOf(this.#agent.clock.monotonicMs());
      if (content === 'events') await this.#recorder?.leaveScreen(timeMs);
      else {
        await this.#recording?.folder.change({ isUpgraded: true });
        await this.#recorder?.takeScreen(timeMs);
      }
    });
  }

  /** A newer decision and its options are in force. */
  goOnUnder(decision: RecordingDecision): Promise<void> {
    return this.#enqueue(async () => {
      await this.#recording?.folder.change({ decision });
      await this.#recorder?.goOnIn(this.#manner(), this.#timeOf(this.#agent.clock.monotonicMs()));
    });
  }

  /** After a failure the next run signs off what could be kept. @returns whether the final segment is in the spool */
  async end(reason: string): Promise<boolean> {
    const { log, deviceState, clock } = this.#agent;
    this.#isEnding = true;
    await this.#streaming?.stop();
    try {
      await this.#queue.add(async () => this.#recorder?.end(this.#timeOf(clock.monotonicMs()), reason));
      const recording = this.#recorder && this.#recording;
      if (recording) await deviceState.keepRecordingHead(recording.keeper.chainHead);
      return true;
    } catch (error) {
      log('error', 'recording could not be signed off', describeError(error));
      return false;
    } finally {
      this.#settleBegun(undefined);
      const recordingId = this.#recording?.folder.facts.recordingId;
      if (recordingId) log('info', 'recording ended', { recordingId, reason });
    }
  }

  async #begin(start: RecordingStart): Promise<SessionRecorder> {
    const { session, resumed, decided, onBegun } = this.#options;
    const order = this.#order;
    const recording = resumed ?? (await beginLocalRecording(this.#agent, { ...this.#options, order }, start));
    this.#recording = recording;
    const { keeper, folder } = recording;
    keeper.holdBackFor(session.holdBackMs ?? 0);
    const elapsedMs = this.#agent.clock.wallMs() - Date.parse(folder.facts.startedAt);
    this.#zeroMs = resumed ? start.atMs - Math.max(elapsedMs, keeper.lastTimeMs) : start.atMs;
    const idle = session.idle ?? defaultIdleSettings;
    const recorder = new SessionRecorder({ keeper, budget: this.#agent.budget, idle, manner: this.#manner() });
    const timeMs = this.#timeOf(start.atMs);
    const text = decided.attributes.user.value;
    if (resumed) await recorder.recordGap(keeper.lastTimeMs, timeMs, 'agent-died');
    else await recorder.recordEvent(0, { atMs: start.atMs, kind: 'session.started', text });
    for (const event of this.#earlyEvents.splice(0)) await recorder.recordEvent(timeMs, event);
    const { recordingId } = folder.facts;
    this.#agent.log('info', resumed ? 'recording goes on' : 'recording begun', { recordingId });
    this.#recorder = recorder;
    this.#streaming = this.#streamWhenWatched(recording);
    onBegun(recording);
    this.#settleBegun(recordingId);
    return recorder;
  }

  #streamWhenWatched({ folder, keeper, delivery }: LocalRecording): WatchedStreaming {
    const { watches, clock, deliveryLoop } = this.#agent;
    const deliverNow = () =>
      this.#enqueue(async () => {
        await keeper.keepUp(this.#timeOf(clock.monotonicMs()));
        await keeper.seal('watched');
        delivery.uploadNow(deliveryLoop.signal);
      });
    return new WatchedStreaming({ recordingId: folder.facts.recordingId, watches, clock, deliverNow });
  }

  #manner(): RecordingManner {
    const options = this.#recording?.folder.facts.decision?.options ?? undecidedOptions;
    const { keyImageIntervalSeconds, maxBitsPerSecond } = options;
    return {
      keyImageIntervalMs: keyImageIntervalSeconds * 1000,
      sealAfterMs: this.#sealAfterMs(),
      maxBitsPerSecond,
    };
  }

  #sealAfterMs(): number {
    return Math.min(maxSegmentAgeMs, this.#recording?.delivery.uploadIntervalMs ?? maxSegmentAgeMs);
  }

  /** A failure here is the disk's. */
  async #enqueue(task: () => Promise<void>): Promise<void> {
    if (this.#isEnding) return;
    try {
      await this.#queue.add(task);
    } catch (error) {
      this.#agent.log('error', 'recording failed', describeError(error));
      this.#options.onFailed();
    }
  }

  #timeOf(atMs: number): number {
    return Math.max(0, Math.round(atMs - this.#zeroMs));
  }
}
