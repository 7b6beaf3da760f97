import type {
  Initiator,
  Notice,
  RecordingDecision,
  RecordingId,
  SessionId,
  SessionRecording,
} from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { type LateDecision, settleWithoutUser } from '../delivery/announce-recording.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import { describeError } from '../log/logger.ts';
import { SessionNotices } from '../notice/session-notices.ts';
import type { LocalRecording } from '../recordings/unfinished-recordings.ts';
import type { CapturedCursor, CapturedEvent, CapturedFrame, CaptureListener } from '../sources/capture-source.ts';
import type { Standstill } from '../time/host-time-watch.ts';
import type { DecidedSession } from './decide-session.ts';
import {
  contentOf,
  noticeOf,
  type RecordedSession,
  type RecordingOrder,
  type RecordSessionOptions,
  type SessionOutcome,
} from './recorded-session.ts';
import { RecordingTake } from './recording-take.ts';
import { RolloverReview } from './rollover-review.ts';
import { UserConsent } from './user-consent.ts';

/** Often enough for segments that are sealed soon; else once a second, in step with the other sessions. */
const tickMs = { hurried: 250, resting: 1_000 } as const;
/** Of a screen that nobody has looked at and that does not tell its size. */
const unknownSize = { width: 1, height: 1 };

interface EndedTake {
  readonly recording: LocalRecording;
  readonly reason: string;
  readonly isSignedOff: boolean;
}

/** One session from its decision to its end, with no recording, one, or several after each other. */
export class LiveSession implements RecordedSession, CaptureListener {
  readonly sessionId: SessionId;
  readonly begun: Promise<RecordingId | undefined>;
  readonly finished: Promise<SessionOutcome>;
  readonly #agent: Agent;
  readonly #options: RecordSessionOptions;
  readonly #notices: SessionNotices;
  readonly #review: RolloverReview;
  readonly #settleBegun: (recordingId: RecordingId | undefined) => void;
  readonly #settleFinished: (outcome: SessionOutcome) => void;
  readonly #consent: UserConsent;
  #decided: DecidedSession;
  #take: RecordingTake | undefined;
  #lastTake: EndedTake | undefined;
  readonly #ends = new SerialQueue();
  #isStoppedByAdministrator = false;
  #hasDeclined = false;
  #ticking: NodeJS.Timeout | undefined;
  #stopping: Promise<SessionOutcome> | undefined;

  constructor(agent: Agent, options: RecordSessionOptions, decided: DecidedSession) {
    this.#agent = agent;
    this.#options = options;
    this.#decided = decided;
    this.sessionId = decided.sessionId;
    const { noticeReports: reports, clock, clockOffset, log } = agent;
    const onUncovered = () => this.#showAgain();
    const presenter = options.notices;
    const { sessionId } = decided;
    this.#notices = new SessionNotices({ sessionId, presenter, reports, clock, clockOffset, log, onUncovered });
    this.#consent = new UserConsent(this.#notices);
    this.#review = new RolloverReview(agent, sessionId);
    const begun = Promise.withResolvers<RecordingId | undefined>();
    const finished = Promise.withResolvers<SessionOutcome>();
    this.begun = begun.promise;
    this.finished = finished.promise;
    this.#settleBegun = begun.resolve;
    this.#settleFinished = finished.resolve;
  }

  get decision(): RecordingDecision | undefined {
    return this.#decided.decision;
  }

  get options(): RecordSessionOptions {
    return this.#options;
  }

  get user(): string {
    return this.#decided.attributes.user.value;
  }

  get hasEnded(): boolean {
    return this.#stopping !== undefined;
  }

  get isAsking(): boolean {
    return this.#consent.isAsking;
  }

  get isStoppedByAdministrator(): boolean {
    return this.#isStoppedByAdministrator;
  }

  get status(): SessionRecording {
    return this.#take?.status ?? { status: 'not-recorded' };
  }

  /** Returns once the source runs; the user may still be asked. */
  async start(resumed: LocalRecording | undefined): Promise<void> {
    const { decision } = this.#decided;
    const content = decision ? contentOf(decision.action) : 'screen';
    const notice = decision && noticeOf(decision);
    if (resumed) await this.#goOn(resumed);
    else if (content && notice) {
      await this.#options.source.start(this, 'nothing');
      void this.#tellAndRecord(notice, { initiator: 'policy', content });
    } else await this.#startSilently(content);
    this.#scheduleTick();
  }

  onFrame(frame: CapturedFrame): Promise<void> {
    this.#agent.noticeStandstill();
    return this.#take?.recordFrame(this.#notices.cover(frame)) ?? Promise.resolve();
  }

  onEvent(event: CapturedEvent): void {
    this.#take?.recordEvent(event);
  }

  onCursor(cursor: CapturedCursor): void {
    this.#take?.recordCursor(cursor);
  }

  onInput(atMs: number): void {
    this.#take?.recordInput(atMs);
  }

  onLost(): void {
    void this.stop('source-lost');
  }

  noteStandstill(standstill: Standstill): void {
    const toMs = this.#agent.clock.monotonicMs();
    void this.#take?.recordStandstill(standstill, toMs).then(() => this.#showAgain());
  }

  stop(reason = 'session-ended'): Promise<SessionOutcome> {
    this.#stopping ??= this.#stop(reason).then((outcome) => {
      this.#settleBegun(undefined);
      this.#settleFinished(outcome);
      return outcome;
    });
    return this.#stopping;
  }

  /** Begins a recording, or adds the screen to one of events; the user is told first. Nothing is recorded before. */
  async beginBy(order: RecordingOrder, notice: Notice | undefined): Promise<void> {
    if (order.initiator === 'administrator') this.#isStoppedByAdministrator = false;
    await this.#consent.inform(notice);
    if (this.hasEnded) return;
    if (!this.#take) return this.#record(order);
    this.#take.handOver(order.initiator);
    await this.#turnTo(order.content);
  }

  handOver(initiator: Initiator): void {
    this.#take?.handOver(initiator);
    this.#noteChange();
  }

  /** Ends the recording under way, or that it was to begin; the session itself goes on where it may. */
  async endRecording(reason: string): Promise<void> {
    if (reason === 'stopped-by-administrator') this.#isStoppedByAdministrator = true;
    this.#consent.withdrawQuestion();
    if (!this.#options.staysUnrecorded) {
      void this.stop(reason);
      return;
    }
    this.#options.source.capture?.('nothing');
    await this.#endTake(reason);
  }

  /** @returns once the recording under way has its first picture or event */
  async untilBegun(withinMs: number): Promise<void> {
    const { clock } = this.#agent;
    const over = new AbortController();
    await Promise.race([this.#take?.begun, clock.delay(withinMs, over.signal)]);
    over.abort();
  }

  async #startSilently(content: 'screen' | 'events' | undefined): Promise<void> {
    const { source, staysUnrecorded } = this.#options;
    if (content) return this.#record({ initiator: 'policy', content }, undefined, true);
    if (staysUnrecorded) await source.start(this, 'nothing');
    else void this.stop(this.#decided.decision?.reason);
  }

  async #goOn(resumed: LocalRecording): Promise<void> {
    const { initiator, commandId, content, isUpgraded } = resumed.folder.facts;
    const order = { initiator, content: isUpgraded ? 'screen' : content, ...(commandId && { commandId }) } as const;
    resumed.delivery.settleBy(this.#settleLate);
    await this.#record(order, resumed, true);
  }

  async #tellAndRecord(notice: Notice, order: RecordingOrder): Promise<void> {
    const told = await this.#consent.ask(notice);
    if (told === 'told') await this.#record(order);
    else if (told === 'declined') await this.#decline();
    else if (told === 'unanswered') await this.endRecording('consent-not-given');
  }

  async #decline(): Promise<void> {
    const { onDecline } = this.#options;
    const { sessionId } = this;
    this.#hasDeclined = true;
    this.#agent.log('info', 'the user declined to be recorded', { sessionId });
    try {
      await onDecline?.(sessionId);
    } catch (error) {
      this.#agent.log('error', 'the session could not be ended', { sessionId, ...describeError(error) });
    }
    void this.stop('declined');
  }

  async #record(order: RecordingOrder, resumed?: LocalRecording, isFirst = false): Promise<void> {
    const { source } = this.#options;
    const take = new RecordingTake({
      agent: this.#agent,
      session: this.#options,
      decided: this.#decided,
      order,
      settleLate: this.#settleLate,
      onBegun: (recording) => this.#noteBegun(recording),
      onFailed: () => void this.stop('agent-failed'),
      ...(resumed && { resumed }),
    });
    this.#take = take;
    this.#hideApplications();
    if (isFirst) await source.start(this, order.content);
    else source.capture?.(order.content);
    this.#noteChange();
    if (order.content === 'events') await take.begin(await this.#startNow());
  }

  async #startNow() {
    const size = (await this.#options.source.measure?.().catch(() => undefined)) ?? unknownSize;
    return { ...size, atMs: this.#agent.clock.monotonicMs() };
  }

  async #turnTo(content: RecordingOrder['content']): Promise<void> {
    if (this.#take?.order.content === content) return;
    await this.#take?.turnTo(content);
    this.#options.source.capture?.(content);
    this.#noteChange();
  }

  #noteBegun({ folder, keeper }: LocalRecording): void {
    const { recordingId } = folder.facts;
    keeper.followFiles((fileNumber) => void this.#reviewAt(recordingId, fileNumber));
    this.#settleBegun(recordingId);
    this.#noteChange();
  }

  /** What an administrator or the user began, no policy ends. */
  async #reviewAt(recordingId: RecordingId, fileNumber: number): Promise<void> {
    if (this.#take?.order.initiator !== 'policy') return;
    const review = await this.#review.ask(recordingId, fileNumber);
    const take = this.#take;
    if (!review || take?.order.initiator !== 'policy' || this.hasEnded) return;
    const { outcome, decision } = review;
    this.#decided = { ...this.#decided, decision };
    this.#hideApplications();
    const content = contentOf(decision.action);
    if (outcome === 'stop' || content === undefined) return this.endRecording('stopped-by-policy');
    await take.goOnUnder(decision);
    await this.#turnTo(content);
    if (outcome === 'go-on-and-tell') await this.#consent.inform(noticeOf(decision));
  }

  /**
   * The service was asked only after the recording had begun (A24). What it wants hidden has been recorded until now,
   * so that recording is dropped and another one begun.
   */
  readonly #settleLate: LateDecision = async (decision, recording) => {
    const take = this.#take;
    if (!take || this.hasEnded) return settleWithoutUser(decision, recording);
    this.#decided = { ...this.#decided, decision };
    const content = contentOf(decision.action);
    if (content === undefined) return 'drop';
    const notice = noticeOf(decision);
    const told = notice ? await this.#consent.ask(notice) : 'told';
    if (told === undefined) return settleWithoutUser(decision, recording);
    if (told === 'declined') void this.#decline();
    if (told !== 'told') return 'drop';
    const mustHide = this.#options.source.hide && decision.options.hiddenApplications;
    if (content === take.order.content && !mustHide) return 'go-on';
    await this.#endTake('recording-not-permitted');
    await this.#record({ initiator: 'policy', content });
    return 'drop';
  };

  /** Before any picture or title is taken under the decision (POL-033). */
  #hideApplications(): void {
    this.#options.source.hide?.(this.#decided.decision?.options.hiddenApplications);
  }

  #scheduleTick(): void {
    if (this.#stopping) return;
    const everyMs = this.#take?.isHurried ? tickMs.hurried : tickMs.resting;
    this.#ticking = setTimeout(() => this.#tick(), everyMs - (this.#agent.clock.monotonicMs() % everyMs));
  }

  #tick(): void {
    this.#scheduleTick();
    const { deliveryLoop, settings } = this.#agent;
    const delivery = this.#take?.recording?.delivery;
    const refusedBecause = delivery?.progress().refusedBecause;
    if (deliveryLoop.isUntrusted) void this.stop('agent-not-trusted');
    else if (!settings.values.isRecordingEnabled) void this.stop('recording-disabled');
    else if (delivery?.isForbidden) void this.endRecording('recording-not-permitted');
    else if (refusedBecause !== undefined) void this.endRecording(refusedBecause);
    else this.#take?.tick();
  }

  /** @returns once every recording of the session so far is signed off */
  async #endTake(reason: string): Promise<void> {
    const take = this.#take;
    this.#take = undefined;
    await this.#ends.add(async () => {
      if (!take) return;
      const isSignedOff = await take.end(reason);
      if (take.recording) this.#lastTake = { recording: take.recording, reason, isSignedOff };
    });
    if (take) this.#noteChange();
  }

  async #stop(reason: string): Promise<SessionOutcome> {
    clearTimeout(this.#ticking);
    this.#consent.close();
    this.#review.stop();
    await this.#options.source.stop();
    await this.#endTake(reason);
    this.#noteChange();
    return this.#outcomeOf(reason);
  }

  async #outcomeOf(reason: string): Promise<SessionOutcome> {
    if (this.#hasDeclined) return { kind: 'declined', reason: 'the user declined to be recorded' };
    const last = this.#lastTake;
    if (!last) return { kind: 'not-recorded', reason };
    const { deliveryLoop } = this.#agent;
    const isDelivered = await deliveryLoop.drain(this.#options.deliverWithinMs ?? 30_000);
    const { recording } = last;
    if (recording.delivery.isForbidden) return { kind: 'not-recorded', reason: last.reason };
    const { recordingId } = recording.folder.facts;
    return { kind: 'recorded', recordingId, endReason: last.reason, isStored: last.isSignedOff && isDelivered };
  }

  #showAgain(): void {
    if (this.#take?.order.content === 'screen') this.#options.source.showAgain?.();
  }

  #noteChange(): void {
    this.#agent.sessions.noteChange();
  }
}
