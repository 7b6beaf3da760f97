import { makeSessionId, type RecordingDecision, type RecordingId, type SessionId } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { defaultIdleSettings, type IdleSettings } from '../detectors/idle-detector.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import { describeError } from '../log/logger.ts';
import { SessionRecorder } from '../recorder/session-recorder.ts';
import type { LocalRecording } from '../recordings/unfinished-recordings.ts';
import type {
  CapturedCursor,
  CapturedEvent,
  CapturedFrame,
  CaptureListener,
  CaptureSource,
} from '../sources/capture-source.ts';
import type { Standstill } from '../time/host-time-watch.ts';
import { beginLocalRecording } from './begin-local-recording.ts';
import { type DecidedSession, decideSession } from './decide-session.ts';
import { idSource } from './id-source.ts';
import { WatchedStreaming } from './watched-streaming.ts';

export interface RecordSessionOptions {
  readonly source: CaptureSource;
  /** Screens that this process will record as well: what a dead process left of them is not ended yet. */
  readonly otherTargets?: readonly string[];
  /** Default: who runs the agent. */
  readonly user?: string;
  readonly application?: string;
  /** Default: what the policy says. */
  readonly uploadIntervalMs?: number;
  /** Record when the service cannot be asked; it decides when it is back. Default: record nothing then. */
  readonly recordOnError?: boolean;
  /** What is recorded stays in memory so long before it reaches disk or wire, and is lost if the agent dies. Default 0. */
  readonly holdBackMs?: number;
  readonly idle?: IdleSettings;
  /** How long the service is asked for its decision. Default 15 s. */
  readonly decideWithinMs?: number;
  /** How long the end waits for the service to have stored everything. Default 30 s. */
  readonly deliverWithinMs?: number;
}

export type SessionOutcome =
  | { readonly kind: 'not-recorded'; readonly reason: string }
  | {
      readonly kind: 'recorded';
      readonly recordingId: RecordingId;
      readonly endReason: string;
      /** False: the rest is in the spool, and a later run or `flush` brings it. */
      readonly isStored: boolean;
    };

/** A session being recorded. */
export interface RecordedSession {
  readonly sessionId: SessionId;
  /** Absent when the service has not been reached yet. */
  readonly decision: RecordingDecision | undefined;
  /** Settles at the first frame; undefined when nothing is recorded. */
  readonly begun: Promise<RecordingId | undefined>;
  readonly finished: Promise<SessionOutcome>;
  /** Ends cleanly: final segment, upload, and a bounded wait for the service to have stored it. */
  stop(reason?: string): Promise<SessionOutcome>;
  /** The loss is declared, and the recording's time goes on as the wall clock's did. */
  noteStandstill(standstill: Standstill): void;
}

/** Often enough for segments that are sealed soon; else once a second, in step with the other sessions. */
const tickMs = { hurried: 250, resting: 1_000 } as const;
const maxSegmentAgeMs = 10_000;

export async function startRecordedSession(
  agent: Agent,
  options: RecordSessionOptions,
  resumed: LocalRecording | undefined,
): Promise<RecordedSession> {
  const facts = resumed?.folder.facts ?? (await decideSession(agent, options));
  const { sessionId, decision } = facts;
  if (decision?.action === 'do-not-record') return notRecorded(sessionId, decision.reason, decision);
  if (options.uploadIntervalMs !== undefined) resumed?.delivery.uploadEvery(options.uploadIntervalMs);
  const session = new LiveSession(agent, options, facts, resumed);
  await session.start();
  return session;
}

/** Nobody is asked about a session of a host that does not record (AGT-001). */
export function switchedOff(agent: Agent): RecordedSession {
  return notRecorded(makeSessionId(idSource(agent)), 'recording is switched off on this host', undefined);
}

function notRecorded(sessionId: SessionId, reason: string, decision: RecordingDecision | undefined): RecordedSession {
  const finished = Promise.resolve({ kind: 'not-recorded', reason } as const);
  return {
    sessionId,
    decision,
    begun: Promise.resolve(undefined),
    finished,
    stop: () => finished,
    noteStandstill: () => undefined,
  };
}

function sealAfterMsOf({ delivery }: LocalRecording): number {
  return Math.min(maxSegmentAgeMs, delivery.uploadIntervalMs);
}

/** One session from its first frame to its final segment. Whatever the source says goes through one queue, in order. */
class LiveSession implements RecordedSession, CaptureListener {
  readonly sessionId: SessionId;
  readonly decision: RecordingDecision | undefined;
  readonly begun: Promise<RecordingId | undefined>;
  readonly finished: Promise<SessionOutcome>;
  readonly #agent: Agent;
  readonly #options: RecordSessionOptions;
  readonly #decided: DecidedSession;
  readonly #queue = new SerialQueue();
  readonly #settleBegun: (recordingId: RecordingId | undefined) => void;
  readonly #settleFinished: (outcome: SessionOutcome) => void;
  #recording: LocalRecording | undefined;
  #recorder: SessionRecorder | undefined;
  #streaming: WatchedStreaming | undefined;
  /** Monotonic time at which the recording's own time was zero. */
  #zeroMs = 0;
  #ticking: NodeJS.Timeout | undefined;
  #stopping: Promise<SessionOutcome> | undefined;
  /** Noticed before the first frame. */
  #earlyEvents: CapturedEvent[] = [];

  constructor(
    agent: Agent,
    options: RecordSessionOptions,
    decided: DecidedSession,
    resumed: LocalRecording | undefined,
  ) {
    this.#agent = agent;
    this.#options = options;
    this.#decided = decided;
    this.#recording = resumed;
    this.sessionId = decided.sessionId;
    this.decision = decided.decision;
    const begun = Promise.withResolvers<RecordingId | undefined>();
    const finished = Promise.withResolvers<SessionOutcome>();
    this.begun = begun.promise;
    this.finished = finished.promise;
    this.#settleBegun = begun.resolve;
    this.#settleFinished = finished.resolve;
  }

  async start(): Promise<void> {
    await this.#options.source.start(this);
    this.#scheduleTick();
  }

  onFrame(frame: CapturedFrame): Promise<void> {
    this.#agent.noticeStandstill();
    return this.#enqueue(async () => {
      const recorder = this.#recorder ?? (await this.#begin(frame));
      await recorder.recordFrame(this.#timeOf(frame.atMs), frame);
    });
  }

  onEvent(event: CapturedEvent): void {
    void this.#enqueue(async () => {
      if (this.#recorder) await this.#recorder.recordEvent(this.#timeOf(event.atMs), event);
      else this.#earlyEvents.push(event);
    });
  }

  onCursor(cursor: CapturedCursor): void {
    void this.#enqueue(async () => this.#recorder?.recordCursor(this.#timeOf(cursor.atMs), cursor));
  }

  onInput(atMs: number): void {
    void this.#enqueue(async () => this.#recorder?.recordInput(this.#timeOf(atMs)));
  }

  onLost(): void {
    void this.stop('source-lost');
  }

  noteStandstill({ fromMs, sleptMs }: Standstill): void {
    const toMs = this.#agent.clock.monotonicMs();
    void this.#enqueue(async () => {
      if (!this.#recorder) return;
      const lastTimeMs = this.#timeOf(fromMs);
      this.#zeroMs -= sleptMs;
      await this.#recorder.recordGap(lastTimeMs, this.#timeOf(toMs), 'machine-suspended');
      this.#options.source.showAgain?.();
    });
  }

  stop(reason = 'session-ended'): Promise<SessionOutcome> {
    this.#stopping ??= this.#stop(reason).then((outcome) => {
      this.#settleBegun(undefined);
      this.#settleFinished(outcome);
      return outcome;
    });
    return this.#stopping;
  }

  async #begin(frame: CapturedFrame): Promise<SessionRecorder> {
    const resumed = this.#recording;
    const recording = resumed ?? (await beginLocalRecording(this.#agent, this.#options, this.#decided, frame));
    this.#recording = recording;
    recording.keeper.holdBackFor(this.#options.holdBackMs ?? 0);
    const { facts } = recording.folder;
    const maxBitsPerSecond = facts.decision?.options.maxBitsPerSecond;
    const elapsedMs = this.#agent.clock.wallMs() - Date.parse(facts.startedAt);
    this.#zeroMs = resumed ? frame.atMs - Math.max(elapsedMs, resumed.keeper.lastTimeMs) : frame.atMs;
    const recorder = new SessionRecorder({
      keeper: recording.keeper,
      budget: this.#agent.budget,
      keyImageIntervalMs: (facts.decision?.options.keyImageIntervalSeconds ?? 60) * 1000,
      sealAfterMs: sealAfterMsOf(recording),
      idle: this.#options.idle ?? defaultIdleSettings,
      ...(maxBitsPerSecond !== undefined && { maxBitsPerSecond }),
    });
    this.#recorder = recorder;
    const timeMs = this.#timeOf(frame.atMs);
    if (resumed) await recorder.recordGap(resumed.keeper.lastTimeMs, timeMs, 'agent-died');
    else
      await recorder.recordEvent(0, { atMs: frame.atMs, kind: 'session.started', text: facts.attributes.user.value });
    for (const event of this.#earlyEvents.splice(0)) await recorder.recordEvent(timeMs, event);
    this.#agent.log('info', resumed ? 'recording goes on' : 'recording begun', { recordingId: facts.recordingId });
    this.#streaming = this.#streamWhenWatched(recording);
    this.#settleBegun(facts.recordingId);
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

  #scheduleTick(): void {
    if (this.#stopping) return;
    const isHurried =
      this.#options.holdBackMs || !this.#recording || sealAfterMsOf(this.#recording) < maxSegmentAgeMs / 2;
    const everyMs = isHurried ? tickMs.hurried : tickMs.resting;
    this.#ticking = setTimeout(() => this.#tick(), everyMs - (this.#agent.clock.monotonicMs() % everyMs));
  }

  #tick(): void {
    this.#scheduleTick();
    const { deliveryLoop, clock, recordingSwitch } = this.#agent;
    const refusedBecause = this.#recording?.delivery.progress().refusedBecause;
    if (deliveryLoop.isUntrusted) void this.stop('agent-not-trusted');
    else if (this.#recording?.delivery.isForbidden) void this.stop('recording-not-permitted');
    else if (!recordingSwitch.isOn) void this.stop('recording-disabled');
    else if (refusedBecause !== undefined) void this.stop(refusedBecause);
    else {
      // Read now: what waits in the queue before it was noticed earlier, and what comes behind it later.
      const nowMs = clock.monotonicMs();
      void this.#enqueue(() => this.#keepUp(this.#timeOf(nowMs)));
    }
  }

  async #keepUp(nowMs: number): Promise<void> {
    await this.#recorder?.tick(nowMs);
    await this.#recording?.keeper.keepUp(nowMs);
  }

  /** A failure here is the disk's: nothing more can be kept, so the session ends. */
  async #enqueue(task: () => Promise<void>): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.#queue.add(task);
    } catch (error) {
      this.#agent.log('error', 'recording failed', describeError(error));
      void this.stop('agent-failed');
    }
  }

  async #stop(reason: string): Promise<SessionOutcome> {
    const { log, deliveryLoop } = this.#agent;
    clearTimeout(this.#ticking);
    await this.#options.source.stop();
    await this.#streaming?.stop();
    const hasSignedOff = await this.#signOff(reason);
    const recording = this.#recording;
    if (!recording) return { kind: 'not-recorded', reason };
    const { recordingId } = recording.folder.facts;
    const isDelivered = await deliveryLoop.drain(this.#options.deliverWithinMs ?? 30_000);
    const isStored = hasSignedOff && isDelivered;
    log('info', 'recording ended', { recordingId, reason, isStored });
    if (recording.delivery.isForbidden) return { kind: 'not-recorded', reason };
    return { kind: 'recorded', recordingId, endReason: reason, isStored };
  }

  /** After a failure the next run signs off what could be kept. @returns whether the final segment is in the spool */
  async #signOff(reason: string): Promise<boolean> {
    const { log, deviceState, clock } = this.#agent;
    try {
      await this.#queue.add(async () => this.#recorder?.end(this.#timeOf(clock.monotonicMs()), reason));
      if (this.#recording) await deviceState.keepRecordingHead(this.#recording.keeper.chainHead);
      return true;
    } catch (error) {
      log('error', 'recording could not be signed off', describeError(error));
      return false;
    }
  }

  #timeOf(atMs: number): number {
    return Math.max(0, Math.round(atMs - this.#zeroMs));
  }
}
