import type {
  HostStop,
  Notice,
  RecordingDecision,
  RecordingId,
  SessionId,
  SessionRecording,
} from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { type LateDecision, settleWithoutUser } from '../delivery/announce-recording.ts';
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
import { RolloverReview } from './rollover-review.ts';
import { hideApplications, SessionTakes } from './session-takes.ts';
import { UserConsent } from './user-consent.ts';

/** Often enough for segments that are sealed soon; else once a second, in step with the other sessions. */
const tickMs = { hurried: 250, resting: 1_000 } as const;

/** Of a user who cannot be told: the language is undetermined. */
const noText = { language: 'und', messagesVersion: 0 };

/** Where an administrator stands who ended a recording: at the console of the service, or at this host. */
export type StoppingAdministrator = 'service' | 'host';

/** One session from its decision to its end, with no recording, one, or several after each other. */
export class LiveSession implements RecordedSession, CaptureListener {
  readonly sessionId: SessionId;
  readonly begun: Promise<RecordingId | undefined>;
  readonly finished: Promise<SessionOutcome>;
  readonly #agent: Agent;
  readonly #options: RecordSessionOptions;
  readonly #notices: SessionNotices;
  readonly #review: RolloverReview;
  readonly #takes: SessionTakes;
  readonly #settleBegun: (recordingId: RecordingId | undefined) => void;
  readonly #settleFinished: (outcome: SessionOutcome) => void;
  readonly #consent: UserConsent;
  #decided: DecidedSession;
  #stoppedBy: StoppingAdministrator | undefined;
  #hostStop: HostStop | undefined;
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
    this.#takes = new SessionTakes({
      agent,
      session: options,
      settleLate: this.#settleLate,
      onBegun: (recording) => this.#noteBegun(recording),
      onFailed: () => void this.stop('agent-failed'),
      onChange: () => this.#noteChange(),
    });
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

  /** Of the administrators who ended a recording of it, the last, until one begins another. */
  get stoppedBy(): StoppingAdministrator | undefined {
    return this.#stoppedBy;
  }

  /** The last time that somebody at this host ended a recording of it. */
  get hostStop(): HostStop | undefined {
    return this.#hostStop;
  }

  /** What its user is told when an administrator at this host begins a recording. */
  get hostStartNotice(): Notice | undefined {
    return this.#decided.hostStartNotice;
  }

  get status(): SessionRecording {
    return this.#takes.status;
  }

  /** When the recording under way began, by the host's clock; undefined before its first picture or event. */
  get recordedSince(): string | undefined {
    return this.#takes.current?.recording?.folder.facts.startedAt;
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
    return this.#takes.current?.recordFrame(this.#notices.cover(frame)) ?? Promise.resolve();
  }

  onEvent(event: CapturedEvent): void {
    this.#takes.current?.recordEvent(event);
  }

  onCursor(cursor: CapturedCursor): void {
    this.#takes.current?.recordCursor(cursor);
  }

  onInput(atMs: number): void {
    this.#takes.current?.recordInput(atMs);
  }

  onLost(): void {
    void this.stop('source-lost');
  }

  noteStandstill(standstill: Standstill): void {
    const toMs = this.#agent.clock.monotonicMs();
    void this.#takes.current?.recordStandstill(standstill, toMs).then(() => this.#showAgain());
  }

  stop(reason = 'session-ended'): Promise<SessionOutcome> {
    this.#stopping ??= this.#stop(reason).then((outcome) => {
      this.#settleBegun(undefined);
      this.#settleFinished(outcome);
      return outcome;
    });
    return this.#stopping;
  }

  /**
   * Begins a recording, or adds the screen to one of events; the user is told first. Nothing is recorded before, and
   * nothing at all when an administrator ends it meanwhile.
   */
  async beginBy(order: RecordingOrder, notice: Notice | undefined): Promise<void> {
    if (order.initiator === 'administrator') this.#stoppedBy = undefined;
    await this.#consent.inform(notice);
    if (this.hasEnded || this.#stoppedBy) return;
    if (!this.#takes.current) return this.#takes.begin(order, { decided: this.#decided });
    this.#takes.handOver(order);
    await this.#takes.turnTo(order.content);
  }

  /** Puts on record that its user is not told of a recording that begins at this host. */
  passOverNotice(reason: string): Promise<void> {
    return this.#notices.passOver(this.hostStartNotice ?? noText, reason);
  }

  /** The recording goes on, as another's. */
  handOver(order: Omit<RecordingOrder, 'content'>): void {
    this.#takes.handOver(order);
  }

  /** As an administrator of the service wants it; no policy and no user begins a recording again. */
  endByService(): Promise<void> {
    this.#stoppedBy = 'service';
    return this.endRecording('stopped-by-administrator');
  }

  /** By somebody at this host, as the service will hear; after an administrator no policy and no user begins it again. */
  endAtHost({ by, account }: Pick<HostStop, 'by' | 'account'>): Promise<void> {
    const { clock, clockOffset } = this.#agent;
    const { recordingId } = this.status;
    const at = new Date(clockOffset.toServiceMs(clock.wallMs())).toISOString();
    this.#hostStop = { by, account, ...(recordingId && { recordingId }), at };
    if (by === 'administrator') this.#stoppedBy = 'host';
    return this.endRecording(by === 'administrator' ? 'stopped-at-host' : 'stopped-by-user');
  }

  /** Ends the recording under way, or that it was to begin; the session itself goes on where it may. */
  async endRecording(reason: string): Promise<void> {
    this.#consent.withdrawQuestion();
    if (!this.#options.staysUnrecorded) {
      void this.stop(reason);
      return;
    }
    this.#options.source.capture?.('nothing');
    await this.#takes.end(reason);
  }

  /** @returns once the recording under way has its first picture or event */
  async untilBegun(withinMs: number): Promise<void> {
    const { clock } = this.#agent;
    const over = new AbortController();
    await Promise.race([this.#takes.current?.begun, clock.delay(withinMs, over.signal)]);
    over.abort();
  }

  async #startSilently(content: 'screen' | 'events' | undefined): Promise<void> {
    const { source, staysUnrecorded } = this.#options;
    if (content) return this.#beginFirst({ initiator: 'policy', content });
    if (staysUnrecorded) await source.start(this, 'nothing');
    else void this.stop(this.#decided.decision?.reason);
  }

  async #goOn(resumed: LocalRecording): Promise<void> {
    const { initiator, commandId, startedBy, content, isUpgraded } = resumed.folder.facts;
    const by = { ...(commandId && { commandId }), ...(startedBy !== undefined && { startedBy }) };
    resumed.delivery.settleBy(this.#settleLate);
    await this.#beginFirst({ initiator, content: isUpgraded ? 'screen' : content, ...by }, resumed);
  }

  /** With it the source starts. */
  #beginFirst(order: RecordingOrder, resumed?: LocalRecording): Promise<void> {
    return this.#takes.begin(order, { decided: this.#decided, listener: this, resumed });
  }

  async #tellAndRecord(notice: Notice, order: RecordingOrder): Promise<void> {
    const told = await this.#consent.ask(notice);
    if (told === 'told') await this.#takes.begin(order, { decided: this.#decided });
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

  #noteBegun({ folder, keeper }: LocalRecording): void {
    const { recordingId } = folder.facts;
    keeper.followFiles((fileNumber) => void this.#reviewAt(recordingId, fileNumber));
    this.#settleBegun(recordingId);
    this.#noteChange();
  }

  /** What an administrator or the user began, no policy ends. */
  async #reviewAt(recordingId: RecordingId, fileNumber: number): Promise<void> {
    if (this.#takes.current?.order.initiator !== 'policy') return;
    const review = await this.#review.ask(recordingId, fileNumber);
    const take = this.#takes.current;
    if (!review || take?.order.initiator !== 'policy' || this.hasEnded) return;
    const { outcome, decision } = review;
    this.#decided = { ...this.#decided, decision };
    hideApplications(this.#options.source, decision);
    const content = contentOf(decision.action);
    if (outcome === 'stop' || content === undefined) return this.endRecording('stopped-by-policy');
    await take.goOnUnder(decision);
    await this.#takes.turnTo(content);
    if (outcome === 'go-on-and-tell') await this.#consent.inform(noticeOf(decision));
  }

  /**
   * The service was asked only after the recording had begun (A24). What it wants hidden has been recorded until now,
   * so that recording is dropped and another one begun.
   */
  readonly #settleLate: LateDecision = async (decision, recording) => {
    const take = this.#takes.current;
    if (!take || this.hasEnded) return settleWithoutUser(decision, recording);
    const { hostStartNotice } = recording;
    this.#decided = { ...this.#decided, decision, ...(hostStartNotice && { hostStartNotice }) };
    const content = contentOf(decision.action);
    if (content === undefined) return 'drop';
    const notice = noticeOf(decision);
    const told = notice ? await this.#consent.ask(notice) : 'told';
    if (told === undefined) return settleWithoutUser(decision, recording);
    if (told === 'declined') void this.#decline();
    if (told !== 'told') return 'drop';
    const mustHide = this.#options.source.hide && decision.options.hiddenApplications;
    if (content === take.order.content && !mustHide) return 'go-on';
    await this.#takes.end('recording-not-permitted');
    await this.#takes.begin({ initiator: 'policy', content }, { decided: this.#decided });
    return 'drop';
  };

  #scheduleTick(): void {
    if (this.#stopping) return;
    const everyMs = this.#takes.current?.isHurried ? tickMs.hurried : tickMs.resting;
    this.#ticking = setTimeout(() => this.#tick(), everyMs - (this.#agent.clock.monotonicMs() % everyMs));
  }

  #tick(): void {
    this.#scheduleTick();
    const { deliveryLoop, settings } = this.#agent;
    const { reasonToEnd } = this.#takes;
    if (deliveryLoop.isUntrusted) void this.stop('agent-not-trusted');
    else if (!settings.values.isRecordingEnabled) void this.stop('recording-disabled');
    else if (reasonToEnd !== undefined) void this.endRecording(reasonToEnd);
    else this.#takes.current?.tick();
  }

  async #stop(reason: string): Promise<SessionOutcome> {
    clearTimeout(this.#ticking);
    this.#consent.close();
    this.#review.stop();
    await this.#options.source.stop();
    await this.#takes.end(reason);
    this.#noteChange();
    if (this.#hasDeclined) return { kind: 'declined', reason: 'the user declined to be recorded' };
    return this.#takes.outcomeOf(reason);
  }

  #showAgain(): void {
    if (this.#takes.current?.order.content === 'screen') this.#options.source.showAgain?.();
  }

  #noteChange(): void {
    this.#agent.sessions.noteChange();
  }
}
