/**
 * Records what a workload does to an X display, without loss, for `recorded-frames.ts`. It needs Xvfb and ffmpeg, and for the
 * workload that comes with it (a terminal that scrolls) xterm.
 * `node test/bench/record-workload.ts OUT.mkv [SCRIPT] [--seconds 150]`
 * The script gets DISPLAY WIDTH HEIGHT and, in MARK and DATA, a folder: it makes the file `ready` in it, waits for the file `go`,
 * and works.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const [width, height, framesPerSecond] = [1280, 1024, 10];
const readyWithinMs = 120_000;
const terminalWorkload = `
DISPLAY=$1; export DISPLAY
xterm -fa Monospace -fs 10 -geometry 120x50+20+20 -e sh -c '
  for i in $(seq 1 10000); do find /usr/share -maxdepth 3 | sed -n "$((i % 900 + 1)),$((i % 900 + 6))p"; sleep 0.2; done' &
sleep 2; touch "$MARK/ready"; while [ ! -e "$MARK/go" ]; do sleep 0.1; done
wait`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '150' } },
});
const [out, script] = positionals;
if (out === undefined) throw new Error('name the file to write');

const folder = await mkdtemp(join(tmpdir(), 'afterimage-workload-'));
const started: ChildProcess[] = [];
try {
  const display = `:${await startServer()}`;
  const args = script === undefined ? ['-c', terminalWorkload, 'workload'] : [script];
  const env = { ...process.env, MARK: folder, DATA: folder };
  start('bash', [...args, display, `${width}`, `${height}`], { env, detached: true });
  await untilReady();
  const input = ['-f', 'x11grab', '-draw_mouse', '0', '-framerate', `${framesPerSecond}`];
  const size = ['-video_size', `${width}x${height}`, '-i', display, '-t', values.seconds];
  const codec = ['-c:v', 'libx264rgb', '-qp', '0', '-preset', 'ultrafast', '-y', out];
  const ffmpeg = start('ffmpeg', ['-nostdin', '-v', 'error', ...input, ...size, ...codec], {});
  await writeFile(join(folder, 'go'), '');
  const [code] = await once(ffmpeg, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
} finally {
  for (const child of started.reverse()) await stop(child);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function start(command: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; detached?: boolean }) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  started.push(child);
  return child;
}

/** The server picks a free display and writes its number. */
async function startServer(): Promise<number> {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'];
  const number = start('Xvfb', args, {}).stdio[3];
  if (!number) throw new Error('Xvfb has no pipe');
  const [text] = await once(number, 'data');
  return Number(String(text));
}

async function untilReady(): Promise<void> {
  for (let waitedMs = 0; !existsSync(join(folder, 'ready')); waitedMs += 100) {
    if (waitedMs > readyWithinMs) throw new Error('the workload was not ready in time');
    await delay(100);
  }
}

/** With the group it leads, if it was started as one. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  process.kill(child.spawnfile === 'bash' ? -child.pid : child.pid);
  await exited;
}
