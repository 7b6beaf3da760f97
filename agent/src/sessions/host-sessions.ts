import type { AgentNotice, SessionId } from '@afterimage/contracts';
import type { Agent } from '../agent.ts';
import { AgentChannel } from '../channel/agent-channel.ts';
import { WatchPoll } from '../channel/watch-poll.ts';
import type { Watches } from '../channel/watches.ts';
import type { HostSettings } from '../settings/host-settings.ts';
import type { Standstill } from '../time/host-time-watch.ts';
import { Backoff } from '../transport/backoff.ts';
import { startByAdministrator, stopByAdministrator } from './administrator-control.ts';
import { CommandDesk } from './command-desk.ts';
import type { LiveSession } from './live-session.ts';
import type { ControlledSession, ControlResult, SessionControl } from './session-control.ts';
import { SessionReporter } from './session-reporter.ts';
import { startByUser, stopByUser } from './user-control.ts';

export interface HostSessionsOptions extends Pick<Agent, 'client' | 'clock' | 'log' | 'newBackoff' | 'deliveryLoop'> {
  readonly settings: HostSettings;
  readonly watches: Watches;
  readonly watchPollMs?: number;
}

const reportEveryMs = 5 * 60_000;
/** Without a channel, commands come with the answers to reports; after two minutes they are void. */
const reportWithoutChannelMs = 30_000;
const lastWordWithinMs = 3_000;

/** The sessions of this host, and its line to the service while there are any. */
export class HostSessions implements SessionControl {
  readonly #options: HostSessionsOptions;
  readonly #sessions = new Map<SessionId, LiveSession>();
  readonly #channel: AgentChannel;
  readonly #watchPoll: WatchPoll;
  readonly #reporter: SessionReporter;
  readonly #commands: CommandDesk;

  constructor(options: HostSessionsOptions) {
    const { client, clock, log, deliveryLoop, watches, watchPollMs } = options;
    const connection = { client, clock, log };
    const backoff = () => new Backoff({ firstMs: 1_000, maxMs: 300_000, random: Math.random });
    this.#options = options;
    this.#commands = new CommandDesk({
      ...connection,
      newBackoff: options.newBackoff,
      isAllowed: () => this.#isControlled,
      findSession: (sessionId) => this.#sessions.get(sessionId),
    });
    this.#reporter = new SessionReporter({
      ...connection,
      backoff: backoff(),
      sessions: () => this.#sessions.values(),
      intervalMs: () => (this.#channel.isOpen || !this.#isControlled ? reportEveryMs : reportWithoutChannelMs),
      onCommand: (command) => this.#commands.take(command),
    });
    this.#watchPoll = new WatchPoll({
      ...connection,
      onWatch: (watch) => watches.note(watch),
      recordingIds: () => deliveryLoop.liveRecordingIds(),
      isChannelOpen: () => this.#channel.isOpen,
      ...(watchPollMs !== undefined && { intervalMs: watchPollMs }),
    });
    this.#channel = new AgentChannel({
      ...connection,
      backoff: backoff(),
      onNotice: (notice) => this.#take(notice),
      onChange: () => {
        this.#watchPoll.wake();
        this.#reporter.wake();
      },
    });
  }

  add(session: LiveSession): void {
    this.#sessions.set(session.sessionId, session);
    this.#reporter.start();
    this.noteChange();
    void session.finished.then(() => this.#leave(session));
  }

  /** To be called when a session is recorded otherwise than before, or a setting is another. */
  noteChange(): void {
    this.#reporter.wake();
    const isNeeded = [...this.#sessions.values()].some(
      ({ status }) => this.#isControlled || status.status !== 'not-recorded',
    );
    for (const part of [this.#channel, this.#watchPoll]) {
      if (isNeeded) part.start();
      else void part.stop();
    }
  }

  noteStandstill(standstill: Standstill): void {
    for (const session of this.#sessions.values()) session.noteStandstill(standstill);
  }

  /** Hears at once what is new. */
  wake(): void {
    this.#watchPoll.wake();
  }

  list(): ControlledSession[] {
    return [...this.#sessions.values()].map(describeSession);
  }

  status(sessionId: SessionId): ControlledSession | undefined {
    const session = this.#sessions.get(sessionId);
    return session && describeSession(session);
  }

  startByUser(sessionId: SessionId): Promise<ControlResult> {
    return this.#control(sessionId, { action: 'start', by: 'user' }, startByUser);
  }

  stopByUser(sessionId: SessionId): Promise<ControlResult> {
    return this.#control(sessionId, { action: 'stop', by: 'user' }, stopByUser);
  }

  startByAdministrator(sessionId: SessionId, account: string, notifiesUser = true): Promise<ControlResult> {
    const start = (session: LiveSession) => startByAdministrator(session, { account, notifiesUser });
    return this.#control(sessionId, { action: 'start', by: account }, start);
  }

  stopByAdministrator(sessionId: SessionId, account: string): Promise<ControlResult> {
    const stop = (session: LiveSession) => stopByAdministrator(session, account);
    return this.#control(sessionId, { action: 'stop', by: account }, stop);
  }

  /** Ends all sessions cleanly. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.stop('agent-stopped')));
    await Promise.all([this.#channel.stop(), this.#watchPoll.stop(), this.#commands.stop()]);
    await this.#reporter.stop(lastWordWithinMs);
  }

  get #isControlled(): boolean {
    return this.#options.settings.values.dynamicControlAllowed;
  }

  #take(notice: AgentNotice): void {
    if (notice.kind === 'command') this.#commands.take(notice.command);
    else this.#options.watches.note(notice);
  }

  async #control(
    sessionId: SessionId,
    what: { readonly action: 'start' | 'stop'; readonly by: string },
    control: (session: LiveSession) => Promise<ControlResult['outcome']>,
  ): Promise<ControlResult> {
    const session = this.#sessions.get(sessionId);
    if (!session) return { outcome: 'unknown-session' };
    const outcome = await control(session);
    this.#options.log('info', 'recording controlled at the host', { sessionId, ...what, outcome });
    return { outcome, session: describeSession(session) };
  }

  #leave(session: LiveSession): void {
    this.#sessions.delete(session.sessionId);
    this.#reporter.noteEnd(session);
    this.noteChange();
  }
}

function describeSession(session: LiveSession): ControlledSession {
  const { sessionId, user, options, status, decision, recordedSince } = session;
  return {
    sessionId,
    user,
    targetId: options.source.targetId,
    recording: status,
    ...(recordedSince !== undefined && { recordedSince }),
    allowsUserInitiated: decision?.options.allowsUserInitiated ?? false,
  };
}
