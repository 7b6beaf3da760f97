import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordingIdSchema } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AppServer, startAppServer } from '../../demo/app-server.ts';
import { ChromiumProcess } from '../src/sources/browser/chromium-process.ts';
import { systemClock } from '../src/time/clock.ts';
import { ContractService } from './contract-service.ts';
import { areSame, IndependentCamera, type IndependentCapture } from './independent-capture.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(120_000);

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const token = 'enr_00000000000000000000000000.secret';

interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly exitCode: Promise<number | null>;
}

let service: ContractService;
let app: AppServer;
let chromium: ChromiumProcess;
let camera: IndependentCamera;
let directory: string;
let runs: Run[];

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  app = await startAppServer();
  chromium = await ChromiumProcess.launch({ width: 900, height: 600, url: app.url });
  camera = await IndependentCamera.open(chromium.webSocketUrl);
  directory = await mkdtemp(join(tmpdir(), 'afterimage-agent-'));
  runs = [];
});

afterEach(async () => {
  for (const { child, exitCode } of runs) {
    child.kill('SIGKILL');
    await exitCode;
  }
  await camera.close();
  await chromium.close();
  await app.close();
  await service.stop();
  await rm(directory, { recursive: true });
});

function run(command: string, ...more: string[]): Run {
  const child = spawn(process.execPath, ['--no-warnings', program, command, '--data', directory, ...more]);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, output, exitCode };
  runs.push(started);
  return started;
}

async function enrol(): Promise<void> {
  await expect(run('enrol', '--server', service.url, '--token', token).exitCode).resolves.toBe(0);
}

async function recordAttached(message = 'recording begun'): Promise<Run> {
  const started = run('record', '--attach', chromium.webSocketUrl, '--upload-interval', '1');
  await pollUntil(message, () => started.output.stderr.includes(message), 30_000);
  return started;
}

/** So long may Chromium take to hand over a picture on a busy machine; the page shows it all the while. */
const stillMs = 2_000;

async function captureStill(): Promise<IndependentCapture> {
  let capture: IndependentCapture | undefined;
  await pollUntil('a still page', async () => {
    capture = await camera.captureStill(stillMs);
    return capture !== undefined;
  });
  if (!capture) throw new Error('the page was never still');
  return capture;
}

describe('afterimage-agent', () => {
  test('records, to the pixel, what a second and independent capture saw, and ends cleanly on SIGTERM', async () => {
    await enrol();
    const recording = await recordAttached();
    const captures: IndependentCapture[] = [];
    for (const page of ['orders.html', 'customers.html', 'new-order.html', 'index.html']) {
      await camera.navigate(`${app.url}${page}`);
      captures.push(await captureStill());
      await camera.evaluate(`document.querySelector('#scroller, main').scrollBy(0, 137)`);
      captures.push(await captureStill());
    }
    recording.child.kill('SIGTERM');
    await expect(recording.exitCode).resolves.toBe(0);

    const recordingId = recordingIdSchema.parse(recording.output.stdout.trim());
    const stored = service.recordings.get(recordingId);
    const screens = decodeScreen(await openStoredRecording(service, recordingId));
    const startedMs = Date.parse(String(stored?.begin.startedAt));
    for (const capture of captures) {
      const shownAtMs = capture.afterWallMs - startedMs;
      const shown = screens.findLast((moment) => moment.timeMs <= shownAtMs);
      expect(shown && areSame(shown, capture)).toBe(true);
    }
  });

  test('killed with -9, goes on with the same recording, and what was on disk is not lost', async () => {
    await enrol();
    const killed = await recordAttached();
    await camera.navigate(`${app.url}orders.html`);
    const before = await captureStill();
    await systemClock.delay(1_100);
    killed.child.kill('SIGKILL');
    await killed.exitCode;
    await camera.navigate(`${app.url}customers.html`);
    const resumed = await recordAttached('recording goes on');
    const after = await captureStill();
    resumed.child.kill('SIGINT');
    await expect(resumed.exitCode).resolves.toBe(0);

    expect(service.recordings.size).toBe(1);
    const recordingId = recordingIdSchema.parse(resumed.output.stdout.trim());
    expect(service.recordings.get(recordingId)?.rejections).toEqual([]);
    const records = await openStoredRecording(service, recordingId);
    const gap = records.find((record) => record.type === 'gap');
    expect(gap).toMatchObject({ reason: 'agent-died' });
    const screens = decodeScreen(records);
    expect(screens.some((moment) => moment.timeMs < (gap?.timeMs ?? 0) && areSame(moment, before))).toBe(true);
    expect(areSame(screens.at(-1) ?? { pixels: new Uint32Array() }, after)).toBe(true);
    await expect(readdir(join(directory, 'recordings'))).resolves.toEqual([]);
  });

  test('killed with -9, leaves what flush signs off and delivers', async () => {
    await enrol();
    const killed = await recordAttached();
    await camera.navigate(`${app.url}orders.html`);
    const before = await captureStill();
    await systemClock.delay(1_100);
    killed.child.kill('SIGKILL');
    await killed.exitCode;
    await expect(run('flush').exitCode).resolves.toBe(0);
    const [recordingId] = [...service.recordings.keys()];
    const records = await openStoredRecording(service, recordingIdSchema.parse(recordingId));
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'agent-died' });
    expect(decodeScreen(records).some((moment) => areSame(moment, before))).toBe(true);
  });

  test('says what is wrong, with an exit code for each kind', async () => {
    const unenrolled = run('record', '--attach', chromium.webSocketUrl);
    await expect(unenrolled.exitCode).resolves.toBe(3);
    expect(unenrolled.output.stderr).toContain('Enrol first');
    await expect(run('record', '--width', 'wide').exitCode).resolves.toBe(2);
    service.problemOf = () => 'enrolment-token-invalid';
    await expect(run('enrol', '--server', service.url, '--token', token).exitCode).resolves.toBe(5);
    service.problemOf = () => undefined;
    await enrol();
    await expect(run('record', '--attach', 'http://127.0.0.1:9').exitCode).resolves.toBe(6);
  });

  test('prints why when the policy says not to record', async () => {
    service.action = 'do-not-record';
    await enrol();
    const recording = run('record', '--attach', chromium.webSocketUrl);
    await expect(recording.exitCode).resolves.toBe(0);
    expect(recording.output.stdout).toBe('Not recorded: Nobody is recorded.\n');
  });

  test('reports what it does while it runs', async () => {
    await enrol();
    const recording = await recordAttached();
    await systemClock.delay(2_500);
    const status = run('status', '--json');
    await expect(status.exitCode).resolves.toBe(0);
    expect(JSON.parse(status.output.stdout)).toMatchObject({
      isRunning: true,
      recordingCounter: 1,
      keptRecordings: 1,
      lastRun: { recordings: [{ isEnded: false }] },
    });
    recording.child.kill('SIGTERM');
    await expect(recording.exitCode).resolves.toBe(0);
  });
});
