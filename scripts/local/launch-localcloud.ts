import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface LocalCloudLaunch {
  assemblyDirectory: string;
  dataDirectory: string;
  /** 0: last time's port if it is free, else a free one. */
  port?: number;
  /** Whether the operator may order faults (`POST /_localcloud/faults`). Default: no. */
  allowFaults?: boolean;
  onErrorLine?: (line: string) => void;
}

export interface LocalCloudProcess {
  /** `http://127.0.0.1:PORT`: console, API and AWS alike. */
  endpoint: string;
  outputs: Record<string, Record<string, string>>;
  process: ChildProcess;
  stop(): Promise<void>;
  /** As a power cut would, but for the disk. */
  kill(): Promise<void>;
}

const program = fileURLToPath(new URL('./localcloud-process.ts', import.meta.url));

/** Resolves once everything is provisioned and served. Rejects with what the process printed when it cannot start. */
export async function launchLocalCloud(launch: LocalCloudLaunch): Promise<LocalCloudProcess> {
  const { assemblyDirectory, dataDirectory, port = 0, allowFaults = false } = launch;
  const args = ['--assembly', assemblyDirectory, '--data', dataDirectory, '--port', String(port)];
  if (allowFaults) args.push('--allow-faults');
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--no-warnings'] });
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-20_000);
    for (const line of data.toString().split('\n')) if (line !== '') launch.onErrorLine?.(line);
  });
  const ready = await new Promise<{ endpoint: string; outputs: LocalCloudProcess['outputs'] }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { endpoint: string; outputs: LocalCloudProcess['outputs'] }));
    child.once('exit', (code, signal) => reject(new Error(`localcloud ended with ${code ?? signal}\n${errors}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return { ...ready, process: child, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
