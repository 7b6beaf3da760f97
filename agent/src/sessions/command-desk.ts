import { type CommandNotice, type RouteInput, type SessionId, settleCommand } from '@afterimage/contracts';
import { describeError, type Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Backoff } from '../transport/backoff.ts';
import { retryWhileUnreachable } from '../transport/retry.ts';
import type { ServiceClient } from '../transport/service-client.ts';
import { type Followed, followCommand } from './follow-command.ts';
import type { LiveSession } from './live-session.ts';

type Command = CommandNotice['command'];

export interface CommandDeskOptions {
  readonly client: ServiceClient;
  readonly clock: Clock;
  readonly newBackoff: () => Backoff;
  readonly log: Logger;
  readonly isAllowed: () => boolean;
  readonly findSession: (sessionId: SessionId) => LiveSession | undefined;
}

/** The service waits two minutes for an answer. */
const answerWithinMs = 120_000;
const maxRemembered = 1_000;

/** Follows what administrators command, each command once whichever way it came, and confirms it. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  readonly #stopping = new AbortController();
  /** Commands of one session are followed one after another. */
  readonly #busy = new Map<SessionId, Promise<void>>();
  readonly #seen = new Set<string>();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  take(command: Command): void {
    const { commandId, sessionId } = command;
    if (this.#seen.has(commandId)) return;
    this.#seen.add(commandId);
    const [oldest] = this.#seen;
    if (oldest !== undefined && this.#seen.size > maxRemembered) this.#seen.delete(oldest);
    const before = this.#busy.get(sessionId) ?? Promise.resolve();
    const done = before
      .then(() => this.#follow(command))
      .finally(() => {
        if (this.#busy.get(sessionId) === done) this.#busy.delete(sessionId);
      });
    this.#busy.set(sessionId, done);
  }

  /** @returns once everything that was begun is over */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#busy.values());
  }

  async #follow(command: Command): Promise<void> {
    const { log, findSession, isAllowed } = this.#options;
    const { commandId, sessionId, action } = command;
    const session = findSession(sessionId);
    try {
      const followed = await (isAllowed() ? followCommand(session, command) : notAllowed);
      log('info', 'command followed', { commandId, sessionId, action, state: followed.state });
      await this.#answer(command, { ...followed, recording: session?.status ?? { status: 'not-recorded' } });
    } catch (error) {
      log('error', 'command could not be followed or confirmed', { commandId, ...describeError(error) });
    }
  }

  async #answer({ commandId }: Command, body: RouteInput<typeof settleCommand>['body']): Promise<void> {
    const { client, clock, newBackoff } = this.#options;
    const { signal } = this.#stopping;
    const answer = () => client.call(settleCommand, { params: { commandId }, body });
    await retryWhileUnreachable(answer, { clock, backoff: newBackoff(), withinMs: answerWithinMs, signal });
  }
}

const notAllowed: Followed = { state: 'refused', reason: 'dynamic control is switched off on this host' };
