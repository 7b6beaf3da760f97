import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import type { RecordedSession, RecordSessionOptions } from '../src/sessions/recorded-session.ts';
import type { ContractService } from './contract-service.ts';
import { PatternSource } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { SpokenNotices } from './spoken-notices.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';

jest.setTimeout(60_000);

/** By itself delivery looks for work every 30 s. */
const storedAtOnceMs = 15_000;

let stage: SessionStage;
let service: ContractService;
let agent: Agent;
let source: PatternSource;
let notices: SpokenNotices;

beforeEach(async () => {
  stage = await SessionStage.open();
  service = stage.service;
  agent = await stage.startAgent();
  source = new PatternSource();
  notices = new SpokenNotices();
});
afterEach(() => stage.close());

async function startSession(options: Partial<RecordSessionOptions> = {}): Promise<RecordedSession> {
  return agent.recordSession({ source, notices, staysUnrecorded: true, uploadIntervalMs: 50, ...options });
}

const channelIsOpen = () => pollUntil('the channel is open', () => service.sockets.size === 1);
const reportOf = ({ sessionId }: RecordedSession) => service.reported.get(sessionId);
const isReportedAs = (session: RecordedSession, status: string) =>
  pollUntil(`reported as ${status}`, () => reportOf(session)?.recording.status === status);

async function settled(commandId: string) {
  await pollUntil('the command is settled', () => service.settled.has(commandId));
  return service.settled.get(commandId);
}

async function command(action: 'start' | 'stop', session: RecordedSession, notice?: ReturnType<typeof makeNotice>) {
  return settled(service.command(action, session.sessionId, notice && { notice }));
}

describe('a session that the policy does not record', () => {
  beforeEach(() => {
    service.action = 'do-not-record';
  });

  test('is known to the service until it ends, and nothing of its screen is captured', async () => {
    const session = await startSession();
    await source.draw(1);
    await isReportedAs(session, 'not-recorded');
    expect(source.extents).toEqual(['nothing']);
    source.lose();
    await expect(session.finished).resolves.toEqual({ kind: 'not-recorded', reason: 'source-lost' });
    await pollUntil('its end is reported', () => reportOf(session)?.hasEnded === true);
    expect(service.recordings.size).toBe(0);
  });

  test('DYN-001, DYN-008: an administrator starts it and stops it, which is confirmed and reported', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    const started = await command('start', session);
    expect(started).toMatchObject({ state: 'done', recording: { status: 'recording', initiator: 'administrator' } });
    const recordingId = started?.recording.recordingId;
    await isReportedAs(session, 'recording');
    await source.draw(2);
    expect(await command('stop', session)).toEqual({ state: 'done', recording: { status: 'not-recorded' } });
    await isReportedAs(session, 'not-recorded');
    await source.draw(3);
    if (!recordingId) throw new Error('no recording');
    await pollUntil('it is stored', () => agent.deliveryLoop.progress().length === 0);
    const records = await openStoredRecording(service, recordingId);
    expect(decodeScreen(records)).toHaveLength(2);
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'stopped-by-administrator' });
    expect(service.recordings.get(recordingId)?.begin).toMatchObject({ initiator: 'administrator', content: 'screen' });
    expect(service.recordings.get(recordingId)?.begin.commandId).toMatch(/^cmd_/);
  });

  test('DYN-006: its user is told before the first picture, with the text that came with the command', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    await command('start', session, makeNotice({ requiresConsent: true }));
    expect(notices.shown).toEqual([makeNotice()]);
    await pollUntil('it is on record', () => service.noticeReports.length > 0);
    expect(service.noticeReports[0]).toMatchObject({
      sessionId: session.sessionId,
      answer: 'shown',
      messagesVersion: 3,
    });
  });

  test('DYN-006: its user is told nothing when the administrator says so', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    expect(await command('start', session)).toMatchObject({ state: 'done' });
    expect(notices.shown).toEqual([]);
  });

  test('hears of a command by its report where no channel can be had', async () => {
    service.hasChannel = false;
    const session = await startSession();
    await source.draw(1);
    const commandId = service.command('start', session.sessionId, { waits: true });
    agent.sessions.noteChange();
    expect(await settled(commandId)).toMatchObject({ state: 'done', recording: { status: 'recording' } });
    agent.sessions.noteChange();
    await pollUntil('it is reported again', () => reportOf(session)?.recording.status === 'recording');
    expect(service.recordings.size).toBeLessThanOrEqual(1);
  });

  test('DYN-011: is not started on a host whose settings forbid it, and is again once they allow it', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    await agent.settings.change({ dynamicControlAllowed: false });
    await pollUntil('the channel is shut', () => service.sockets.size === 0);
    const commandId = service.command('start', session.sessionId, { waits: true });
    agent.sessions.noteChange();
    expect(await settled(commandId)).toMatchObject({ state: 'refused', recording: { status: 'not-recorded' } });
    service.pending.length = 0;
    await agent.settings.change({ dynamicControlAllowed: true });
    await channelIsOpen();
    expect(await command('start', session)).toMatchObject({ state: 'done' });
  });
});

describe('a session that the policy records', () => {
  test('DYN-018: an administrator stops it, and it stays known without being recorded again by itself', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    await session.begun;
    expect(await command('stop', session)).toMatchObject({ state: 'done' });
    await source.draw(2);
    expect(agent.sessions.status(session.sessionId)?.recording).toEqual({ status: 'not-recorded' });
    const again = await command('start', session);
    expect(again).toMatchObject({ state: 'done', recording: { status: 'recording' } });
    await expect(session.stop()).resolves.toMatchObject({
      kind: 'recorded',
      recordingId: again?.recording.recordingId,
    });
    expect(service.recordings.size).toBe(2);
  });

  test('a start of what is recorded already changes nothing, and says so', async () => {
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    const recordingId = await session.begun;
    const answer = await command('start', session);
    expect(answer).toMatchObject({ state: 'done', reason: expect.any(String), recording: { recordingId } });
  });

  test('ends with its recording where it is recorded in the foreground', async () => {
    const session = await startSession({ staysUnrecorded: false });
    await channelIsOpen();
    await source.draw(1);
    await session.begun;
    await command('stop', session);
    await expect(session.finished).resolves.toMatchObject({ endReason: 'stopped-by-administrator', isStored: true });
  });

  test('a command for a session that is not there is refused', async () => {
    const session = await startSession();
    await channelIsOpen();
    const other = session.sessionId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await settled(service.command('start', other))).toMatchObject({ state: 'refused' });
  });
});

describe('control by the user', () => {
  test('USR-002: is refused unless the rule allows it', async () => {
    service.action = 'do-not-record';
    const session = await startSession();
    await expect(agent.sessions.startByUser(session.sessionId)).resolves.toMatchObject({ outcome: 'not-allowed' });
    expect(source.extents).toEqual(['nothing']);
  });

  test('USR-001, USR-008, USR-009: the user starts and stops a recording of their own', async () => {
    service.action = 'do-not-record';
    service.ruleOptions = { allowsUserInitiated: true };
    const session = await startSession();
    await source.draw(1);
    const started = await agent.sessions.startByUser(session.sessionId);
    expect(started).toMatchObject({
      outcome: 'started',
      session: { recording: { status: 'recording', initiator: 'user' } },
    });
    const stopped = await agent.sessions.stopByUser(session.sessionId);
    expect(stopped).toMatchObject({ outcome: 'stopped', session: { recording: { status: 'not-recorded' } } });
    await pollUntil('it is stored', () => agent.deliveryLoop.progress().length === 0);
    expect([...service.recordings.values()].map(({ begin }) => begin.initiator)).toEqual(['user']);
  });

  test('USR-005: what the user has stopped is signed off and stored at once, however rarely uploads are made', async () => {
    service.action = 'do-not-record';
    service.ruleOptions = { allowsUserInitiated: true };
    const session = await startSession({ uploadIntervalMs: 3_600_000 });
    await source.draw(1);
    const started = await agent.sessions.startByUser(session.sessionId);
    const recordingId = started.session?.recording.recordingId;
    if (!recordingId) throw new Error('nothing is recorded');
    await source.draw(2);
    await agent.sessions.stopByUser(session.sessionId);
    await pollUntil('it is stored', () => agent.deliveryLoop.progress().length === 0, storedAtOnceMs);
    const records = await openStoredRecording(service, recordingId);
    expect(decodeScreen(records)).toHaveLength(2);
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'stopped-by-user' });
    expect(agent.sessions.status(session.sessionId)?.recording.status).toBe('not-recorded');
  });

  test('USR-008, USR-018: what the policy records goes on, whatever the user wants', async () => {
    service.ruleOptions = { allowsUserInitiated: true };
    const session = await startSession();
    await source.draw(1);
    await session.begun;
    const { sessionId } = session;
    await expect(agent.sessions.startByUser(sessionId)).resolves.toMatchObject({ outcome: 'already-recorded' });
    await expect(agent.sessions.stopByUser(sessionId)).resolves.toMatchObject({
      outcome: 'not-started-by-user',
      session: { recording: { status: 'recording', initiator: 'policy' } },
    });
  });

  test('POL-037: an administrator takes over what the user began, and the user can stop it no more', async () => {
    service.action = 'do-not-record';
    service.ruleOptions = { allowsUserInitiated: true };
    const session = await startSession();
    await channelIsOpen();
    await source.draw(1);
    const { sessionId } = session;
    await agent.sessions.startByUser(sessionId);
    expect(await command('start', session)).toMatchObject({ recording: { initiator: 'administrator' } });
    await expect(agent.sessions.stopByUser(sessionId)).resolves.toMatchObject({ outcome: 'not-started-by-user' });
    await command('stop', session);
    await expect(agent.sessions.startByUser(sessionId)).resolves.toMatchObject({ outcome: 'stopped-by-administrator' });
  });
});
