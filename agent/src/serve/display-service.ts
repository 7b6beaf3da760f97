import type { SessionId } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import type { ControlSockets } from '../control/control-sockets.ts';
import { X11SessionControls } from '../control/x11-session-controls.ts';
import { describeError, type Logger } from '../log/logger.ts';
import { X11NoticePresenter } from '../notice/x11-notice-presenter.ts';
import { runEndCommand } from '../sessions/end-session.ts';
import type { RecordSessionOptions, SessionOutcome } from '../sessions/recorded-session.ts';
import { surroundingsOf } from '../sessions/session-surroundings.ts';
import { parseDisplayName } from '../sources/x11/display-name.ts';
import { targetIdOf } from '../sources/x11/target-id.ts';
import { X11Source } from '../sources/x11/x11-source.ts';
import type { Clock } from '../time/clock.ts';
import { Backoff } from '../transport/backoff.ts';
import type { FoundDisplay } from './local-displays.ts';
import { readLoginEnvironment, terminateLoginSession } from './login-sessions.ts';
import { findAuthorityFile } from './server-authority.ts';

export interface DisplayServiceOptions {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Logger;
  /** Displays to be recorded now; asked every `scanIntervalMs`. */
  readonly findDisplays: () => Promise<readonly FoundDisplay[]>;
  readonly session: Omit<RecordSessionOptions, 'source' | 'user' | 'otherTargets' | 'notices' | 'onDecline'>;
  /** Shell command that ends the session of a user who does not agree. Default: systemd-logind ends it. */
  readonly onDecline?: string;
  readonly maxFramesPerSecond?: number;
  /** By which users control the recording of their sessions. */
  readonly controlSockets?: ControlSockets;
  /** Default 2 s. */
  readonly scanIntervalMs?: number;
}

/** What is known of one display while the service runs. */
interface Served {
  readonly backoff: Backoff;
  notBeforeMs: number;
  isBusy: boolean;
  /** The screen that needs no asking any more: the policy or the service said no. */
  doneTargetId: string | undefined;
}

interface Candidate {
  readonly found: FoundDisplay;
  readonly targetId: string;
}

const defaultScanIntervalMs = 2_000;

/** Records many displays of a host in one process, each as a session of its own, as they come and go. */
export class DisplayService {
  readonly #options: DisplayServiceOptions;
  readonly #served = new Map<string, Served>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: DisplayServiceOptions) {
    this.#options = options;
  }

  /** @returns once the signal aborts, or the service trusts this device no more; all sessions are over then */
  async run(signal: AbortSignal): Promise<'stopped' | 'not-trusted'> {
    const { agent, clock, scanIntervalMs = defaultScanIntervalMs } = this.#options;
    while (!signal.aborted && !agent.deliveryLoop.isUntrusted) {
      await this.#scan(signal);
      await clock.delay(scanIntervalMs, signal);
    }
    await Promise.all(this.#running);
    return signal.aborted ? 'stopped' : 'not-trusted';
  }

  async #scan(signal: AbortSignal): Promise<void> {
    const { agent, findDisplays } = this.#options;
    if (!agent.settings.values.isRecordingEnabled) return;
    const displays = await findDisplays();
    const candidates = await Promise.all(displays.map(describeCandidate));
    const targetIds = candidates.map(({ targetId }) => targetId);
    for (const candidate of candidates) {
      const served = this.#servedOf(candidate.found.display);
      const isDue = this.#options.clock.monotonicMs() >= served.notBeforeMs;
      if (served.isBusy || !isDue || served.doneTargetId === candidate.targetId) continue;
      served.isBusy = true;
      const running = this.#serve(candidate, served, targetIds, signal).finally(() => {
        served.isBusy = false;
        this.#running.delete(running);
      });
      this.#running.add(running);
    }
  }

  async #serve(candidate: Candidate, served: Served, targetIds: readonly string[], signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const outcome = await this.#record(candidate, targetIds, signal);
      served.backoff.reset();
      if (!mayGoOn(outcome)) served.doneTargetId = candidate.targetId;
    } catch (error) {
      served.notBeforeMs = clock.monotonicMs() + served.backoff.nextDelayMs();
      log('warn', 'display cannot be recorded now', { display: candidate.found.display, ...describeError(error) });
    }
  }

  async #record({ found }: Candidate, otherTargets: readonly string[], signal: AbortSignal): Promise<SessionOutcome> {
    const { agent, clock, log, session: sessionOptions, maxFramesPerSecond } = this.#options;
    const authorityFile = await findAuthorityFile(found);
    const where = { display: found.display, ...(authorityFile !== undefined && { authorityFile }) };
    const rate = maxFramesPerSecond === undefined ? {} : { maxFramesPerSecond };
    const source = await X11Source.open({ ...where, ...rate, clock });
    try {
      const surroundings = surroundingsOf(await readLoginEnvironment(parseDisplayName(found.display).number));
      const session = await agent.recordSession({
        ...sessionOptions,
        ...surroundings,
        ...{ source, otherTargets },
        ...(found.owner && { user: found.owner.name }),
        notices: new X11NoticePresenter(where),
        onDecline: (sessionId) => this.#endDeclined(found, sessionId),
      });
      const stop = () => void session.stop();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const closeControl = await this.#openControl(found, session.sessionId);
      const { sessionId } = session;
      const { hotkeys } = agent.settings.values;
      const { language } = surroundings;
      const control = agent.sessions;
      const controls = await X11SessionControls.open({ where, sessionId, control, language, hotkeys, log });
      const outcome = await session.finished;
      controls.close();
      await closeControl?.();
      signal.removeEventListener('abort', stop);
      log('info', 'display served', { display: found.display, outcome: outcome.kind });
      return outcome;
    } finally {
      await source.stop();
    }
  }

  async #openControl({ display, owner }: FoundDisplay, sessionId: SessionId) {
    const { userId, groupId } = owner ?? {};
    const known = userId !== undefined && groupId !== undefined && { owner: { userId, groupId } };
    const place = `:${parseDisplayName(display).number}`;
    return this.#options.controlSockets?.openForSession({ sessionId, place, ...known });
  }

  async #endDeclined({ display, owner }: FoundDisplay, sessionId: SessionId): Promise<void> {
    const { onDecline } = this.#options;
    if (onDecline === undefined) await terminateLoginSession(parseDisplayName(display).number);
    else await runEndCommand(onDecline, { sessionId, user: owner?.name ?? '', display });
  }

  #servedOf(display: string): Served {
    const known = this.#served.get(display);
    if (known) return known;
    const backoff = new Backoff({ firstMs: 2_000, maxMs: 30_000, random: Math.random });
    const served = { backoff, notBeforeMs: 0, isBusy: false, doneTargetId: undefined };
    this.#served.set(display, served);
    return served;
  }
}

const passingReasons: readonly string[] = ['source-lost', 'agent-failed', 'recording-disabled'];

/** A broken connection, or a host that was switched off and on, is no reason to leave a display that is still there. */
function mayGoOn(outcome: SessionOutcome): boolean {
  if (outcome.kind === 'declined') return false;
  return passingReasons.includes(outcome.kind === 'recorded' ? outcome.endReason : outcome.reason);
}

async function describeCandidate(found: FoundDisplay): Promise<Candidate> {
  return { found, targetId: await targetIdOf(parseDisplayName(found.display)) };
}
