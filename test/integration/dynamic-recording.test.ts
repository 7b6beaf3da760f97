import { randomBytes } from 'node:crypto';
import {
  activateRecordingPolicy,
  beginRecording,
  type CommandNotice,
  commandRecording,
  getRecording,
  getRecordingCommand,
  getSession,
  getSessionRecordingStatus,
  listRecordingCommands,
  listSessions,
  makeRecordingCommandId,
  makeSessionId,
  type RecordingCommand,
  reportNotice,
  type SessionId,
  settleCommand,
} from '@afterimage/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChannelListener } from '../support/channel-listener.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { CommandedHost, notRecorded, recordedAs } from '../support/commanded-host.ts';
import { pollUntil } from '../support/poll-until.ts';
import { problemNameOf } from '../support/raw-call.ts';
import { people, type Stack, startStack } from '../support/stack.ts';
import { StoredTruth } from '../support/stored-truth.ts';

const ids = { nowMs: () => Date.now(), randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
const minuteMs = 60_000;
const deliveredWithinMs = 1000;

let stack: Stack;
let truth: StoredTruth;
let users = 0;

beforeAll(async () => {
  stack = await startStack();
  truth = new StoredTruth(stack);
});

afterAll(async () => {
  truth?.close();
  await stack?.close();
});

const administrator = () => stack.api(people.administrator);

/** A user that no other test has. */
const somebody = () => `user-${++users}`;

async function hostWithSession(user = somebody()) {
  const host = await CommandedHost.enrol(stack);
  return { host, user, sessionId: await host.startSession(user) };
}

async function command(action: 'start' | 'stop', target: { sessionIds: SessionId[] } | { user: string }, more = {}) {
  return administrator()(commandRecording, { body: { action, ...target, ...more } });
}

async function commandOne(action: 'start' | 'stop', sessionId: SessionId, more = {}): Promise<RecordingCommand> {
  const { commands } = await command(action, { sessionIds: [sessionId] }, more);
  const [given] = commands;
  if (given === undefined) throw new Error('no command was given');
  return given;
}

const statusOf = async (sessionId: SessionId) =>
  (await administrator()(getSessionRecordingStatus, { params: { sessionId } })).status;
const fateOf = async ({ commandId }: RecordingCommand) =>
  (await administrator()(getRecordingCommand, { params: { commandId } })).command;
function heardOf({ notices }: ChannelListener, { commandId }: RecordingCommand): CommandNotice | undefined {
  return notices.find((notice) => notice.kind === 'command' && notice.command.commandId === commandId) as
    | CommandNotice
    | undefined;
}

describe('targets of a command', () => {
  test('DYN-002, DYN-003, DYN-005: one session, several, and all active sessions of a user however it is written', async () => {
    const user = `Ada-${somebody()}`;
    const first = await hostWithSession(user);
    const second = await hostWithSession(user.toUpperCase());
    const ended = await first.host.startSession(user);
    await first.host.report(ended, notRecorded, true);
    const other = await hostWithSession();
    const both = [first.sessionId, second.sessionId];

    const listed = await administrator()(listSessions, { query: { user: user.toLowerCase() } });
    expect(new Set(listed.sessions.map(({ sessionId }) => sessionId))).toEqual(new Set(both));
    const all = await administrator()(listSessions, { query: { user, state: 'all' } });
    expect(new Set(all.sessions.map(({ sessionId }) => sessionId))).toEqual(new Set([...both, ended]));

    for (const action of ['start', 'stop'] as const) {
      const one = await command(action, { sessionIds: [first.sessionId] });
      expect(one.commands.map(({ sessionId }) => sessionId)).toEqual([first.sessionId]);
      const several = await command(action, { sessionIds: [first.sessionId, other.sessionId] });
      expect(several.commands.map(({ sessionId }) => sessionId)).toEqual([first.sessionId, other.sessionId]);
      const ofUser = await command(action, { user });
      expect(new Set(ofUser.commands.map(({ sessionId }) => sessionId))).toEqual(new Set(both));
    }
  });

  test('a session that is unknown or has ended gets no command, and the others get theirs', async () => {
    const { host, sessionId } = await hostWithSession();
    const ended = await host.startSession(somebody());
    await host.report(ended, notRecorded, true);
    const unknown = makeSessionId(ids);
    const { commands, refused } = await command('start', { sessionIds: [unknown, sessionId, ended] });
    expect(commands.map((given) => given.sessionId)).toEqual([sessionId]);
    expect(refused).toEqual([
      { sessionId: unknown, reason: 'no host has reported this session' },
      { sessionId: ended, reason: 'the session has ended' },
    ]);
    await expect(command('start', { user: 'nobody-here' })).rejects.toMatchObject({ kind: 'session-not-found' });
  });
});

describe('a start', () => {
  test('DYN-001, DYN-004, DYN-006, DYN-008: reaches the host over its socket within a second, is pending, then recording; what no policy records is recorded', async () => {
    await administrator()(activateRecordingPolicy, {
      body: { policyId: 'do-not-record', expectedActivePolicyId: 'record-everyone-without-notification' },
    });
    const { host, sessionId } = await hostWithSession();
    const channel = await host.listen();
    expect((await host.begin(sessionId, {})).answer.problem.type).toMatch(/recording-not-permitted$/);

    const given = await commandOne('start', sessionId);
    expect(given).toMatchObject({ state: 'pending', notifiesUser: true, requestedBy: people.administrator.username });
    expect(await statusOf(sessionId)).toBe('pending');
    const heard = await pollUntil('the command over the socket', () => heardOf(channel, given), deliveredWithinMs);
    expect(heard.command).toMatchObject({ action: 'start', sessionId, notice: { requiresConsent: false } });

    const recordingId = await host.followStart(heard.command);
    expect(await statusOf(sessionId)).toBe('recording');
    expect(await fateOf(given)).toMatchObject({ state: 'done', recordingId });
    const { recording } = await stack.api(people.reviewer)(getRecording, { params: { recordingId } });
    expect(recording).toMatchObject({ initiator: 'administrator', decision: { action: 'do-not-record' } });
    channel.close();
    await administrator()(activateRecordingPolicy, {
      body: { policyId: 'record-everyone-without-notification', expectedActivePolicyId: 'do-not-record' },
    });
  });

  test('DYN-006: without notification carries no notice', async () => {
    const { host, sessionId } = await hostWithSession();
    const given = await commandOne('start', sessionId, { notifiesUser: false });
    expect(given.notifiesUser).toBe(false);
    const [waiting] = await host.report(sessionId);
    expect(waiting).toMatchObject({ commandId: given.commandId, notifiesUser: false });
    expect(waiting?.notice).toBeUndefined();
  });

  test('finds a host without a socket when it reports, and no other host', async () => {
    const { host, sessionId } = await hostWithSession();
    const stranger = await hostWithSession();
    const given = await commandOne('start', sessionId);
    expect(await stranger.host.report(stranger.sessionId)).toEqual([]);
    const [waiting] = await host.report(sessionId);
    expect(waiting).toMatchObject({ commandId: given.commandId, state: 'pending', notice: { requiresConsent: false } });
    await host.followStart(given);
    expect(await host.report(sessionId)).toEqual([]);
  });

  test('that its host refuses is refused with the reason, and nothing may be recorded by it', async () => {
    const { host, sessionId } = await hostWithSession();
    const given = await commandOne('start', sessionId);
    await host.settle(given, 'refused', notRecorded, 'dynamic control is off on this host');
    expect(await fateOf(given)).toMatchObject({ state: 'refused', reason: 'dynamic control is off on this host' });
    const { commandId } = given;
    const { answer } = await host.begin(sessionId, { initiator: 'administrator', commandId });
    expect(problemNameOf(answer)).toBe('recording-not-permitted');
  });

  test('a host cannot make up a command, nor use one of another session', async () => {
    const { host, sessionId } = await hostWithSession();
    const other = await hostWithSession();
    const foreign = await commandOne('start', other.sessionId);
    for (const commandId of [makeRecordingCommandId(ids), foreign.commandId]) {
      const { answer } = await host.begin(sessionId, { initiator: 'administrator', commandId });
      expect(problemNameOf(answer)).toBe('recording-not-permitted');
      const settled = await host.agent.call(settleCommand, {
        params: { commandId },
        body: { state: 'done', recording: notRecorded },
      });
      expect(problemNameOf(settled)).toBe('command-not-found');
    }
    expect(await fateOf(foreign)).toMatchObject({ state: 'pending' });
  });

  test('USR-002: by the user is refused where the rule does not allow it', async () => {
    const { host, sessionId } = await hostWithSession();
    const { answer } = await host.begin(sessionId, { initiator: 'user' });
    expect(problemNameOf(answer)).toBe('recording-not-permitted');
  });
});

describe('a stop', () => {
  test('DYN-003, DYN-018: ends what a policy began, no policy begins it again, and a start lifts that', async () => {
    const { host, sessionId } = await hostWithSession();
    const { recordingId, answer } = await host.begin(sessionId, {});
    expect(answer.status).toBe(beginRecording.successStatus);
    const recording = { status: 'recording', recordingId, content: 'screen', initiator: 'policy' } as const;
    await host.report(sessionId, recording);
    expect(await statusOf(sessionId)).toBe('recording');

    const stop = await commandOne('stop', sessionId);
    await host.settle(stop, 'done', notRecorded);
    expect(await statusOf(sessionId)).toBe('not-recorded');
    expect(problemNameOf((await host.begin(sessionId, {})).answer)).toBe('recording-not-permitted');
    const shown = await administrator()(getSession, { params: { sessionId } });
    expect(shown.session.stoppedBy).toBe(people.administrator.username);

    await host.followStart(await commandOne('start', sessionId));
    expect((await host.begin(sessionId, {})).answer.status).toBe(beginRecording.successStatus);
  });

  test('overtakes a start that still waits: the start is refused, its late answer counts for nothing', async () => {
    const { host, sessionId } = await hostWithSession();
    const start = await commandOne('start', sessionId);
    const stop = await commandOne('stop', sessionId);
    expect(await fateOf(start)).toMatchObject({ state: 'refused', reason: 'overtaken by a newer command' });
    expect((await host.report(sessionId)).map(({ commandId }) => commandId)).toEqual([stop.commandId]);
    await host.settle(start, 'done', notRecorded);
    expect(await fateOf(start)).toMatchObject({ state: 'refused' });
    expect(await fateOf(stop)).toMatchObject({ state: 'pending' });
  });
});

describe('what a host answers', () => {
  test('counts once: the same answer again, and another one after it, change nothing', async () => {
    const { host, sessionId } = await hostWithSession();
    const given = await commandOne('start', sessionId);
    const recordingId = await host.followStart(given);
    const settled = await fateOf(given);
    await host.settle(given, 'done', recordedAs(recordingId));
    await host.settle(given, 'refused', notRecorded, 'changed its mind');
    expect(await fateOf(given)).toEqual(settled);
    expect(await statusOf(sessionId)).toBe('recording');
  });

  test('of what a user was told is kept with the session, once', async () => {
    const { host, sessionId } = await hostWithSession();
    const body = { answer: 'accepted', language: 'de', messagesVersion: 0, at: new Date().toISOString() } as const;
    for (let times = 0; times < 2; times++) {
      expect((await host.agent.call(reportNotice, { params: { sessionId }, body })).status).toBe(201);
    }
    const { session } = await administrator()(getSession, { params: { sessionId } });
    expect(session.notices).toEqual([body]);
    const stranger = await CommandedHost.enrol(stack);
    const foreign = await stranger.agent.call(reportNotice, { params: { sessionId }, body });
    expect(problemNameOf(foreign)).toBe('session-not-found');
  });
});

describe('a host that dies', () => {
  test('leaves its command to expire and its session to be active no more', async () => {
    const { host, user, sessionId } = await hostWithSession();
    const channel = await host.listen();
    channel.close();
    const given = await commandOne('start', sessionId);
    expect(await statusOf(sessionId)).toBe('pending');
    const ago = (timeMs: number) => new Date(Date.now() - timeMs).toISOString();
    await truth.change('Sessions', `SES#${sessionId}`, 'SESSION', 'pendingCommand', {
      ...given,
      requestedAt: ago(2 * minuteMs),
    });
    await truth.change('Sessions', `CMD#${given.commandId}`, 'COMMAND', 'requestedAt', ago(2 * minuteMs));
    expect(await statusOf(sessionId)).toBe('not-recorded');
    expect(await fateOf(given)).toMatchObject({ state: 'expired' });

    expect((await administrator()(listSessions, { query: { user } })).sessions).toHaveLength(1);
    await truth.change('Sessions', `SES#${sessionId}`, 'SESSION', 'lastSeenAt', ago(16 * minuteMs));
    expect((await administrator()(listSessions, { query: { user } })).sessions).toEqual([]);
    expect((await administrator()(listSessions, { query: { user, state: 'all' } })).sessions).toHaveLength(1);
    await expect(command('start', { user })).rejects.toMatchObject({ kind: 'session-not-found' });
  });
});

describe('the activity log', () => {
  test('DYN-010: lists who told which session what and what became of it, newest first, page by page; and the audit has it', async () => {
    const { host, sessionId } = await hostWithSession();
    const start = await commandOne('start', sessionId);
    await host.followStart(start);
    const stop = await commandOne('stop', sessionId);
    const first = await administrator()(listRecordingCommands, { query: { limit: 1 } });
    expect(first.commands).toMatchObject([{ commandId: stop.commandId, action: 'stop', state: 'pending' }]);
    const query = { limit: 1, cursor: first.cursor };
    const second = await administrator()(listRecordingCommands, { query });
    expect(second.commands).toMatchObject([
      { commandId: start.commandId, sessionId, requestedBy: people.administrator.username, state: 'done' },
    ]);
    const { commands } = await administrator()(getSession, { params: { sessionId } });
    expect(commands.map(({ commandId }) => commandId)).toEqual([stop.commandId, start.commandId]);

    const rows = await truth.rows('Audit', `AUDIT#${stop.requestedAt.slice(0, 10)}`);
    const intents = rows.map(({ data }) => data as { action?: string; actor?: string; details?: object });
    expect(intents).toContainEqual(
      expect.objectContaining({
        action: 'recording.command',
        actor: people.administrator.username,
        details: { action: 'stop', sessionIds: sessionId },
      }),
    );
  });
});

describe('the command line', () => {
  test('DYN-016, DYN-017: an administrator finds a user’s session, starts its recording, sees that it is recorded and stops it', async () => {
    const { host, user, sessionId } = await hostWithSession();
    const channel = await host.listen();
    const run = (...args: string[]) => runCommand(stack, people.administrator, 'sessions', ...args);
    const commandOf = (action: 'start' | 'stop') =>
      pollUntil(action, () =>
        channel.notices
          .flatMap((notice) => (notice.kind === 'command' ? [notice.command] : []))
          .find((given) => given.action === action),
      );
    const { sessions } = await runForJson<{ sessions: { sessionId: string }[] }>(
      stack,
      people.administrator,
      'sessions',
      'list',
      '--user',
      user,
    );
    expect(sessions).toMatchObject([{ sessionId }]);

    const started = run('start', '--user', user, '--wait');
    const recordingId = await host.followStart(await commandOf('start'));
    expect(await started).toMatchObject({ exitCode: 0, output: expect.stringContaining('done') });
    expect((await run('status', sessionId)).output).toMatch(
      new RegExp(`Status: +recording\\nRecording: +${recordingId}`),
    );

    const stopped = run('stop', sessionId, '--wait');
    await host.settle(await commandOf('stop'), 'refused', recordedAs(recordingId), 'not on this host');
    expect(await stopped).toMatchObject({ exitCode: 3, output: expect.stringContaining('not on this host') });
    expect((await run('commands')).output).toMatch(new RegExp(`${sessionId} +stop .* refused +not on this host`));
    channel.close();
  });
});
