/**
 * CPU and memory of one agent that records many displays at once: idle, with somebody typing on each, with each one
 * scrolling. `node test/bench/twenty-sessions.ts [--quick] [sessions] [seconds]`. The agent is a process of its own (`serve`) and
 * sends over HTTP to the agent's side of the contract, kept in this process. It needs Xvfb and xterm.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ContractService } from '../../agent/test/contract-service.ts';
import { XServer } from '../../agent/test/x-server.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable } from './support/markdown-table.ts';

const isQuick = process.argv.includes('--quick');
const [sessionCount = 20, seconds = isQuick ? 10 : 60] = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const ticksPerSecond = 100;
const settleMs = 5_000;
const agentProgram = fileURLToPath(new URL('../../agent/src/main.ts', import.meta.url));

/** Waiting by `read` starts no process of its own. */
const workloads = {
  idle: undefined,
  'typing, 5 letters a second': 'while :; do printf x; read -rt 0.2 <> <(:); done',
  'scrolling, 40 lines a second': [
    'while :; do',
    'for i in 1 2 3 4 5 6; do printf "%s a line of output that scrolls by %s\\n" $i $RANDOM; done;',
    'read -rt 0.15 <> <(:); done',
  ].join(' '),
} as const;

async function cpuMsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

async function residentMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function startAgent(
  service: ContractService,
  directory: string,
  displays: readonly string[],
): Promise<ChildProcess> {
  const tokenFile = join(directory, 'token');
  await writeFile(tokenFile, 'enr_00000000000000000000000000.secret\n');
  const enrolment = ['--server', service.url, '--token-file', tokenFile, '--data', join(directory, 'data')];
  const words = [
    '--no-warnings',
    agentProgram,
    'serve',
    ...enrolment,
    ...displays.flatMap((name) => ['--display', name]),
  ];
  const agent = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'ignore'] });
  while (service.recordings.size < displays.length) {
    if (agent.exitCode !== null) throw new Error(`the agent ended with ${agent.exitCode}`);
    await delay(100);
  }
  return agent;
}

/** One row: shares of one core in percent. */
async function measure(name: string, agent: ChildProcess, servers: readonly XServer[], service: ContractService) {
  const agentPid = agent.pid ?? 0;
  const serverCpu = async () => sum(await Promise.all(servers.map(({ processId }) => cpuMsOf(processId))));
  await delay(settleMs);
  const before = { agent: await cpuMsOf(agentPid), servers: await serverCpu(), calls: service.calls.length };
  await delay(seconds * 1_000);
  const shareOf = (cpuMs: number) => cpuMs / seconds / 10;
  const agentShare = shareOf((await cpuMsOf(agentPid)) - before.agent);
  const serverShare = shareOf((await serverCpu()) - before.servers);
  return [
    name,
    agentShare.toFixed(2),
    (agentShare / servers.length).toFixed(2),
    (serverShare / servers.length).toFixed(2),
    (await residentMbOf(agentPid)).toFixed(0),
    ((service.calls.length - before.calls) / servers.length).toFixed(1),
  ];
}

async function run(directory: string): Promise<void> {
  const service = new ContractService();
  service.uploadIntervalSeconds = 60;
  await service.start();
  const servers: XServer[] = [];
  let agent: ChildProcess | undefined;
  try {
    for (let count = 0; count < sessionCount; count++) servers.push(await XServer.start({ size: '1280x1024' }));
    agent = await startAgent(
      service,
      directory,
      servers.map(({ display }) => display),
    );
    const rows: string[][] = [];
    for (const [name, script] of Object.entries(workloads)) {
      const words = ['-geometry', '100x40+20+40', '-e', 'bash', '-c', script ?? 'read'];
      for (const server of servers) server.launch('xterm', ...words);
      rows.push(await measure(name, agent, servers, service));
      for (const server of servers) await server.endPrograms();
    }
    const head = ['', 'agent', 'agent, a session', 'X server, a session', 'agent, MiB', 'requests, a session'];
    console.log(
      `${describeMachine()}\n${servers.length} sessions of 1280x1024, ${seconds} s each; shares of one core in percent\n`,
    );
    console.log(markdownTable(head, rows));
  } finally {
    agent?.kill('SIGKILL');
    for (const server of servers) await server.stop();
    await service.stop();
  }
}

const directory = await mkdtemp(join(tmpdir(), 'afterimage-twenty-'));
try {
  await run(directory);
} finally {
  await rm(directory, { recursive: true, maxRetries: 10, retryDelay: 200 });
}
