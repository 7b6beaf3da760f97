import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChromiumProcess } from '@afterimage/agent';
import { type Recording, type RecordingId, recordingIdSchema } from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PNG } from 'pngjs';
import { IndependentCamera, type IndependentCapture } from '../../agent/test/independent-capture.ts';
import { type AppServer, startAppServer } from '../../demo/app-server.ts';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { WatchedPlayer } from '../browser/watched-player.ts';
import { pollUntil } from '../support/poll-until.ts';
import { enrolHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { RunningProgram } from '../support/run-program.ts';
import { countDifferences } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';

const momentCount = 10;
/** A page counts as still when two captures so far apart are the same. */
const stillMs = 500;
const pages = ['index.html', 'orders.html', 'customers.html', 'new-order.html', 'notes.html'];

let stack: Stack;
let app: AppServer;
let chromium: ChromiumProcess;
let camera: IndependentCamera;
let recordingProgram: RunningProgram;
let recording: Recording;
/** What the page showed, seen through a connection that the agent knows nothing of. */
const captures: IndependentCapture[] = [];

beforeAll(async () => {
  stack = await startStack();
  app = await startAppServer();
  chromium = await ChromiumProcess.launch({ width: 800, height: 600, url: app.url });
  camera = await IndependentCamera.open(chromium.webSocketUrl);
  const data = await enrolHost(stack);
  const args = ['record', '--data', data, '--attach', chromium.webSocketUrl, '--upload-interval', '1'];
  recordingProgram = new RunningProgram('agent/src/main.ts', args);
  await pollUntil('the recording begins', () => recordingProgram.errors.includes('recording begun'));
  for (let moment = 0; moment < momentCount; moment++) captures.push(await captureSomewhere());
  await recordingProgram.end('SIGTERM');
  const recordingId = recordingIdSchema.parse((await recordingProgram.finished()).trim());
  recording = await recordingIn(stack, recordingId, 'complete');
});

afterAll(async () => {
  await recordingProgram?.end('SIGKILL');
  await camera?.close();
  await chromium?.close();
  await app?.close();
  await stack?.close();
});

/** Goes to a random page, scrolls to a random place, and takes a picture once nothing moves. */
async function captureSomewhere(): Promise<IndependentCapture> {
  await camera.navigate(`${app.url}${pages[randomInt(pages.length)]}`);
  return pollUntil('a still page', async () => {
    await camera.evaluate(`document.querySelector('#scroller, main')?.scrollBy(0, ${randomInt(400)})`);
    return camera.captureStill(stillMs);
  });
}

/** The middle of the time in which the page showed the capture, on the recording's own clock. */
function timeOf({ beforeWallMs, afterWallMs }: IndependentCapture): number {
  const startedMs = Date.parse(recording.startedAt) + recording.clockOffsetMs;
  return Math.round((beforeWallMs + afterWallMs) / 2 - startedMs);
}

async function frameFromProgram(recordingId: RecordingId, timeMs: number): Promise<Uint32Array> {
  const file = join(stack.scratch, `${timeMs}.png`);
  const at = `${(timeMs / 1000).toFixed(3)}s`;
  const token = await stack.accessToken(people.reviewer);
  const program = new RunningProgram(
    'cli/src/main.ts',
    ['recordings', 'frame', recordingId, '--at', at, '--out', file],
    { AFTERIMAGE_SERVER: stack.endpoint, AFTERIMAGE_TOKEN: token },
  );
  await program.finished();
  const { data } = PNG.sync.read(readFileSync(file));
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4).slice();
}

describe('a recorded browser session', () => {
  test('shows, at ten random moments, exactly the pixels that an independent capture saw', async () => {
    const differences: number[] = [];
    for (const capture of captures) {
      differences.push(
        countDifferences(await frameFromProgram(recording.recordingId, timeOf(capture)), capture.pixels),
      );
    }
    expect(differences).toEqual(captures.map(() => 0));
  });

  test('ARC-011: shows the same pixels on the canvas of the console, as it was deployed, in Chromium', async () => {
    const console = await ConsoleBrowser.launch(stack.endpoint);
    try {
      const player = new WatchedPlayer(await console.openAs(people.reviewer, '/recordings'));
      const differences: number[] = [];
      for (const capture of captures) {
        await player.openAt(recording.recordingId, timeOf(capture));
        differences.push(countDifferences(await player.pixels(), capture.pixels));
      }
      expect(differences).toEqual(captures.map(() => 0));
    } finally {
      await console.close();
    }
  });

  test('is proven by the operators’ program', async () => {
    const token = await stack.accessToken(people.reviewer);
    const environment = { AFTERIMAGE_SERVER: stack.endpoint, AFTERIMAGE_TOKEN: token };
    const verify = new RunningProgram('cli/src/main.ts', ['recordings', 'verify', recording.recordingId], environment);
    expect(await verify.finished()).toMatch(/^intact and complete: /);
  });
});
