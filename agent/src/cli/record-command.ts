import { type AgentOptions, createAgent } from '../agent.ts';
import type { RecordSessionOptions, SessionOutcome } from '../sessions/recorded-session.ts';
import { findBrowser } from '../sources/browser/browser-address.ts';
import { BrowserSource } from '../sources/browser/browser-source.ts';
import { ChromiumProcess } from '../sources/browser/chromium-process.ts';
import { systemClock } from '../time/clock.ts';
import { exitCodes } from './exit-codes.ts';

export interface RecordCommandOptions {
  readonly attach?: string;
  readonly browser?: string;
  readonly window: boolean;
  readonly url?: string;
  readonly width: number;
  readonly height: number;
  readonly user?: string;
  readonly application: string;
  readonly uploadInterval?: number;
  readonly duration?: number;
  readonly recordOnError: boolean;
}

interface Browser {
  readonly webSocketUrl: string;
  close(): Promise<void>;
}

/** One session in the foreground, until the signal, the duration or the browser ends it. @returns the exit code */
export async function runRecord(
  agentOptions: AgentOptions,
  options: RecordCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const agent = await createAgent(agentOptions);
  try {
    const browser = await openBrowser(options);
    try {
      const source = new BrowserSource({ webSocketUrl: browser.webSocketUrl, clock: systemClock });
      const session = await agent.recordSession({ source, ...sessionOptions(options) });
      return exitCodeOfOutcome(await untilEnded(session, options.duration, signal));
    } finally {
      await browser.close();
    }
  } finally {
    await agent.close();
  }
}

async function openBrowser(options: RecordCommandOptions): Promise<Browser> {
  if (options.attach !== undefined) {
    return { webSocketUrl: await findBrowser(options.attach), close: () => Promise.resolve() };
  }
  const { width, height, browser, url, window } = options;
  const chromium = { width, height, hasWindow: window };
  return ChromiumProcess.launch({
    ...chromium,
    ...(browser !== undefined && { executablePath: browser }),
    ...(url !== undefined && { url }),
  });
}

function sessionOptions(options: RecordCommandOptions): Omit<RecordSessionOptions, 'source'> {
  const { user, application, uploadInterval, recordOnError } = options;
  return {
    application,
    recordOnError,
    ...(user !== undefined && { user }),
    ...(uploadInterval !== undefined && { uploadIntervalMs: uploadInterval * 1000 }),
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
  process.stdout.write(`${outcome.recordingId}\n`);
  if (outcome.endReason === 'agent-failed') return exitCodes.failed;
  if (outcome.endReason === 'agent-not-trusted') return exitCodes.refused;
  return outcome.isStored ? exitCodes.done : exitCodes.keptInSpool;
}
