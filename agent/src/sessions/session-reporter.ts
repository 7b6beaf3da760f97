import { type CommandNotice, type RouteInput, reportSessions, type SessionId } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import { BackgroundTask } from '../time/background-task.ts';
import type { Clock } from '../time/clock.ts';
import { WakeUp } from '../time/wake-up.ts';
import type { Backoff } from '../transport/backoff.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import type { LiveSession } from './live-session.ts';

type SessionReport = RouteInput<typeof reportSessions>['body']['sessions'][number];

export interface SessionReporterOptions {
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly log: Logger;
  readonly sessions: () => Iterable<LiveSession>;
  /** How long nothing is reported while nothing changes. */
  readonly intervalMs: () => number;
  /** What an administrator wants done, as the answer says it. */
  readonly onCommand: (command: CommandNotice['command']) => void;
}

const maxSessionsPerReport = 200;
/** What changes together is reported together. */
const settleMs = 250;

/** Tells the service which sessions this host has and how each is recorded, and hears what is to be done with them. */
export class SessionReporter {
  readonly #options: SessionReporterOptions;
  readonly #wakeUp: WakeUp;
  readonly #task = new BackgroundTask((signal) => this.#run(signal));
  /** Those that have ended since the last report that arrived. */
  readonly #ended = new Map<SessionId, SessionReport>();

  constructor(options: SessionReporterOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
  }

  start(): void {
    this.#task.start();
  }

  /** Something has changed. */
  wake(): void {
    this.#wakeUp.now();
  }

  noteEnd(session: LiveSession): void {
    this.#ended.set(session.sessionId, describeSession(session, true));
    this.wake();
  }

  /** @param withinMs so long the last report is waited for */
  async stop(withinMs: number): Promise<void> {
    await this.#task.stop();
    if (this.#ended.size > 0) await this.#tryReport(AbortSignal.timeout(withinMs));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { backoff, clock, intervalMs } = this.#options;
    let waitMs = 0;
    while (!signal.aborted) {
      const wasWoken = await this.#wakeUp.rest(waitMs, signal);
      if (wasWoken) await clock.delay(settleMs, signal);
      if (signal.aborted) return;
      waitMs = (await this.#tryReport(signal)) ? intervalMs() : backoff.nextDelayMs();
    }
  }

  async #tryReport(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#report(signal);
      this.#options.backoff.reset();
      return true;
    } catch (error) {
      if (!signal.aborted) this.#options.log('debug', 'sessions could not be reported', describeError(error));
      return false;
    }
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { client, sessions, onCommand } = this.#options;
    const ended = [...this.#ended.values()];
    const present = [...sessions()].map((session) => describeSession(session, false));
    const reported = [...ended, ...present].slice(0, maxSessionsPerReport);
    if (reported.length === 0) return;
    const { commands } = await client.call(reportSessions, { body: { sessions: reported } }, signal);
    for (const { sessionId, hasEnded } of reported) if (hasEnded) this.#ended.delete(sessionId);
    for (const command of commands) onCommand(command);
  }
}

function describeSession({ sessionId, status, hostStop }: LiveSession, hasEnded: boolean): SessionReport {
  return { sessionId, recording: status, ...(hostStop && { hostStop }), hasEnded };
}
