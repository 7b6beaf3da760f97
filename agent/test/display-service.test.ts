import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingIdSchema } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { type Agent, createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import { DisplayService } from '../src/serve/display-service.ts';
import { systemClock } from '../src/time/clock.ts';
import { ContractService } from './contract-service.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording, type StoredRecord } from './stored-screen.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(60_000);

let contract: ContractService;
let directory: string;
let agent: Agent;
let stopping: AbortController;
let servers: XServer[];
let running: Promise<string> | undefined;
let scanCount = 0;

beforeEach(async () => {
  contract = new ContractService();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-serve-'));
  stopping = new AbortController();
  servers = [];
  running = undefined;
  const serverUrl = await contract.start();
  await enrolAgent({ serverUrl, token: 'enr_00000000000000000000000000.secret', dataDirectory: directory });
  agent = await createAgent({ dataDirectory: directory });
});
afterEach(async () => {
  stopping.abort();
  await running;
  await agent.close();
  await contract.stop();
  for (const server of servers) await server.stop();
  await rm(directory, { recursive: true });
});

async function startServer(): Promise<XServer> {
  const server = await XServer.start({ size: '320x240' });
  servers.push(server);
  return server;
}

function startService(): void {
  const service = new DisplayService({
    agent,
    clock: systemClock,
    log: () => undefined,
    findDisplays: async () => {
      scanCount++;
      return servers.map(({ display }) => ({
        display,
        owner: { name: `user of ${display}`, homeDirectory: '/nowhere' },
      }));
    },
    session: { application: 'X11 desktop' },
    scanIntervalMs: 50,
  });
  running = service.run(stopping.signal);
}

/** What is stored of the session of a display; nothing while nothing is. */
async function storedOf(display: string): Promise<StoredRecord[]> {
  const found = [...contract.recordings].find(([, { begin }]) =>
    JSON.stringify(contract.sessions.get(String(begin.sessionId))).includes(`user of ${display}`),
  );
  if (!found?.[1].segments.has(1)) return [];
  return openStoredRecording(contract, recordingIdSchema.parse(found[0]));
}

async function shows(display: string, truth: Uint32Array): Promise<boolean> {
  return decodeScreen(await storedOf(display)).some(({ pixels }) => pixels.map(toBlueFirst).join() === truth.join());
}

describe('ARC-010: the service for many displays of one host', () => {
  displayTest([], 'records each display as a session of its own, in one process', async () => {
    await startServer();
    await startServer();
    startService();
    await pollUntil('both are recorded', () => contract.recordings.size === 2);
    for (const [index, { display }] of servers.entries()) {
      const painter = await XPainter.open(display);
      painter.fill(0x112233 * (index + 1), 0, 0, 200, 100);
      const { pixels } = await painter.capture();
      await pollUntil('what was drawn is stored', () => shows(display, pixels));
      painter.close();
    }
    stopping.abort();
    await expect(running).resolves.toBe('stopped');
    for (const { display } of servers) {
      const records = await storedOf(display);
      expect(records.some(({ type }) => type === 'cursor-shape')).toBe(true);
      expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'session-ended' });
    }
  });

  displayTest([], 'ends the session of a display that dies, and records one that comes later', async () => {
    const first = await startServer();
    startService();
    await pollUntil('the first is recorded', () => contract.recordings.size === 1);
    await startServer();
    const second = servers[1]?.display ?? '';
    await pollUntil('the second is recorded', async () => (await storedOf(second)).length > 0);
    await first.kill();
    await pollUntil('the first has ended', async () =>
      (await storedOf(first.display)).some((record) => record.type === 'end' && record.reason === 'source-lost'),
    );
    expect((await storedOf(second)).some(({ type }) => type === 'end')).toBe(false);
  });

  displayTest([], 'asks once about a display that the policy leaves alone', async () => {
    contract.action = 'do-not-record';
    await startServer();
    startService();
    await pollUntil('it has asked', () => contract.calls.includes('startSession'));
    const seen = scanCount;
    await pollUntil('it looks again and again', () => scanCount > seen + 5);
    expect(contract.calls.filter((call) => call === 'startSession')).toHaveLength(1);
    expect(contract.recordings.size).toBe(0);
  });
});

function toBlueFirst(rgba: number): number {
  return ((rgba & 0xff) << 16) | (rgba & 0xff00) | ((rgba >>> 16) & 0xff);
}
