import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSegmentHeader } from '@afterimage/recording';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Agent, type AgentOptions, createAgent } from '../src/agent.ts';
import { enrolAgent } from '../src/enrol-agent.ts';
import { createJsonLogger } from '../src/log/logger.ts';
import type { RecordedSession } from '../src/sessions/recorded-session.ts';
import { systemClock } from '../src/time/clock.ts';
import { ContractService } from './contract-service.ts';
import { PatternSource, patternOf } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(60_000);

let service: ContractService;
let directory: string;
let agent: Agent;

beforeEach(async () => {
  service = new ContractService();
  await service.start();
  service.uploadIntervalSeconds = 60;
  directory = await mkdtemp(join(tmpdir(), 'afterimage-live-'));
  const token = 'enr_00000000000000000000000000.secret';
  await enrolAgent({ serverUrl: service.url, token, dataDirectory: directory });
});

afterEach(async () => {
  await agent.close();
  await service.stop();
  await rm(directory, { recursive: true });
});

async function recordPattern(options: Partial<AgentOptions> = {}) {
  agent = await createAgent({ dataDirectory: directory, ...options });
  const source = new PatternSource();
  const session = await agent.recordSession({ source });
  await source.draw(0);
  const recordingId = await session.begun;
  if (!recordingId) throw new Error('nothing is recorded');
  await pollUntil('the recording is announced', () => service.recordings.has(recordingId));
  return { source, session, recordingId };
}

const storedSegments = (recordingId: string) => [...(service.recordings.get(recordingId)?.segments.values() ?? [])];
const streamed = (recordingId: string) =>
  storedSegments(recordingId).filter((bytes) => parseSegmentHeader(bytes).flags.isStreaming);
const countOf = (call: string) => service.calls.filter((made) => made === call).length;

async function stopAndCompare(session: RecordedSession, source: PatternSource, drawn: readonly number[]) {
  const outcome = await session.stop();
  if (outcome.kind !== 'recorded') throw new Error('nothing was recorded');
  expect(outcome.isStored).toBe(true);
  const moments = decodeScreen(await openStoredRecording(service, outcome.recordingId));
  const size = { width: 64, height: 48 };
  expect(moments.map(({ pixels }) => pixels)).toEqual(drawn.map((number) => patternOf(number, size)));
  await source.stop();
}

describe('while somebody watches', () => {
  test('what was recorded so far goes out at once, and the rest in short segments, whatever the upload interval', async () => {
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    expect(storedSegments(recordingId)).toHaveLength(0);
    service.tellWatched(recordingId, 30_000);
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    await source.draw(1);
    await pollUntil('the next picture is stored', () => streamed(recordingId).length === 2);
    await stopAndCompare(session, source, [0, 1]);
  });

  test('a screen that stands still sends nothing', async () => {
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.tellWatched(recordingId, 1_200);
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    const grants = countOf('grantUploads');
    await pollUntil('nobody watches any more', () => agent.watches.segmentMsOf(recordingId) === undefined);
    expect(countOf('grantUploads')).toBe(grants);
    await stopAndCompare(session, source, [0]);
  });

  test('it ends when the last one has left: nothing more is sent before the interval is over', async () => {
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.tellWatched(recordingId, 30_000);
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    service.tellWatched(recordingId, 0);
    await pollUntil('nobody watches any more', () => agent.watches.segmentMsOf(recordingId) === undefined);
    const grants = countOf('grantUploads');
    await source.draw(1);
    await agent.deliveryLoop.drain(0);
    expect(countOf('grantUploads')).toBe(grants);
    await stopAndCompare(session, source, [0, 1]);
  });

  test('where no channel can be had, the agent hears of it by asking', async () => {
    service.hasChannel = false;
    const { source, session, recordingId } = await recordPattern({ watchPollMs: 100 });
    service.watchedUntil.set(recordingId, new Date(Date.now() + 30_000).toISOString());
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    await stopAndCompare(session, source, [0]);
  });

  test('a connection that breaks is made again with a new ticket, and what was missed is asked for', async () => {
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.watchedUntil.set(recordingId, new Date(Date.now() + 30_000).toISOString());
    for (const socket of service.sockets) socket.terminate();
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    await pollUntil('the channel is open again', () => service.sockets.size === 1);
    expect(countOf('openAgentChannel')).toBe(2);
    await stopAndCompare(session, source, [0]);
  });

  test('a host that records nothing holds no connection', async () => {
    const { source, session } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    await stopAndCompare(session, source, [0]);
    await pollUntil('the channel is shut', () => service.sockets.size === 0);
  });

  test('the log never holds a ticket', async () => {
    const lines: string[] = [];
    const { source, session, recordingId } = await recordPattern({
      log: createJsonLogger(systemClock, (line) => lines.push(line)),
    });
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.hasChannel = false;
    for (const socket of service.sockets) socket.terminate();
    await pollUntil('the failure is logged', () => lines.some((line) => line.includes('channel not open')));
    await stopAndCompare(session, source, [0]);
    expect(recordingId).toBeDefined();
    expect(lines.join('')).not.toMatch(/ticket/);
  });
});

describe('a slow line', () => {
  test('holds up no picture: short segments go up side by side', async () => {
    service.uploadMs = 1_000;
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.tellWatched(recordingId, 30_000);
    const drawn = [0];
    await pollUntil('two uploads were under way together', async () => {
      drawn.push(drawn.length);
      await source.draw(drawn.length - 1);
      return service.mostUploadsTogether >= 2;
    });
    expect(service.mostUploadsTogether).toBeLessThanOrEqual(9);
    service.uploadMs = 0;
    await stopAndCompare(session, source, drawn);
  });

  test('after an outage the line is caught up and streaming goes on', async () => {
    const { source, session, recordingId } = await recordPattern();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    service.tellWatched(recordingId, 60_000);
    await pollUntil('the first picture is stored', () => streamed(recordingId).length === 1);
    service.isDown = true;
    for (const number of [1, 2, 3]) await source.draw(number);
    await pollUntil('delivery has failed', () => agent.deliveryLoop.lastError !== undefined);
    service.isDown = false;
    await pollUntil('the live edge is stored', () => agent.deliveryLoop.progress()[0]?.spooledSegments === 0);
    const before = streamed(recordingId).length;
    await source.draw(4);
    await pollUntil('streaming goes on', () => streamed(recordingId).length > before);
    await stopAndCompare(session, source, [0, 1, 2, 3, 4]);
  });

  test('a large backlog goes up a few chunks at a time, the oldest among the first', async () => {
    const maxUploadBytes = 4 * 1024 * 1024;
    const { source, session, recordingId } = await recordPattern({ maxUploadBytes });
    const large = { width: 1_400, height: 1_000 };
    service.isDown = true;
    for (const number of [1, 2, 3, 4]) await source.draw(number, large);
    const stopped = session.stop();
    const progress = () => agent.deliveryLoop.progress()[0];
    await pollUntil('the recording has ended', () => progress()?.isEnded === true);
    expect(progress()?.spooledBytes).toBeGreaterThan(maxUploadBytes);
    service.uploadMs = 5_000;
    service.isDown = false;
    await pollUntil('two uploads are under way together', () => service.mostUploadsTogether >= 2);
    service.uploadMs = 0;
    await expect(stopped).resolves.toMatchObject({ isStored: true });
    expect(service.mostUploadsTogether).toBeLessThanOrEqual(3);
    const firstSequences = service.uploadedKeys.map((key) => Number(/(\d+)-[^-]*$/.exec(key)?.[1]));
    expect(firstSequences.slice(0, 3)).toContain(Math.min(...firstSequences));
    expect(storedSegments(recordingId).length).toBeGreaterThan(5);
  });
});
