import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Agent, createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import type { Logger } from '../src/log/logger.ts';
import { systemClock } from '../src/time/clock.ts';
import { ContractService } from './contract-service.ts';
import { PatternSource, patternOf } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(40_000);

const hourMs = 3_600_000;
const size = { width: 64, height: 48 };

let service: ContractService;
let directory: string;
let agent: Agent;
let sleptMs: number;
let setByMs: number;
let messages: string[];

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-time-'));
  sleptMs = 0;
  setByMs = 0;
  messages = [];
  const token = 'enr_00000000000000000000000000.secret';
  await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
  const log: Logger = (_, message) => messages.push(message);
  const clock = {
    ...systemClock,
    bootMs: () => systemClock.monotonicMs() + sleptMs,
    wallMs: () => systemClock.wallMs() + sleptMs + setByMs,
  };
  agent = await createAgent({ dataDirectory: directory, clock, log });
});
afterEach(async () => {
  await agent.close();
  await service.stop();
  await rm(directory, { recursive: true });
});

async function begin() {
  const source = new PatternSource();
  const session = await agent.recordSession({ source });
  await source.draw(0);
  const recordingId = await session.begun;
  if (!recordingId) throw new Error('nothing is recorded');
  return { source, session, recordingId };
}

describe('the time of the host', () => {
  test('a machine that slept declares it, and its recording goes on at the time of the wall clock', async () => {
    const { source, session, recordingId } = await begin();
    service.clockAheadMs += hourMs;
    sleptMs = hourMs;
    await pollUntil('the screen is shown again', () => source.timesShownAgain === 1);
    await source.draw(1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    const records = await openStoredRecording(service, recordingId);
    const gap = records.find((record) => record.type === 'gap');
    expect(gap).toMatchObject({ reason: 'machine-suspended' });
    expect(gap?.type === 'gap' ? gap.toMs - gap.fromMs : 0).toBeGreaterThanOrEqual(hourMs);
    const moments = decodeScreen(records);
    expect(moments.map(({ pixels }) => pixels)).toEqual([0, 0, 1].map((number) => patternOf(number, size)));
    expect(moments[1]?.timeMs).toBeGreaterThanOrEqual(hourMs);
  });

  test('a screen that stayed as it was is shown again after the gap', async () => {
    const { source, session, recordingId } = await begin();
    sleptMs = hourMs;
    await pollUntil('it is shown again', () => source.timesShownAgain === 1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    const moments = decodeScreen(await openStoredRecording(service, recordingId));
    expect(moments.map(({ pixels }) => pixels)).toEqual([0, 0].map((number) => patternOf(number, size)));
    expect(moments[1]?.timeMs).toBeGreaterThanOrEqual(hourMs);
  });

  test('what is drawn before anybody has looked comes after the gap', async () => {
    const { source, session, recordingId } = await begin();
    sleptMs = hourMs;
    await source.draw(1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    const records = await openStoredRecording(service, recordingId);
    const order = records.flatMap((record) => (record.type === 'gap' || record.type === 'screen' ? record.type : []));
    expect(order.slice(0, 3)).toEqual(['screen', 'gap', 'screen']);
    const last = decodeScreen(records).at(-1);
    expect(last?.pixels).toEqual(patternOf(1, size));
    expect(last?.timeMs).toBeGreaterThanOrEqual(hourMs);
  });

  test('a wall clock that is set ends nothing; how far it is off is measured at once', async () => {
    const { source, session, recordingId } = await begin();
    await pollUntil('the recording is announced', () => service.recordings.has(recordingId));
    setByMs = -hourMs;
    const isMeasured = () => Math.abs(agent.clockOffset.offsetMs + hourMs) < 10_000;
    await pollUntil('the offset is measured', isMeasured);
    await source.draw(1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    const records = await openStoredRecording(service, recordingId);
    expect(records.some((record) => record.type === 'gap')).toBe(false);
    expect(decodeScreen(records)).toHaveLength(2);
  });
});
