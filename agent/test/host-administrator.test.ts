import type { SessionId } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { ControlSockets, type SessionDoor } from '../src/control/control-sockets.ts';
import { silentLogger } from '../src/log/logger.ts';
import type { RecordSessionOptions } from '../src/sessions/recorded-session.ts';
import type { ContractService } from './contract-service.ts';
import { PatternSource } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { SpokenNotices } from './spoken-notices.ts';
import { typeSessionCommand } from './typed-command.ts';

jest.setTimeout(120_000);

const root = 0;
const serviceAccount = 990;
const patientMs = 30_000;

let stage: SessionStage;
let service: ContractService;
let agent: Agent;
let sockets: ControlSockets;

beforeEach(async () => {
  stage = await SessionStage.open();
  service = stage.service;
  service.action = 'do-not-record';
  agent = await stage.startAgent();
});
afterEach(async () => {
  await sockets?.close();
  await stage?.close();
});

/** The agent's sockets as if its process ran under an account. */
async function openSockets(userId: number): Promise<void> {
  sockets = new ControlSockets({
    control: agent.sessions,
    dataDirectory: stage.directory,
    log: silentLogger,
    userId,
  });
  await sockets.openForAdministrators();
}

async function startSession(door: Partial<SessionDoor> = {}, options: Partial<RecordSessionOptions> = {}) {
  const source = new PatternSource(':7');
  const session = await agent.recordSession({
    ...{ source, staysUnrecorded: true, uploadIntervalMs: 50, user: 'ada' },
    ...options,
  });
  await source.draw(1);
  await sockets.openForSession({ sessionId: session.sessionId, place: ':7', ...door });
  return session.sessionId;
}

/** As an administrator types it at the host, who became root by sudo. */
const type = (...words: string[]) =>
  typeSessionCommand({ directory: stage.directory, environment: { SUDO_USER: 'grace' } }, ...words);
const recordingOf = (sessionId: SessionId) => agent.sessions.status(sessionId)?.recording;

describe('an administrator at the host', () => {
  test('USR-007: starts by its id what no policy and no user may record, and the service hears whose word that is', async () => {
    await openSockets(root);
    const sessionId = await startSession();
    await expect(type('list')).resolves.toEqual({ code: 0, output: `Not recorded  ${sessionId}  ada\n` });
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    const { output } = await type('list');
    expect(output).toBe(`Recording  ${sessionId}  ada, started by: administrator (grace)\n`);
    await pollUntil('it is announced', () => service.recordings.size === 1, patientMs);
    const [announced] = [...service.recordings.values()].map(({ begin }) => begin);
    expect(announced).toMatchObject({ sessionId, initiator: 'administrator', startedBy: 'grace' });
    expect(announced?.commandId).toBeUndefined();
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({ code: 5 });
  });

  test('ends what the policy records, and starts it again', async () => {
    service.action = 'record-without-notification';
    await openSockets(root);
    const sessionId = await startSession();
    await pollUntil('it is recorded', () => recordingOf(sessionId)?.status === 'recording', patientMs);
    await expect(type('stop', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    expect(recordingOf(sessionId)?.status).toBe('not-recorded');
    await expect(type('stop', '--session', sessionId)).resolves.toMatchObject({ code: 5 });
    await expect(agent.sessions.startByAdministrator(sessionId, 'grace')).resolves.toMatchObject({
      outcome: 'started',
      session: { recording: { initiator: 'administrator' } },
    });
  });

  test('does not start again what a command of the service has stopped, until another command starts it', async () => {
    await openSockets(root);
    const sessionId = await startSession();
    await pollUntil('the channel is open', () => service.sockets.size === 1, patientMs);
    const follow = async (action: 'start' | 'stop') => {
      const commandId = service.command(action, sessionId);
      await pollUntil('it is followed', () => service.settled.has(commandId), patientMs);
    };
    await follow('stop');
    await expect(agent.sessions.startByAdministrator(sessionId, 'grace')).resolves.toMatchObject({
      outcome: 'stopped-by-administrator',
    });
    await follow('start');
    await expect(agent.sessions.stopByAdministrator(sessionId, 'grace')).resolves.toMatchObject({ outcome: 'stopped' });
    await expect(agent.sessions.startByAdministrator(sessionId, 'grace')).resolves.toMatchObject({
      outcome: 'started',
    });
  });

  test('begins nothing while the user is being asked for consent', async () => {
    service.action = 'record-with-notification';
    service.notice = makeNotice({ requiresConsent: true });
    await openSockets(root);
    const notices = new SpokenNotices();
    const sessionId = await startSession({}, { notices });
    await pollUntil('the user is asked', () => notices.shown.length === 1, patientMs);
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({
      code: 5,
      output: expect.stringContaining('asked for consent'),
    });
    expect(service.recordings.size).toBe(0);
  });
});

describe('the user whose session an administrator at the host has recorded', () => {
  const notice = makeNotice({ title: 'Aufzeichnung', language: 'de' });
  const answersOf = (sessionId: SessionId) =>
    service.noticeReports
      .filter((report) => report.sessionId === sessionId)
      .map(({ answer, reason }) => [answer, ...(reason === undefined ? [] : [reason])]);

  test('DYN-006: is told before anything is recorded, with the text that came with the decision', async () => {
    service.hostStartNotice = notice;
    await openSockets(root);
    const notices = new SpokenNotices();
    const recordedBefore: unknown[] = [];
    const show = notices.show.bind(notices);
    notices.show = (...shown) => {
      recordedBefore.push(agent.sessions.list()[0]?.recording.status);
      return show(...shown);
    };
    const sessionId = await startSession({}, { notices });
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    expect(notices.shown).toEqual([notice]);
    expect(recordedBefore).toEqual(['not-recorded']);
    expect(recordingOf(sessionId)?.status).toBe('recording');
    notices.answer('dismissed');
    await pollUntil('it is on record', () => answersOf(sessionId).length === 2, patientMs);
    expect(answersOf(sessionId)).toEqual([['shown'], ['dismissed']]);
  });

  test('DYN-006: is not told where the administrator says so, and that is on record', async () => {
    service.hostStartNotice = notice;
    await openSockets(root);
    const notices = new SpokenNotices();
    const sessionId = await startSession({}, { notices });
    await expect(type('start', '--session', sessionId, '--without-notice')).resolves.toMatchObject({ code: 0 });
    expect(recordingOf(sessionId)?.status).toBe('recording');
    await pollUntil('it is on record', () => answersOf(sessionId).length === 1, patientMs);
    expect(answersOf(sessionId)).toEqual([['not-shown', 'an administrator at the host said so']]);
    expect(notices.shown).toEqual([]);
  });

  test('is recorded where there is no text to tell them, and that is on record', async () => {
    await openSockets(root);
    const notices = new SpokenNotices();
    const sessionId = await startSession({}, { notices });
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    await pollUntil('it is on record', () => answersOf(sessionId).length === 1, patientMs);
    expect(answersOf(sessionId)).toEqual([['not-shown', 'the service has sent no text']]);
  });

  test('is not recorded when the service stops it while they are being told', async () => {
    service.hostStartNotice = notice;
    await openSockets(root);
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const notices = new SpokenNotices();
    const show = notices.show.bind(notices);
    notices.show = async (...shown) => {
      await stopped;
      return show(...shown);
    };
    const sessionId = await startSession({}, { notices });
    await pollUntil('the channel is open', () => service.sockets.size === 1, patientMs);
    const started = agent.sessions.startByAdministrator(sessionId, 'grace');
    const commandId = service.command('stop', sessionId);
    await pollUntil('it is followed', () => service.settled.has(commandId), patientMs);
    resolve();
    await expect(started).resolves.toMatchObject({ outcome: 'stopped-by-administrator' });
    expect(recordingOf(sessionId)?.status).toBe('not-recorded');
  });
});

describe('who ended a recording at the host', () => {
  const stopOf = (sessionId: SessionId) => service.reported.get(sessionId)?.hostStop;

  test('USR-011: is told to the service with its reports, of which recording and when', async () => {
    await openSockets(root);
    const sessionId = await startSession();
    await type('start', '--session', sessionId);
    const recordingId = recordingOf(sessionId)?.recordingId;
    expect(recordingId).toBeDefined();
    await expect(type('stop', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    await pollUntil('it is reported', () => stopOf(sessionId) !== undefined, patientMs);
    expect(stopOf(sessionId)).toEqual({ by: 'administrator', account: 'grace', recordingId, at: expect.any(String) });
  });

  test('is told of a user too, and of a session that ends with its recording', async () => {
    service.ruleOptions = { allowsUserInitiated: true };
    service.action = 'record-without-notification';
    await openSockets(root);
    const own = await startSession({}, { staysUnrecorded: false });
    await pollUntil('it is recorded', () => recordingOf(own)?.status === 'recording', patientMs);
    await agent.sessions.stopByAdministrator(own, 'grace');
    await pollUntil('the end is reported', () => service.reported.get(own)?.hasEnded === true, patientMs);
    expect(stopOf(own)).toMatchObject({ by: 'administrator', account: 'grace' });
    service.action = 'do-not-record';
    const onDemand = await startSession();
    await agent.sessions.startByUser(onDemand);
    await agent.sessions.stopByUser(onDemand);
    await pollUntil('it is reported', () => stopOf(onDemand) !== undefined, patientMs);
    expect(stopOf(onDemand)).toMatchObject({ by: 'user', account: 'ada' });
  });
});

describe('whoever runs the agent', () => {
  test('USR-008: is no administrator of their own session, and stops only what they began', async () => {
    service.action = 'record-without-notification';
    await openSockets(serviceAccount);
    const sessionId = await startSession();
    await pollUntil('it is recorded', () => recordingOf(sessionId)?.status === 'recording', patientMs);
    await expect(type('stop', '--session', sessionId)).resolves.toMatchObject({ code: 5 });
    expect(recordingOf(sessionId)).toMatchObject({ status: 'recording', initiator: 'policy' });
  });

  test('is one of the sessions of others, as long as those last', async () => {
    await openSockets(serviceAccount);
    const sessionId = await startSession({ owner: { userId: 1_000, groupId: 1_000 } });
    await expect(type('start', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    expect(recordingOf(sessionId)).toMatchObject({ initiator: 'administrator', startedBy: 'grace' });
  });
});
