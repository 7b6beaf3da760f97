import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Agent, type AgentOptions, createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import type { SessionOutcome } from '../src/sessions/recorded-session.ts';
import { systemClock } from '../src/time/clock.ts';
import { ContractService } from './contract-service.ts';
import { PatternSource, patternOf } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(40_000);

const size = { width: 64, height: 48 };

let service: ContractService;
let directory: string;
let agents: Agent[];

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  directory = await mkdtemp(join(tmpdir(), 'afterimage-agent-'));
  agents = [];
});

afterEach(async () => {
  for (const agent of agents) await agent.close();
  await service.stop();
  await rm(directory, { recursive: true });
});

async function startAgent(options: Partial<AgentOptions> = {}): Promise<Agent> {
  const agent = await createAgent({ dataDirectory: directory, ...options });
  agents.push(agent);
  return agent;
}

/** What would be on the disk if the agent died at this moment. */
async function copyAsOfNow(): Promise<string> {
  const copy = join(directory, 'copy');
  for (const name of ['device-key.pem', 'enrolment.json', 'device-state.json', 'recordings']) {
    await cp(join(directory, name), join(copy, name), { recursive: true });
  }
  return copy;
}

async function enrolAndStart(options: Partial<AgentOptions> = {}): Promise<Agent> {
  await enrolAgent({
    serverUrl: service.url,
    token: 'enr_00000000000000000000000000.secret',
    dataDirectory: directory,
  });
  return startAgent(options);
}

function recordingIdOf(outcome: SessionOutcome) {
  if (outcome.kind !== 'recorded') throw new Error('nothing was recorded');
  return outcome.recordingId;
}

describe('a recorded session', () => {
  test('stores exactly the pixels and events that the source gave, signed and chained to a final segment', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, user: 'ada' });
    for (let number = 0; number < 5; number++) await source.draw(number);
    source.notice({ kind: 'navigation', text: 'https://desk.example/orders' });
    const outcome = await session.stop();

    expect(outcome).toMatchObject({ kind: 'recorded', isStored: true, endReason: 'session-ended' });
    const records = await openStoredRecording(service, recordingIdOf(outcome));
    const screens = decodeScreen(records).map((moment) => moment.pixels);
    expect(screens).toEqual([0, 1, 2, 3, 4].map((number) => patternOf(number, size)));
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'session-ended' });
    const events = records.flatMap((record) => (record.type === 'event' ? [[record.kind, record.fields.text]] : []));
    expect(events).toEqual([
      ['session.started', 'ada'],
      ['navigation', 'https://desk.example/orders'],
    ]);
  });

  test('lasts until it is stopped, however long the picture stood still', async () => {
    let elapsedMs = 0;
    const agent = await enrolAndStart({
      clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + elapsedMs },
    });
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(1);
    elapsedMs = 8_000;
    const records = await openStoredRecording(service, recordingIdOf(await session.stop()));
    expect(records.at(-1)).toMatchObject({ type: 'end' });
    expect(records.at(-1)?.timeMs).toBeGreaterThanOrEqual(8_000);
  });

  test('asks for no more than grants, uploads and what is stored while nobody watches', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, user: 'ada' });
    for (let number = 0; number < 3; number++) await source.draw(number);
    await session.stop();
    const grants = service.calls.filter((call) => call === 'grantUploads').length;
    expect(grants).toBeGreaterThan(0);
    const ofUploads = new Set(service.calls.slice(service.calls.indexOf('grantUploads')));
    ofUploads.delete('reportSessions');
    expect(ofUploads).toEqual(new Set(['grantUploads', 'PUT', 'getCommits']));
  });

  test('leaves nothing on this host once the service has stored it', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(1);
    await session.stop();
    expect(agent.budget.usedBytes).toBe(0);
    expect(agent.deliveryLoop.progress()).toEqual([]);
  });

  test('records nothing, and says why, when the policy says not to', async () => {
    service.action = 'do-not-record';
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await expect(session.finished).resolves.toEqual({ kind: 'not-recorded', reason: 'Nobody is recorded.' });
    expect(service.calls).not.toContain('beginRecording');
  });

  test('AGT-001: is none on a host that is switched off, and the policy is not asked; it is on until then', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(1);
    await session.begun;
    await agent.settings.change({ isRecordingEnabled: false });
    await expect(session.finished).resolves.toMatchObject({ endReason: 'recording-disabled', isStored: true });
    const asked = service.calls.length;
    const another = await agent.recordSession({ source: new PatternSource() });
    await expect(another.finished).resolves.toMatchObject({ kind: 'not-recorded' });
    expect(service.calls).toHaveLength(asked);
    await agent.settings.change({ isRecordingEnabled: true });
    const again = await agent.recordSession({ source: new PatternSource() });
    expect(again.decision?.action).toBe('record-without-notification');
    await again.stop();
  });

  test('numbers the recordings of a device and names the head of the one before', async () => {
    const agent = await enrolAndStart();
    const begins: Record<string, unknown>[] = [];
    for (let number = 0; number < 2; number++) {
      const source = new PatternSource();
      const session = await agent.recordSession({ source });
      await source.draw(number);
      const stored = service.recordings.get(recordingIdOf(await session.stop()));
      if (stored) begins.push(stored.begin);
    }
    expect(begins.map((begin) => begin.deviceCounter)).toEqual([1, 2]);
    expect(agent.deviceState.values).toMatchObject({ recordingCounter: 2, previousRecordingHead: expect.any(String) });
  });

  test('AGT-021: is refused without an answer from the service, unless told to record on error', async () => {
    const agent = await enrolAndStart();
    service.isDown = true;
    await expect(agent.recordSession({ source: new PatternSource(), decideWithinMs: 0 })).rejects.toThrow(
      'cannot be reached',
    );
    const source = new PatternSource();
    const session = await agent.recordSession({ source, decideWithinMs: 0, recordOnError: true });
    await source.draw(1);
    service.isDown = false;
    const outcome = await session.stop();
    expect(outcome).toMatchObject({ kind: 'recorded', isStored: true });
    expect(service.sessions.size).toBe(1);
  });

  test('is dropped when the service, asked late, says not to record', async () => {
    const agent = await enrolAndStart();
    service.isDown = true;
    const source = new PatternSource();
    const session = await agent.recordSession({ source, decideWithinMs: 0, recordOnError: true });
    await source.draw(1);
    service.action = 'do-not-record';
    service.isDown = false;
    await expect(session.finished).resolves.toMatchObject({ kind: 'not-recorded' });
    await pollUntil('the spool is empty', () => agent.budget.usedBytes === 0);
    expect(service.recordings.size).toBe(0);
  });
});

describe('faults', () => {
  test('TRN-002: an outage loses nothing; everything is delivered in order afterwards', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50 });
    await source.draw(0);
    const recordingId = await session.begun;
    if (!recordingId) throw new Error('nothing was recorded');
    await pollUntil('a first segment is stored', () => (service.recordings.get(recordingId)?.segments.size ?? 0) > 0);
    service.isDown = true;
    for (let number = 1; number < 4; number++) await source.draw(number);
    await pollUntil('delivery has failed', () => agent.deliveryLoop.lastError !== undefined);
    service.isDown = false;
    const outcome = await session.stop();
    expect(outcome).toMatchObject({ isStored: true });
    const screens = decodeScreen(await openStoredRecording(service, recordingId));
    expect(screens.map((moment) => moment.pixels)).toEqual([0, 1, 2, 3].map((number) => patternOf(number, size)));
  });

  test('a stored mark alone frees the spool: what was only uploaded is kept', async () => {
    const agent = await enrolAndStart();
    service.doesCommit = false;
    const source = new PatternSource();
    const session = await agent.recordSession({ source, deliverWithinMs: 1_500 });
    await source.draw(1);
    const outcome = await session.stop();
    expect(outcome).toMatchObject({ kind: 'recorded', isStored: false });
    expect(service.calls).toContain('PUT');
    expect(agent.budget.usedBytes).toBeGreaterThan(0);
    service.doesCommit = true;
    await expect(agent.flush(10_000)).resolves.toBe(true);
    expect(agent.budget.usedBytes).toBe(0);
  });

  test('a revoked agent stops and keeps what it has', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50 });
    await source.draw(1);
    await session.begun;
    service.isRevoked = true;
    await source.draw(2);
    await expect(session.finished).resolves.toMatchObject({ endReason: 'agent-not-trusted', isStored: false });
    expect(agent.budget.usedBytes).toBeGreaterThan(0);
  });

  test('the grant of an upload says what is stored of those before: a steady recording asks for nothing else', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 300 });
    let number = 1;
    await source.draw(number);
    await session.begun;
    await pollUntil('ten uploads were made', async () => {
      await source.draw(++number);
      return service.calls.filter((call) => call === 'PUT').length >= 10;
    });
    expect(service.calls).not.toContain('getCommits');
    expect(agent.deliveryLoop.progress()[0]?.contiguousSequence).toBeGreaterThan(0);
    expect(await session.stop()).toMatchObject({ isStored: true });
  });

  test('an API that forbids without saying why is tried again, with new tokens, and nothing is lost', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50, deliverWithinMs: 20_000 });
    await source.draw(1);
    await session.begun;
    service.isForbidding = true;
    await source.draw(2);
    // Two tokens a try: more tries than an agent makes before it believes that it is not trusted.
    await pollUntil('it was forbidden again and again', () => service.refusedTokens > 6, 15_000);
    service.isForbidding = false;
    expect(await session.stop()).toMatchObject({ kind: 'recorded', isStored: true });
    expect(agent.deliveryLoop.isUntrusted).toBe(false);
  });

  test('a host clock that is an hour off is noticed and told, and stops nothing', async () => {
    service.clockAheadMs = 3_600_000;
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(1);
    const recordingId = recordingIdOf(await session.stop());
    const offsetMs = Number(service.recordings.get(recordingId)?.begin.clockOffsetMs);
    expect(Math.abs(offsetMs + 3_600_000)).toBeLessThan(5_000);
  });

  test('a rejected segment is reported and not sent again', async () => {
    const agent = await enrolAndStart();
    service.rejectSequences.add(1);
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50, deliverWithinMs: 5_000 });
    await source.draw(1);
    await pollUntil('it is reported', () => agent.deliveryLoop.progress()[0]?.rejectedCount === 1);
    await session.stop();
    expect(service.uploadedKeys.length).toBeGreaterThan(1);
    expect(service.uploadedKeys.filter((key) => /\/1-[^/]+$/.test(key))).toHaveLength(1);
  });

  test('TRN-005, AGT-005: what was not stored within the message life is discarded, and the recording is given up', async () => {
    const agent = await enrolAndStart({ messageLifeMs: 1_000 });
    service.doesCommit = false;
    const source = new PatternSource();
    const session = await agent.recordSession({ source, deliverWithinMs: 10_000 });
    await source.draw(1);
    expect(await session.stop()).toMatchObject({ isStored: false });
    expect(agent.budget.usedBytes).toBe(0);
    expect(agent.deliveryLoop.progress()).toEqual([]);
  });

  test('an upload that was lost is sent again, though newer ones go on being sent', async () => {
    let leaptMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + leaptMs };
    const uploaded: string[] = [];
    const notingFetch: typeof fetch = (input, init) => {
      if (init?.method === 'PUT') uploaded.push(String(input));
      return fetch(input, init);
    };
    const agent = await enrolAndStart({ clock, fetch: notingFetch });
    service.doesCommit = false;
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50, deliverWithinMs: 0 });
    for (const number of [0, 1, 2]) {
      const before = uploaded.length;
      await source.draw(number);
      await pollUntil('it is uploaded', () => uploaded.length > before);
      leaptMs += 70_000;
    }
    const beginsWithFirst = (url: string) => /\/1-[^/]+$/.test(url);
    await pollUntil('the first is uploaded again', () => uploaded.filter(beginsWithFirst).length > 1, 5_000);
    await session.stop();
  });

  test('a recording that the service has lost is announced once more', async () => {
    const agent = await enrolAndStart();
    let refusals = 1;
    service.problemOf = (operationId) =>
      operationId === 'grantUploads' && refusals-- > 0 ? 'recording-not-found' : undefined;
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
    expect(service.calls.filter((call) => call === 'beginRecording')).toHaveLength(2);
  });

  test('a session ends when the service has closed its recording, and says so', async () => {
    const agent = await enrolAndStart();
    service.problemOf = (operationId) => (operationId === 'grantUploads' ? 'recording-ended' : undefined);
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50 });
    await source.draw(1);
    await expect(session.finished).resolves.toMatchObject({ endReason: 'recording-ended', isStored: false });
  });

  test('TRN-003: with a full spool pixels stop, events go on, and the gap is declared when there is room again', async () => {
    const agent = await enrolAndStart({ spoolLimitBytes: 8 * 1024 * 1024 });
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(0);
    const usedByOthersBytes = 7 * 1024 * 1024;
    agent.budget.take(usedByOthersBytes);
    for (const number of [1, 2]) await source.draw(number);
    source.notice({ kind: 'title', text: 'While the spool was full' });
    agent.budget.free(usedByOthersBytes);
    await source.draw(3);
    const records = await openStoredRecording(service, recordingIdOf(await session.stop()));
    expect(records.find((record) => record.type === 'gap')).toMatchObject({ reason: 'spool-full', lostCount: 2 });
    expect(records.some((record) => record.type === 'event' && record.kind === 'title')).toBe(true);
    expect(decodeScreen(records).map((moment) => moment.pixels)).toEqual([patternOf(0, size), patternOf(3, size)]);
    expect(records.filter((record) => record.type === 'screen').map((record) => record.isKeyImage)).toEqual([
      true,
      true,
    ]);
  });

  test('what was damaged while the spool was full is recorded with the next picture, wherever that one is damaged', async () => {
    const agent = await enrolAndStart({ spoolLimitBytes: 8 * 1024 * 1024 });
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    await source.draw(0);
    const usedByOthersBytes = 7 * 1024 * 1024;
    agent.budget.take(usedByOthersBytes);
    await source.draw(1);
    agent.budget.free(usedByOthersBytes);
    await source.draw(1, size, []);
    const records = await openStoredRecording(service, recordingIdOf(await session.stop()));
    expect(decodeScreen(records).at(-1)?.pixels).toEqual(patternOf(1, size));
  });

  test('a screen that falls still while the spool is full is recorded as it is once there is room', async () => {
    const agent = await enrolAndStart({ spoolLimitBytes: 8 * 1024 * 1024 });
    const source = new PatternSource();
    const session = await agent.recordSession({ source, uploadIntervalMs: 50 });
    await source.draw(0);
    const recordingId = await session.begun;
    if (!recordingId) throw new Error('nothing was recorded');
    const usedByOthersBytes = 7 * 1024 * 1024;
    agent.budget.take(usedByOthersBytes);
    await source.draw(1);
    agent.budget.free(usedByOthersBytes);
    const screens = async () => decodeScreen(await openStoredRecording(service, recordingId));
    await pollUntil('the first picture is stored', () => service.recordings.get(recordingId)?.segments.has(1) ?? false);
    await pollUntil('the still picture is stored', async () => (await screens()).length === 2);
    expect((await screens()).at(-1)?.pixels).toEqual(patternOf(1, size));
    await session.stop();
  });
});

describe('the death of the agent', () => {
  test('an agent that dies leaves a recording that the next run signs off and delivers', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource();
    const session = await agent.recordSession({ source });
    for (let number = 0; number < 3; number++) await source.draw(number);
    const recordingId = await session.begun;
    if (!recordingId) throw new Error('nothing was recorded');
    const next = await startAgent({ dataDirectory: await copyAsOfNow() });
    await expect(next.flush(10_000)).resolves.toBe(true);
    const records = await openStoredRecording(service, recordingId);
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'agent-died' });
    expect(decodeScreen(records).map((moment) => moment.pixels)).toEqual(
      [0, 1, 2].map((number) => patternOf(number, size)),
    );
  });

  test('a recording goes on, after a declared gap and with a key image, when the next run finds the same screen', async () => {
    const agent = await enrolAndStart();
    const source = new PatternSource('same-browser');
    const session = await agent.recordSession({ source });
    await source.draw(0);
    const recordingId = await session.begun;
    const next = await startAgent({ dataDirectory: await copyAsOfNow() });
    const sameSource = new PatternSource('same-browser');
    const resumed = await next.recordSession({ source: sameSource });
    await sameSource.draw(1);
    const outcome = await resumed.stop();
    expect(recordingIdOf(outcome)).toBe(recordingId);
    const records = await openStoredRecording(service, recordingIdOf(outcome));
    const types = records.filter((record) => record.type === 'gap' || record.type === 'screen');
    expect(types).toMatchObject([
      { type: 'screen', isKeyImage: true },
      { type: 'gap', reason: 'agent-died' },
      { type: 'screen', isKeyImage: true },
    ]);
    expect(service.sessions.size).toBe(1);
  });

  test('recordings of several screens all go on, when the next run says that it will record them all', async () => {
    const agent = await enrolAndStart();
    const begun: unknown[] = [];
    for (const target of ['first', 'second']) {
      const source = new PatternSource(target);
      const session = await agent.recordSession({ source });
      await source.draw(0);
      begun.push(await session.begun);
    }
    const next = await startAgent({ dataDirectory: await copyAsOfNow() });
    const resumed: unknown[] = [];
    for (const target of ['first', 'second']) {
      const source = new PatternSource(target);
      const session = await next.recordSession({ source, otherTargets: ['first', 'second'] });
      await source.draw(1);
      resumed.push(await session.begun);
    }
    expect(resumed).toEqual(begun);
  });

  test('two processes cannot work in one directory', async () => {
    await enrolAndStart();
    await expect(createAgent({ dataDirectory: directory })).rejects.toThrow('another agent process holds');
  });
});
