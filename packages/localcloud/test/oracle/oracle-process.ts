import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Oracle } from './oracles.ts';

const startLimitMs = 60_000;

export interface RunningOracle {
  endpoint: string;
  stop(): Promise<void>;
}

/** Programs that an oracle needs and this machine does not have. */
export function missingPrograms({ needs }: Oracle): string[] {
  return needs.filter((program) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
}

/** Starts it on a free port and waits until it answers. Errors: it ends, or does not answer within a minute. */
export async function startOracle(oracle: Oracle): Promise<RunningOracle> {
  const port = await freePort();
  const { program, args, environment = {} } = oracle.command(port);
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...environment } });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill();
    await exited;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startLimitMs;
  while (!(await answers(endpoint))) {
    if (child.exitCode === null && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    await stop();
    throw new Error(`${oracle.name} did not start`);
  }
  return { endpoint, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
}
