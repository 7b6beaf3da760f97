import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Agent,
  BrowserSource,
  ChromiumProcess,
  createAgent,
  createJsonLogger,
  enrolAgent,
  isEnrolled,
  type RecordedSession,
  systemClock,
} from '@afterimage/agent';
import { type AppServer, startAppServer } from './app-server.ts';
import { work } from './worker.ts';

export interface DemoOptions {
  readonly serverUrl: string;
  /** Used on the first run only: later runs are the same device. */
  readonly enrolmentToken: string;
  readonly dataDirectory: string;
  /** So many recordings of this device are finished before the live one begins. */
  readonly finishedRecordings: number;
  /** One line of progress for a person. */
  readonly log: (line: string) => void;
}

export interface Demo {
  /** Of the session that goes on. */
  readonly recordingId: string | undefined;
  /** Ends the live recording cleanly and waits, within a bound, until it is stored. */
  stop(): Promise<void>;
}

/** A session of the sample application: a browser, a worker in it, and the recording of both. */
interface DemoSession {
  readonly session: RecordedSession;
  stop(): Promise<void>;
}

const finishedDurationMs = 20_000;
const screen = { width: 1280, height: 800 };

/** Records a fictional clerk at work: some short finished sessions first, then one that goes on until `stop`. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { serverUrl, enrolmentToken, dataDirectory, finishedRecordings, log } = options;
  if (!(await isEnrolled(dataDirectory))) {
    const { agentId } = await enrolAgent({ serverUrl, token: enrolmentToken, dataDirectory });
    log(`Enrolled as ${agentId}`);
  }
  const agentLog = createJsonLogger(systemClock, (line) => process.stderr.write(line));
  const agent = await createAgent({
    dataDirectory,
    serverUrl,
    log: (level, message, fields) => {
      if (level === 'warn' || level === 'error') agentLog(level, message, fields);
    },
  });
  const app = await startAppServer();
  while (agent.deviceState.values.recordingCounter < finishedRecordings) await recordFinished(agent, app, log);
  const live = await startSession(agent, app, 'mira');
  const recordingId = await live.session.begun;
  log(`Recording ${recordingId} is live`);
  return {
    recordingId,
    async stop() {
      await live.stop();
      await app.close();
      await agent.close();
    },
  };
}

async function recordFinished(agent: Agent, app: AppServer, log: (line: string) => void): Promise<void> {
  const { session, stop } = await startSession(agent, app, 'jonas');
  log(`Recording ${await session.begun} for ${finishedDurationMs / 1000} s`);
  await sleep(finishedDurationMs);
  await stop();
}

async function startSession(agent: Agent, app: AppServer, user: string): Promise<DemoSession> {
  const working = new AbortController();
  const chromium = await ChromiumProcess.launch({ ...screen });
  const { webSocketUrl } = chromium;
  const source = new BrowserSource({ webSocketUrl, clock: systemClock });
  const session = await agent.recordSession({
    source,
    user,
    application: 'Order desk',
    uploadIntervalMs: 2_000,
    deliverWithinMs: 10_000,
  });
  const seed = agent.deviceState.values.recordingCounter + 1;
  const worked = work({ webSocketUrl, appUrl: app.url, seed, signal: working.signal }).catch(() => undefined);
  return {
    session,
    async stop() {
      working.abort();
      await worked;
      await session.stop();
      await chromium.close();
    },
  };
}
