import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface DemoLaunch {
  endpoint: string;
  enrolmentToken: string;
  dataDirectory: string;
}

const program = fileURLToPath(new URL('./demo-process.ts', import.meta.url));
/** A clean end uploads what is left; a demo that cannot is not waited for longer. */
const stopGraceMs = 20_000;

export async function launchDemo(launch: DemoLaunch): Promise<{ stop(): Promise<void> }> {
  const child = fork(program, [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--no-warnings'],
    env: {
      ...process.env,
      DEMO_SERVER: launch.endpoint,
      DEMO_TOKEN: launch.enrolmentToken,
      DEMO_DATA: launch.dataDirectory,
    },
  });
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
