import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const mainModule = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface LocalCloudProcess {
  child: ChildProcess;
  endpoint: string;
  outputs: Record<string, Record<string, string>>;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Ends the process as a crash does. */
  kill(): Promise<void>;
  /** Asks it to end and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts localcloud as a process of its own and waits until it is ready. Errors: what it said when it could not start. */
export async function startProcess(assembly: string, data: string, ...more: string[]): Promise<LocalCloudProcess> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', mainModule, '--assembly', assembly, '--data', data, ...more],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += String(text);
  });
  const exited = once(child, 'exit');
  const firstLine = once(createInterface(child.stdout), 'line').then(([line]) => String(line));
  const line = await Promise.race([firstLine, exited.then(() => undefined)]);
  if (line === undefined) throw new Error(complaints);
  const ready = JSON.parse(line) as Pick<LocalCloudProcess, 'endpoint' | 'outputs'>;
  const credentials = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8'));
  return {
    child,
    ...ready,
    credentials,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code as number | null;
    },
  };
}
