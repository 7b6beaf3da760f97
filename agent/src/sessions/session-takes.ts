import type { RecordingDecision, SessionRecording } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import type { LateDecision } from '../delivery/announce-recording.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import type { LocalRecording } from '../recordings/unfinished-recordings.ts';
import type { CaptureListener, CaptureSource } from '../sources/capture-source.ts';
import type { DecidedSession } from './decide-session.ts';
import type { RecordingOrder, RecordSessionOptions, SessionOutcome } from './recorded-session.ts';
import { RecordingTake } from './recording-take.ts';

export interface SessionTakesOptions {
  readonly agent: Agent;
  readonly session: RecordSessionOptions;
  readonly settleLate: LateDecision;
  readonly onBegun: (recording: LocalRecording) => void;
  readonly onFailed: () => void;
  /** The session is recorded otherwise than before. */
  readonly onChange: () => void;
}

/** What a recording begins with, beside its order. */
export interface TakeBeginning {
  readonly decided: DecidedSession;
  /** Of the source, which does not run yet. */
  readonly listener?: CaptureListener;
  /** What a dead process left of it. */
  readonly resumed?: LocalRecording | undefined;
}

interface EndedTake {
  readonly recording: LocalRecording;
  readonly reason: string;
  readonly isSignedOff: boolean;
}

/** Of a screen that nobody has looked at and that does not tell its size. */
const unknownSize = { width: 1, height: 1 };

/** The recordings of one session, one after another, and what of the screen is captured for them. */
export class SessionTakes {
  readonly #options: SessionTakesOptions;
  readonly #ends = new SerialQueue();
  #current: RecordingTake | undefined;
  #last: EndedTake | undefined;

  constructor(options: SessionTakesOptions) {
    this.#options = options;
  }

  get current(): RecordingTake | undefined {
    return this.#current;
  }

  get status(): SessionRecording {
    return this.#current?.status ?? { status: 'not-recorded' };
  }

  /** Why the service takes nothing more of the recording under way. */
  get reasonToEnd(): string | undefined {
    const delivery = this.#current?.recording?.delivery;
    return delivery?.isForbidden ? 'recording-not-permitted' : delivery?.progress().refusedBecause;
  }

  async begin(order: RecordingOrder, { decided, listener, resumed }: TakeBeginning): Promise<void> {
    const { agent, session, settleLate, onBegun, onFailed, onChange } = this.#options;
    const { source } = session;
    const parts = { agent, session, decided, order, settleLate, onBegun, onFailed };
    const take = new RecordingTake({ ...parts, ...(resumed && { resumed }) });
    this.#current = take;
    hideApplications(source, decided.decision);
    if (listener) await source.start(listener, order.content);
    else source.capture?.(order.content);
    onChange();
    if (order.content === 'events') await take.begin(await this.#startNow());
  }

  /** From now on with the screen, or without it. */
  async turnTo(content: RecordingOrder['content']): Promise<void> {
    if (this.#current?.order.content === content) return;
    await this.#current?.turnTo(content);
    this.#options.session.source.capture?.(content);
    this.#options.onChange();
  }

  /** Another has the recording made from now on. */
  handOver(order: Omit<RecordingOrder, 'content'>): void {
    this.#current?.handOver(order);
    this.#options.onChange();
  }

  /** What is left of it goes up at once (USR-005). @returns once every recording of the session so far is signed off */
  async end(reason: string): Promise<void> {
    const take = this.#current;
    this.#current = undefined;
    await this.#ends.add(async () => {
      if (!take) return;
      const isSignedOff = await take.end(reason);
      if (take.recording) this.#last = { recording: take.recording, reason, isSignedOff };
      this.#options.agent.deliveryLoop.wake();
    });
    if (take) this.#options.onChange();
  }

  /** Waits for the service to have stored the last recording. @param reason why the session is over */
  async outcomeOf(reason: string): Promise<SessionOutcome> {
    const last = this.#last;
    if (!last) return { kind: 'not-recorded', reason };
    const { agent, session } = this.#options;
    const isDelivered = await agent.deliveryLoop.drain(session.deliverWithinMs ?? 30_000);
    const { recording } = last;
    if (recording.delivery.isForbidden) return { kind: 'not-recorded', reason: last.reason };
    const { recordingId } = recording.folder.facts;
    const { discardedCount, rejectedCount } = recording.delivery.progress();
    const isStored = last.isSignedOff && isDelivered && discardedCount + rejectedCount === 0;
    return { kind: 'recorded', recordingId, endReason: last.reason, isStored };
  }

  async #startNow() {
    const { agent, session } = this.#options;
    const size = (await session.source.measure?.().catch(() => undefined)) ?? unknownSize;
    return { ...size, atMs: agent.clock.monotonicMs() };
  }
}

/** Before any picture or title is taken under the decision (POL-033). */
export function hideApplications(source: CaptureSource, decision: RecordingDecision | undefined): void {
  source.hide?.(decision?.options.hiddenApplications);
}
