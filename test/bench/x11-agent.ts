/**
 * CPU of recording an X display, idle and under a workload, by damage and by plain polling of whole pictures, in the same
 * run. `node test/bench/x11-agent.ts [seconds] [workload script]`; the script gets DISPLAY WIDTH HEIGHT and, in MARK, a
 * folder for its files `ready` and `go`. Without one a terminal scrolls. It needs Xvfb and xterm.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CapturedFrame, type CaptureListener, systemClock, X11Source } from '../../agent/src/index.ts';
import { XConnection } from '../../agent/src/sources/x11/x-connection.ts';
import { XSession } from '../../agent/src/sources/x11/x-session.ts';
import { ScreenEncoder } from '../../packages/recording/src/screen/index.ts';
import { createNodeZstd } from '../../packages/recording/src/zstd-node/index.ts';

const [width, height] = [1280, 1024];
const durationMs = Number(process.argv[2] ?? 30) * 1_000;
const workload = process.argv[3];
const warmUpMs = 4_000;
const ticksPerSecond = 100;

interface Measured {
  readonly frames: number;
  /** Shares of one core, in percent. */
  readonly agent: number;
  readonly server: number;
  readonly bytes: number;
}

/** Encodes what it is given. */
class EncodingListener implements CaptureListener {
  frames = 0;
  bytes = 0;
  readonly #encoder = new ScreenEncoder({ width, height, pixelOrder: 'bgrx', zstd: createNodeZstd() });

  async onFrame({ pixels, damage }: Pick<CapturedFrame, 'pixels' | 'damage'>): Promise<void> {
    const packet = await this.#encoder.encode(pixels, damage ? { damage } : {});
    if (!packet) return;
    this.frames++;
    this.bytes += packet.bytes.length;
  }

  onEvent(): void {}
  onCursor(): void {}
  onInput(): void {}
  onLost(): void {}

  close(): void {
    this.#encoder.close();
  }
}

type Capture = (display: string, listener: EncodingListener) => Promise<() => Promise<void>>;

const byDamage: Capture = async (display, listener) => {
  const source = await X11Source.open({ display, clock: systemClock });
  await source.start(listener);
  return () => source.stop();
};

/** Ten whole pictures a second, each compared as a whole; shared memory too, so that only damage makes the difference. */
const byPolling: Capture = async (display, listener) => {
  const connection = await XConnection.open({ display });
  const nothing = () => undefined;
  const mayName = async () => true;
  const hooks = { mayName, onDamage: nothing, onResize: nothing, onCursorShape: nothing, onEvent: nothing };
  const mirror = await (await XSession.start(connection, 'shared-pixmap', hooks)).openMirror(undefined);
  let isStopped = false;
  const poll = async () => {
    for (let dueMs = performance.now(); !isStopped; dueMs += 100) {
      await mirror.takeAll();
      await listener.onFrame({ pixels: mirror.pixels });
      await systemClock.delay(Math.max(0, dueMs + 100 - performance.now()));
    }
  };
  const polling = poll();
  return async () => {
    isStopped = true;
    await polling;
    connection.close();
  };
};

/** CPU time of another process so far. Source: proc(5), utime and stime. */
async function cpuMsOf({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

async function measure(display: string, server: ChildProcess, capture: Capture, forMs: number): Promise<Measured> {
  const listener = new EncodingListener();
  const stop = await capture(display, listener);
  await systemClock.delay(500);
  const before = { frames: listener.frames, bytes: listener.bytes, serverMs: await cpuMsOf(server) };
  const cpu = process.cpuUsage();
  await systemClock.delay(forMs);
  const { user, system } = process.cpuUsage(cpu);
  const serverMs = (await cpuMsOf(server)) - before.serverMs;
  await stop();
  listener.close();
  return {
    frames: listener.frames - before.frames,
    bytes: listener.bytes - before.bytes,
    agent: (user + system) / 10 / forMs,
    server: (serverMs * 100) / forMs,
  };
}

async function startServer(): Promise<{ server: ChildProcess; display: string }> {
  const words = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.stdio[3]?.once('data', (data) => resolve(String(data).trim()));
  });
  return { server, display: `:${number}` };
}

const scrolling = 'while :; do seq 1 6 | sed "s/$/ $RANDOM a line of output that scrolls by/"; sleep 0.15; done';

/** Starts the workload and waits until it is about to draw. @returns what ends it */
async function startWorkload(display: string, folder: string): Promise<() => Promise<void>> {
  const env = { ...process.env, DISPLAY: display, MARK: folder, TMPDIR: folder };
  const child = workload
    ? spawn('bash', [workload, display, String(width), String(height)], { env, stdio: 'ignore', detached: true })
    : spawn('xterm', ['-geometry', '100x40+20+40', '-e', 'bash', '-c', scrolling], { env, detached: true });
  const ready = join(folder, 'ready');
  while (workload && !existsSync(ready)) await systemClock.delay(100);
  await writeFile(join(folder, 'go'), '');
  return async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await exited;
    await rm(ready, { force: true });
    await rm(join(folder, 'go'), { force: true });
  };
}

function row(name: string, { frames, agent, server, bytes }: Measured): string {
  const megabytesPerHour = (bytes * 3_600_000) / durationMs / 1e6;
  return `| ${name} | ${frames} | ${agent.toFixed(2)} | ${server.toFixed(2)} | ${megabytesPerHour.toFixed(1)} |`;
}

async function measureOnNewServer(capture: Capture, isBusy: boolean, forMs = durationMs): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'afterimage-bench-'));
  const { server, display } = await startServer();
  try {
    const stopWorkload = isBusy ? await startWorkload(display, folder) : () => Promise.resolve();
    const measured = await measure(display, server, capture, forMs);
    await stopWorkload();
    return measured;
  } finally {
    const exited = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await exited;
    await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Compiling and filling caches is nobody's cost. */
for (const capture of [byDamage, byPolling]) await measureOnNewServer(capture, true, warmUpMs);

console.log(`${durationMs / 1_000} s each at ${width}x${height}, shares of one core in percent\n`);
console.log('| | changed frames | agent | X server | MB/h |\n| --- | --- | --- | --- | --- |');
for (const isBusy of [false, true]) {
  const name = isBusy ? (workload ?? 'scrolling terminal') : 'idle';
  const damage = await measureOnNewServer(byDamage, isBusy);
  console.log(row(`${name}, by damage`, damage));
  const polling = await measureOnNewServer(byPolling, isBusy);
  console.log(row(`${name}, by polling`, polling));
  console.log(`agent: damage costs ${((100 * damage.agent) / polling.agent).toFixed(0)} % of polling\n`);
}
