import { setTimeout as pause } from 'node:timers/promises';
import { type CaptureListener, type CaptureSource, createAgent, type RecordedSession } from '@afterimage/agent';
import { drawFlood, drawPicture, floodSize, pictureSize } from './drawn-pictures.ts';
import { FaultyClock } from './faulty-clock.ts';
import { observeFetch } from './observed-fetch.ts';
import { readTruth, type TruthEntry, TruthLog } from './truth-log.ts';

/** A real agent in a process of its own, recording a screen whose every pixel follows from a seed. */
export type HostCommand =
  | { kind: 'set-clock'; wallOffsetMs: number }
  | { kind: 'flood'; isOn: boolean }
  | { kind: 'finish' };
export type HostReport = { kind: 'ready' } | { kind: 'ended'; isStored: boolean };

export interface HostSettings {
  dataDirectory: string;
  truthFile: string;
  seed: number;
  wallOffsetMs: number;
  pictureEveryMs: number;
  uploadIntervalMs: number;
  /** Deliver what is there and record nothing. */
  isFlush: boolean;
}

const spoolLimitBytes = 8 * 1024 * 1024;
/** What was lost on the way is sent again by the next process only. */
const deliverWithinMs = 10_000;

const settings = JSON.parse(process.env.FAULTS_HOST ?? '') as HostSettings;
const clock = new FaultyClock(settings.wallOffsetMs);
const earlier = readTruth(settings.truthFile);
const truth = new TruthLog(settings.truthFile);
const agent = await createAgent({
  dataDirectory: settings.dataDirectory,
  clock,
  spoolLimitBytes,
  fetch: observeFetch(truth),
});
const report = (message: HostReport) => process.send?.(message);

class DrawnScreen implements CaptureSource {
  readonly kind = 'x11';
  readonly targetId = 'drawn-screen';
  isFlooding = false;
  #listener: CaptureListener | undefined;
  #number = nextNumber(earlier);

  async start(listener: CaptureListener): Promise<void> {
    this.#listener = listener;
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  /** One picture; resolves once the agent has taken it. */
  async draw(session: RecordedSession): Promise<void> {
    const number = this.#number++;
    const isFlood = this.isFlooding;
    const pixels = (isFlood ? drawFlood : drawPicture)(settings.seed, number);
    const size = isFlood ? floodSize : pictureSize;
    truth.note({ kind: 'offered', number, isFlood, atMs: Date.now() });
    await this.#listener?.onFrame({ atMs: clock.monotonicMs(), ...size, pixels });
    const recordingId = this.#listener && (await session.begun);
    if (recordingId !== undefined) truth.note({ kind: 'kept', number, recordingId, atMs: Date.now() });
  }
}

function nextNumber(entries: readonly TruthEntry[]): number {
  return 1 + entries.reduce((last, entry) => (entry.kind === 'offered' ? Math.max(last, entry.number) : last), 0);
}

async function record(): Promise<boolean> {
  const screen = new DrawnScreen();
  const { uploadIntervalMs, pictureEveryMs } = settings;
  const session = await agent.recordSession({
    source: screen,
    uploadIntervalMs,
    recordOnError: true,
    decideWithinMs: 2_000,
    deliverWithinMs,
  });
  let isFinishing = false;
  process.on('message', (command: HostCommand) => {
    if (command.kind === 'set-clock') clock.setWallOffset(command.wallOffsetMs);
    if (command.kind === 'flood') screen.isFlooding = command.isOn;
    if (command.kind === 'finish') isFinishing = true;
  });
  report({ kind: 'ready' });
  let hasEnded = false;
  void session.finished.then(() => {
    hasEnded = true;
  });
  while (!isFinishing && !hasEnded) {
    await screen.draw(session);
    await pause(pictureEveryMs);
  }
  const outcome = await session.stop();
  const isStored = outcome.kind === 'recorded' && outcome.isStored;
  const reason = outcome.kind === 'recorded' ? outcome.endReason : outcome.reason;
  truth.note({ kind: 'ended', recordingId: await session.begun, reason, isStored, atMs: Date.now() });
  return isStored;
}

const isStored = settings.isFlush ? await agent.flush(deliverWithinMs) : await record();
await agent.close();
report({ kind: 'ended', isStored });
process.disconnect?.();
