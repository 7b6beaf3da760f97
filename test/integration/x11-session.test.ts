import { createHash } from 'node:crypto';
import type { Recording, RecordingId } from '@afterimage/contracts';
import { durationOf } from '@afterimage/player';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { displayTest } from '../../agent/test/display-test.ts';
import { XServer } from '../../agent/test/x-server.ts';
import { frameAt } from '../../cli/src/playback/frame-at.ts';
import { type OpenedRecording, openRecording } from '../../cli/src/playback/open-source.ts';
import { BusyDesktop, type DesktopCapture } from '../support/busy-desktop.ts';
import { runForJson } from '../support/command-line.ts';
import { pollUntil } from '../support/poll-until.ts';
import { enrolHost } from '../support/recorded-host.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { RunningProgram } from '../support/run-program.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';

/** Compared while the session runs, and again with those that come after them once it is finished. */
const liveCount = 42;
const laterCount = 64;
/** Of all pictures, so many must be unlike each other: a desktop where nothing happens proves nothing. */
const leastDistinct = 100;

/** The session alone takes a minute; on a busy machine everything takes longer. */
jest.setTimeout(400_000);

let stack: Stack;
let closers: (() => Promise<void> | void)[];

beforeEach(async () => {
  closers = [];
  stack = await startStack();
  closers.push(() => stack.close());
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

async function openDesktop(): Promise<{ display: string; desktop: BusyDesktop }> {
  const server = await XServer.start({ size: '800x600' });
  closers.push(() => server.stop());
  const desktop = await BusyDesktop.open(server);
  closers.push(() => desktop.close());
  return { display: server.display, desktop };
}

/** The agent as a host runs it: a process of its own. */
async function startAgent(display: string): Promise<RunningProgram> {
  const data = await enrolHost(stack);
  const args = ['record', '--data', data, '--source', 'x11', '--display', display, '--upload-interval', '1'];
  const agent = new RunningProgram('agent/src/main.ts', args);
  closers.push(() => agent.end('SIGKILL'));
  return agent;
}

function liveRecording(): Promise<Recording> {
  const list = () => runForJson<{ recordings: Recording[] }>(stack, people.reviewer, 'recordings', 'list');
  return pollUntil(
    'it is recorded',
    async () => (await list()).recordings.find(({ state }) => state === 'live'),
    60_000,
  );
}

async function capture(desktop: BusyDesktop, count: number): Promise<DesktopCapture[]> {
  const captures: DesktopCapture[] = [];
  while (captures.length < count) captures.push(await desktop.captureNext());
  return captures;
}

/** On the recording's own clock. */
function timeOf({ wallMs }: DesktopCapture, { startedAt, clockOffsetMs }: Recording): number {
  return wallMs - Date.parse(startedAt) - clockOffsetMs;
}

function open(recordingId: RecordingId): Promise<OpenedRecording> {
  return openRecording(stack.api(people.reviewer), recordingId);
}

/** How many pixels differ from each capture, as the operators' program decodes the recording at its time. */
async function differencesFrom(captures: readonly DesktopCapture[], opened: OpenedRecording): Promise<number[]> {
  const differences: number[] = [];
  for (const capture of captures) {
    const { pixels } = await frameAt(opened.source, timeOf(capture, opened.recording));
    differences.push(countDifferences(pixels, capture.pixels));
  }
  return differences;
}

/** @returns what differs, and the state once everything was compared */
async function compareLive(captures: readonly DesktopCapture[], recordingId: RecordingId) {
  const opened = await open(recordingId);
  const lastMs = Math.max(...captures.map((capture) => timeOf(capture, opened.recording)));
  const isStored = async () => {
    await opened.source.refresh(AbortSignal.timeout(60_000));
    return durationOf(opened.source.segments) > lastMs;
  };
  await pollUntil('it is stored up to the last capture', isStored, 60_000);
  const differences = await differencesFrom(captures, opened);
  return { differences, state: (await showRecording(stack, recordingId)).state };
}

function countDistinct(captures: readonly DesktopCapture[]): number {
  return new Set(captures.map(({ pixels }) => createHash('sha256').update(pixels).digest('hex'))).size;
}

const title = 'shows, live and finished, exactly the pixels that another client saw, at 100 random times';

describe('a recorded X session', () => {
  displayTest(['xterm', 'xdotool'], title, async () => {
    const { display, desktop } = await openDesktop();
    const agent = await startAgent(display);
    const { recordingId } = await liveRecording();

    const early = await capture(desktop, liveCount);
    const [later, live] = await Promise.all([capture(desktop, laterCount), compareLive(early, recordingId)]);
    expect(live).toEqual({ differences: new Array(liveCount).fill(0), state: 'live' });

    await agent.end('SIGTERM');
    await recordingIn(stack, recordingId, 'complete', 60_000);
    const captures = [...early, ...later];
    expect(countDistinct(captures)).toBeGreaterThanOrEqual(leastDistinct);
    const finished = await differencesFrom(captures, await open(recordingId));
    expect(finished).toEqual(new Array(liveCount + laterCount).fill(0));

    const verdict = await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verdict).toMatchObject({ isManifestVerified: true, verdict: 'intact-and-complete', findings: [] });
  });
});
