import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { systemClock } from '../src/time/clock.ts';
import type { ContractService } from './contract-service.ts';
import { PatternSource, patternOf } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { SpokenNotices } from './spoken-notices.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(60_000);

const size = { width: 64, height: 48 };
const hourMs = 3_600_000;

let stage: SessionStage;
let service: ContractService;
let agent: Agent;
let source: PatternSource;
let notices: SpokenNotices;
let leaptMs: number;

beforeEach(async () => {
  stage = await SessionStage.open();
  service = stage.service;
  leaptMs = 0;
  const { bootMs: _neverSleeps, ...clock } = systemClock;
  agent = await stage.startAgent({
    clock: { ...clock, monotonicMs: () => systemClock.monotonicMs() + leaptMs },
    leastPauseMs: 100 * hourMs,
  });
  source = new PatternSource('pattern', () => performance.now() + leaptMs);
  notices = new SpokenNotices();
});
afterEach(() => stage.close());

const startSession = () => agent.recordSession({ source, notices, staysUnrecorded: true, uploadIntervalMs: 50 });

async function recordsOf(outcome: Awaited<ReturnType<Awaited<ReturnType<typeof startSession>>['stop']>>) {
  if (outcome.kind !== 'recorded') throw new Error('nothing was recorded');
  expect(outcome.isStored).toBe(true);
  return openStoredRecording(service, outcome.recordingId);
}

async function obey(commandId: string) {
  await pollUntil('it is settled', () => service.settled.has(commandId));
  return service.settled.get(commandId);
}

describe('a recording of events alone', () => {
  beforeEach(() => {
    service.action = 'record-events-without-notification';
  });

  test('POL-029: holds what was noticed and no pixel, and is announced as that', async () => {
    const session = await startSession();
    const recordingId = await session.begun;
    await source.draw(1);
    source.notice({ kind: 'title', text: 'Payroll' });
    const records = await recordsOf(await session.stop());
    expect(source.extents).toEqual(['events']);
    expect(new Set(records.map(({ type }) => type))).toEqual(new Set(['event', 'end']));
    expect(records.flatMap((record) => (record.type === 'event' ? [record.fields.text] : []))).toContain('Payroll');
    expect(service.recordings.get(recordingId ?? '')?.begin).toMatchObject({ content: 'events', ...size });
  });

  test('POL-028: its user is told first where the rule says so', async () => {
    service.action = 'record-events-with-notification';
    service.notice = makeNotice();
    const session = await startSession();
    await session.begun;
    expect(notices.shown).toHaveLength(1);
    expect(source.extents).toEqual(['nothing', 'events']);
  });

  test('DYN-007: an administrator adds the screen, and the recording goes on with a key image', async () => {
    const session = await startSession();
    const recordingId = await session.begun;
    await source.draw(1);
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    const answer = await obey(service.command('start', session.sessionId));
    expect(answer).toMatchObject({ state: 'done', recording: { recordingId, content: 'screen' } });
    await source.draw(2);
    const outcome = await session.stop();
    expect(outcome).toMatchObject({ recordingId });
    const records = await recordsOf(outcome);
    const screens = records.filter((record) => record.type === 'screen');
    expect(screens[0]).toMatchObject({ isKeyImage: true });
    expect(decodeScreen(records).at(-1)?.pixels).toEqual(patternOf(2, size));
  });

  test('goes on in new files too, though no picture ever comes', async () => {
    const session = await startSession();
    await session.begun;
    source.notice({ kind: 'title', text: 'Morning' });
    await pollUntil('it is stored', () => [...service.recordings.values()].some(({ segments }) => segments.size > 0));
    leaptMs = 13 * hourMs;
    source.notice({ kind: 'title', text: 'Evening' });
    await pollUntil('it is asked about', () => service.reviews.length === 1);
    expect(service.reviews[0]).toMatchObject({ fileNumber: 2 });
  });
});

describe('when the recording goes on in a new file', () => {
  /** @returns a session whose recording has just begun its second file */
  async function rollOver(before: () => void = () => undefined) {
    const session = await startSession();
    await source.draw(1);
    await session.begun;
    await pollUntil('it is stored', () => [...service.recordings.values()].some(({ segments }) => segments.size > 0));
    // What still waits when the clock leaps would be too old to be sent.
    await pollUntil('all of it', () =>
      agent.deliveryLoop.progress().every(({ spooledSegments }) => spooledSegments === 0),
    );
    before();
    leaptMs = 13 * hourMs;
    await source.draw(2);
    return session;
  }
  const isReviewed = () => pollUntil('it is asked about', () => service.reviews.length > 0);

  test('POL-062, POL-064: it stops when the policy that is active now does not record', async () => {
    service.reviewOutcome = 'stop';
    const session = await rollOver();
    await pollUntil(
      'it has stopped',
      () => agent.sessions.status(session.sessionId)?.recording.status === 'not-recorded',
    );
    const records = await recordsOf(await session.stop());
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'stopped-by-policy' });
    expect(service.reviews[0]).toMatchObject({ fileNumber: 2, sessionId: session.sessionId });
  });

  test('POL-063: it goes on and its user is told, without being asked for consent', async () => {
    service.reviewOutcome = 'go-on-and-tell';
    const session = await rollOver(() => {
      service.action = 'record-with-notification';
      service.notice = makeNotice({ requiresConsent: true });
    });
    await pollUntil('its user is told', () => notices.shown.length === 1);
    expect(notices.shown).toEqual([makeNotice()]);
    expect(agent.sessions.status(session.sessionId)?.recording.status).toBe('recording');
  });

  test('POL-060: it goes on under the decision that it has while nobody answers, and asks again', async () => {
    const session = await rollOver(() => {
      service.isDown = true;
    });
    await pollUntil('delivery has failed', () => agent.deliveryLoop.lastError !== undefined);
    expect(agent.sessions.status(session.sessionId)?.recording.status).toBe('recording');
    service.isDown = false;
    await isReviewed();
    expect(agent.sessions.status(session.sessionId)?.recording.status).toBe('recording');
  });

  test('A14: the options of the new decision are in force from then on', async () => {
    const session = await rollOver(() => {
      service.action = 'record-events-without-notification';
    });
    await isReviewed();
    await pollUntil('no pictures are taken', () => source.extents.at(-1) === 'events');
    await source.draw(3);
    source.notice({ kind: 'title', text: 'Unseen' });
    const records = await recordsOf(await session.stop());
    expect([...service.recordings.values()].map(({ begin }) => begin.content)).toEqual(['screen']);
    expect(records.map(({ type }) => type)).toContain('screen');
    expect(decodeScreen(records).map(({ pixels }) => pixels)).toEqual([1, 2].map((number) => patternOf(number, size)));
    const at = records.findIndex((record) => record.type === 'block-begin' && record.reason === 'events-only');
    expect(records.slice(at).some((record) => record.type === 'event')).toBe(true);
  });

  test('what an administrator began is not asked about', async () => {
    service.action = 'do-not-record';
    const session = await startSession();
    await source.draw(1);
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    await obey(service.command('start', session.sessionId));
    await pollUntil('it is stored', () => [...service.recordings.values()].some(({ segments }) => segments.size > 0));
    leaptMs = 13 * hourMs;
    await source.draw(2);
    await session.stop();
    expect(service.reviews).toEqual([]);
  });
});
