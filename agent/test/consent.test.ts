import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import type { RecordSessionOptions } from '../src/sessions/recorded-session.ts';
import type { ContractService } from './contract-service.ts';
import { PatternSource } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { SpokenNotices } from './spoken-notices.ts';
import { openStoredRecording } from './stored-screen.ts';

jest.setTimeout(60_000);

let stage: SessionStage;
let service: ContractService;
let agent: Agent;
let source: PatternSource;
let notices: SpokenNotices;
let declined: string[];

beforeEach(async () => {
  stage = await SessionStage.open();
  service = stage.service;
  service.action = 'record-with-notification';
  service.notice = makeNotice({ requiresConsent: true });
  agent = await stage.startAgent();
  source = new PatternSource();
  notices = new SpokenNotices();
  declined = [];
});
afterEach(() => stage.close());

const options = (): RecordSessionOptions => ({
  source,
  notices,
  uploadIntervalMs: 50,
  onDecline: async (sessionId) => {
    declined.push(sessionId);
  },
});
const answers = () => service.noticeReports.map(({ answer }) => answer);
const isShown = () => pollUntil('the notice is shown', () => notices.shown.length > 0);
const areReported = (count: number) => pollUntil('they are on record', () => service.noticeReports.length === count);

describe('a notice that needs consent', () => {
  test('NTF-002: nothing is captured until the user accepts, and then the session is recorded', async () => {
    const session = await agent.recordSession(options());
    await isShown();
    await source.draw(1);
    expect(source.extents).toEqual(['nothing']);
    notices.answer('accepted');
    await session.begun;
    expect(source.extents).toEqual(['nothing', 'screen']);
    await expect(session.stop()).resolves.toMatchObject({ kind: 'recorded', isStored: true });
    await areReported(2);
    expect(answers()).toEqual(['shown', 'accepted']);
    expect(declined).toEqual([]);
  });

  test('NTF-002, NTF-011: whoever declines is not recorded, their session is ended, and the answer is on record', async () => {
    const session = await agent.recordSession(options());
    await isShown();
    await source.draw(1);
    notices.answer('declined');
    await expect(session.finished).resolves.toMatchObject({ kind: 'declined' });
    expect(declined).toEqual([session.sessionId]);
    await areReported(2);
    expect(service.noticeReports[1]).toMatchObject({ answer: 'declined', language: 'en', messagesVersion: 3 });
    expect(service.recordings.size).toBe(0);
    expect(source.extents).toEqual(['nothing']);
  });

  test('where it cannot be shown, nothing is recorded, and the reason is on record', async () => {
    notices.failure = 'the display went dark';
    const session = await agent.recordSession(options());
    await expect(session.finished).resolves.toMatchObject({ kind: 'not-recorded' });
    await areReported(1);
    expect(service.noticeReports[0]).toMatchObject({ answer: 'not-shown', reason: 'the display went dark' });
    expect(declined).toEqual([]);
  });

  test('a session that ends before the answer is not recorded', async () => {
    const session = await agent.recordSession(options());
    await isShown();
    source.lose();
    await expect(session.finished).resolves.toEqual({ kind: 'not-recorded', reason: 'source-lost' });
  });

  test('an administrator has nothing recorded over the head of a user who is being asked', async () => {
    const session = await agent.recordSession({ ...options(), staysUnrecorded: true });
    await isShown();
    await pollUntil('the channel is open', () => service.sockets.size === 1);
    const commandId = service.command('start', session.sessionId);
    await pollUntil('it is settled', () => service.settled.has(commandId));
    expect(service.settled.get(commandId)).toMatchObject({ state: 'refused', recording: { status: 'not-recorded' } });
  });
});

describe('a notice that informs', () => {
  beforeEach(() => {
    service.notice = makeNotice();
  });

  test('NTF-001, NTF-003: the recording begins once it is shown and goes on when it is dismissed', async () => {
    const session = await agent.recordSession(options());
    await source.draw(1);
    await session.begun;
    expect(notices.shown).toEqual([makeNotice()]);
    notices.answer('dismissed');
    await areReported(2);
    expect(answers()).toEqual(['shown', 'dismissed']);
    await expect(session.stop()).resolves.toMatchObject({ kind: 'recorded' });
  });

  test('where it cannot be shown the session is recorded, and that is on record', async () => {
    const { notices: _none, ...without } = options();
    const session = await agent.recordSession(without);
    await source.draw(1);
    await session.begun;
    await areReported(1);
    expect(service.noticeReports[0]).toMatchObject({ answer: 'not-shown', reason: expect.any(String) });
  });

  test('NTF-010: a silent action shows nothing, whatever else the answer holds', async () => {
    service.action = 'record-without-notification';
    const session = await agent.recordSession(options());
    await source.draw(1);
    await session.begun;
    expect(notices.shown).toEqual([]);
  });

  test('what the service could not take is reported by the next run', async () => {
    const session = await agent.recordSession({ ...options(), deliverWithinMs: 0 });
    service.isDown = true;
    await source.draw(1);
    await session.begun;
    await stage.stopAgents();
    expect(answers()).toEqual([]);
    service.isDown = false;
    await stage.startAgent();
    await areReported(1);
    expect(answers()).toEqual(['shown']);
  });
});

describe('A24: a session that was recorded without an answer', () => {
  const recordBlind = async (more: Partial<RecordSessionOptions> = {}) => {
    service.isDown = true;
    const session = await agent.recordSession({ ...options(), recordOnError: true, decideWithinMs: 0, ...more });
    await source.draw(1);
    await session.begun;
    expect(notices.shown).toEqual([]);
    service.isDown = false;
    return session;
  };

  test('is told of late, and goes on, when the policy has it told of', async () => {
    service.notice = makeNotice();
    const session = await recordBlind();
    await isShown();
    const outcome = await session.stop();
    expect(outcome).toMatchObject({ kind: 'recorded', isStored: true });
  });

  test('is uploaded only once the user has agreed', async () => {
    const session = await recordBlind();
    await isShown();
    expect(service.calls).not.toContain('beginRecording');
    notices.answer('accepted');
    await pollUntil('it is announced', () => service.recordings.size === 1);
    await expect(session.stop()).resolves.toMatchObject({ isStored: true });
  });

  test('is dropped and ended when the user does not agree', async () => {
    const session = await recordBlind();
    await isShown();
    notices.answer('declined');
    await expect(session.finished).resolves.toMatchObject({ kind: 'declined' });
    await pollUntil('nothing is kept', () => agent.budget.usedBytes === 0);
    expect(declined).toEqual([session.sessionId]);
    expect(service.recordings.size).toBe(0);
  });

  test('loses its pictures when the policy records events alone, and goes on with those', async () => {
    service.action = 'record-events-without-notification';
    service.notice = undefined;
    const session = await recordBlind();
    await pollUntil('another is announced', () => service.recordings.size === 1);
    const outcome = await session.stop();
    if (outcome.kind !== 'recorded') throw new Error('nothing was recorded');
    const records = await openStoredRecording(service, outcome.recordingId);
    expect(records.some(({ type }) => type === 'screen')).toBe(false);
    expect(service.recordings.get(outcome.recordingId)?.begin).toMatchObject({ content: 'events' });
  });
});
