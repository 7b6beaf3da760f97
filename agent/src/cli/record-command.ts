import { type AgentOptions, createAgent } from '../agent.ts';
import type { RecordSessionOptions, SessionOutcome } from '../sessions/recorded-session.ts';
import { exitCodes } from './exit-codes.ts';
import { openSource, type SourceOptions } from './open-source.ts';

export interface RecordCommandOptions extends SourceOptions {
  readonly user?: string;
  /** Default: after the source. */
  readonly application?: string;
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
  try {
    const { source, close } = await openSource(options);
    try {
      const session = await agent.recordSession({ source, ...sessionOptions(options) });
      return exitCodeOfOutcome(await untilEnded(session, options.duration, signal));
    } finally {
      await close();
    }
  } finally {
    await agent.close();
  }
}

function sessionOptions(options: RecordCommandOptions): Omit<RecordSessionOptions, 'source'> {
  const { user, application, uploadInterval, holdBack, recordOnError } = options;
  return {
    application: application ?? applications[options.source],
    recordOnError,
    ...(user !== undefined && { user }),
    ...(uploadInterval !== undefined && { uploadIntervalMs: uploadInterval * 1000 }),
    ...(holdBack !== undefined && { holdBackMs: holdBack * 1000 }),
  };
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
  return outcome.isStored ? exitCodes.done : exitCodes.keptInSpool;
}
