import { userInfo } from 'node:os';
import type { SessionId } from '@afterimage/contracts';
import { type AgentOptions, createAgent } from '../agent.ts';
import { ControlSockets } from '../control/control-sockets.ts';
import { silentLogger } from '../log/logger.ts';
import { runEndCommand } from '../sessions/end-session.ts';
import type { RecordSessionOptions, SessionOutcome } from '../sessions/recorded-session.ts';
import { surroundingsOf } from '../sessions/session-surroundings.ts';
import { parseDisplayName } from '../sources/x11/display-name.ts';
import { exitCodes } from './exit-codes.ts';
import { openSource, type SourceOptions } from './open-source.ts';

export interface RecordCommandOptions extends SourceOptions {
  readonly user?: string;
  /** Default: after the source. */
  readonly application?: string;
  readonly clientAddress?: string;
  readonly language?: string;
  readonly accessTag: readonly string[];
  /** Shell command that ends the session of a user who does not agree. Default: the browser is closed. */
  readonly onDecline?: string;
  /** Not recorded, it can still be started by an administrator. */
  readonly stay: boolean;
  readonly uploadInterval?: number;
  readonly duration?: number;
  readonly holdBack?: number;
  readonly recordOnError: boolean;
}

const applications = { browser: 'Chromium', x11: 'X11 desktop' } as const;

/** One session in the foreground, until the signal, the duration or the source ends it. @returns the exit code */
export async function runRecord(
  agentOptions: AgentOptions,
  options: RecordCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const agent = await createAgent(agentOptions);
  const { dataDirectory, log = silentLogger } = agentOptions;
  const controlSockets = new ControlSockets({ control: agent.sessions, dataDirectory, log });
  try {
    await controlSockets.openForAdministrators();
    const { source, notices, openControls, end, close } = await openSource(options);
    try {
      const sessionOptions = sessionOptionsOf(options);
      const session = await agent.recordSession({
        ...{ source, notices },
        ...sessionOptions,
        onDecline: (sessionId) => endDeclined(options, sessionId, end),
      });
      const { sessionId } = session;
      const { language } = sessionOptions;
      await controlSockets.openForSession({ sessionId, place: placeOf(options) });
      const { hotkeys } = agent.settings.values;
      const closeControls = await openControls({ sessionId, control: agent.sessions, language, hotkeys, log });
      const outcome = await untilEnded(session, options.duration, signal);
      await closeControls();
      return exitCodeOfOutcome(outcome);
    } finally {
      await close();
    }
  } finally {
    await controlSockets.close();
    await agent.close();
  }
}

function placeOf({ source, display = process.env.DISPLAY ?? ':0' }: RecordCommandOptions): string {
  return source === 'browser' ? source : `:${parseDisplayName(display).number}`;
}

function sessionOptionsOf(
  options: RecordCommandOptions,
): Omit<RecordSessionOptions, 'source' | 'notices' | 'onDecline'> {
  const { user, application, uploadInterval, holdBack, recordOnError, accessTag, clientAddress, language } = options;
  return {
    ...surroundingsOf(process.env),
    ...(clientAddress !== undefined && { clientAddress }),
    ...(language !== undefined && { language }),
    accessTags: accessTag,
    staysUnrecorded: options.stay,
    application: application ?? applications[options.source],
    recordOnError,
    ...(user !== undefined && { user }),
    ...(uploadInterval !== undefined && { uploadIntervalMs: uploadInterval * 1000 }),
    ...(holdBack !== undefined && { holdBackMs: holdBack * 1000 }),
  };
}

async function endDeclined(
  { onDecline, user, display = process.env.DISPLAY }: RecordCommandOptions,
  sessionId: SessionId,
  end: () => Promise<void>,
): Promise<void> {
  if (onDecline === undefined) return end();
  const where = display === undefined ? {} : { display };
  await runEndCommand(onDecline, { sessionId, user: user ?? userInfo().username, ...where });
}

async function untilEnded(
  session: { finished: Promise<SessionOutcome>; stop(reason?: string): Promise<SessionOutcome> },
  durationSeconds: number | undefined,
  signal: AbortSignal,
): Promise<SessionOutcome> {
  const stop = () => void session.stop();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const timer = durationSeconds === undefined ? undefined : setTimeout(stop, durationSeconds * 1000);
  try {
    return await session.finished;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function exitCodeOfOutcome(outcome: SessionOutcome): number {
  if (outcome.kind === 'not-recorded') {
    process.stdout.write(`Not recorded: ${outcome.reason}\n`);
    return exitCodes.done;
  }
  if (outcome.kind === 'declined') {
    process.stdout.write(`Not recorded: ${outcome.reason}\n`);
    return exitCodes.declined;
  }
  process.stdout.write(`${outcome.recordingId}\n`);
  if (outcome.endReason === 'agent-failed') return exitCodes.failed;
  if (outcome.endReason === 'agent-not-trusted') return exitCodes.refused;
  return outcome.isStored ? exitCodes.done : exitCodes.notAllStored;
}
