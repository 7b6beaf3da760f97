import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordingCommand } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from '../program.ts';
import { CannedServer } from '../testing/canned-server.ts';

const sessionId = 'ses_01jbbbbbbbbbbbbbbbbbbbbbbb';
const commandId = 'cmd_01jbbbbbbbbbbbbbbbbbbbbbbb';
const by = (value: string) => ({ value, assertedBy: 'agent' });

const session = {
  sessionId,
  agentId: 'agt_01jbbbbbbbbbbbbbbbbbbbbbbb',
  attributes: { user: by('ada'), host: by('desk-7') },
  startedAt: '2026-11-22T10:00:00.000Z',
  lastSeenAt: '2026-11-22T10:05:00.000Z',
  decision: {
    action: 'do-not-record',
    policyId: 'do-not-record',
    policyName: 'Do not record',
    policyVersion: 1,
    ruleId: 'everyone',
    ruleName: 'Everyone',
    matchedCriteria: [],
    outranked: [],
    reason: 'Nobody is recorded.',
    options: { uploadIntervalSeconds: 60, keyImageIntervalSeconds: 60 },
    decidedAt: '2026-11-22T10:00:00.000Z',
  },
  recording: { status: 'recording', content: 'screen', initiator: 'administrator' },
};

function command(changes: Partial<RecordingCommand> = {}) {
  return {
    commandId,
    sessionId,
    agentId: session.agentId,
    action: 'start',
    notifiesUser: true,
    requestedBy: 'grace',
    requestedAt: '2026-11-22T10:10:00.000Z',
    state: 'pending',
    ...changes,
  };
}

let server: CannedServer;
let home: string;

beforeEach(async () => {
  server = await CannedServer.start();
  home = mkdtempSync(join(tmpdir(), 'afterimage-cli-'));
});

afterEach(async () => {
  await server.stop();
  rmSync(home, { recursive: true });
});

async function run(...args: string[]) {
  let output = '';
  let errors = '';
  const program = createProgram({
    environment: { XDG_CONFIG_HOME: home, AFTERIMAGE_TOKEN: 'token', AFTERIMAGE_SERVER: server.url },
    writeOut: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { exitCode: await program.run(['sessions', ...args]), output, errors };
}

const answerCommands = (commands: object[], refused: object[] = []) =>
  server.answers.set('POST /api/v1/recording-commands', { status: 202, body: { commands, refused } });

describe('sessions start and stop', () => {
  test('DYN-002, DYN-006: name sessions or a user, and tell the user unless asked not to', async () => {
    answerCommands([command()]);
    expect((await run('start', sessionId)).exitCode).toBe(0);
    await run('start', '--user', 'ada', '--no-notify');
    await run('stop', sessionId);
    expect(server.seen.map(({ body }) => body)).toEqual([
      { action: 'start', sessionIds: [sessionId], notifiesUser: true },
      { action: 'start', user: 'ada', notifiesUser: false },
      { action: 'stop', sessionIds: [sessionId], notifiesUser: true },
    ]);
  });

  test.each([
    [['start'], 'Name either sessions by id or a user'],
    [['stop', sessionId, '--user', 'ada'], 'Name either sessions by id or a user'],
    [['start', 'desk-7'], 'desk-7 is no session id'],
    [['status'], 'missing required argument'],
  ])('%j ends with 2, says what is wrong and asks the server nothing', async (args, said) => {
    const { exitCode, errors } = await run(...args);
    expect(exitCode).toBe(2);
    expect(errors).toContain(said);
    expect(server.seen).toEqual([]);
  });

  test.each([
    ['done', 0],
    ['refused', 3],
    ['expired', 3],
  ] as const)('with --wait end when the host has answered: %s ends with %i', async (state, code) => {
    answerCommands([command()]);
    const fate = { status: 200, body: { command: command({ state, reason: 'as the host says' }) } };
    server.answers.set(`GET /api/v1/recording-commands/${commandId}`, fate);
    const { exitCode, output } = await run('start', sessionId, '--wait');
    expect(exitCode).toBe(code);
    expect(output).toContain(`${state}`);
    expect(output).toContain('as the host says');
  });

  test('end with 3 where a session got no command, and say why', async () => {
    answerCommands([], [{ sessionId, reason: 'the session has ended' }]);
    const { exitCode, output } = await run('start', sessionId);
    expect(exitCode).toBe(3);
    expect(output).toContain('the session has ended');
  });
});

describe('sessions list and status', () => {
  test('DYN-005: lists active sessions of a user, on a host', async () => {
    const page = { sessions: [session], serverTime: session.startedAt };
    server.answers.set('GET /api/v1/sessions', { status: 200, body: page });
    const { output } = await run('list', '--user', 'ada', '--host', 'desk-7');
    expect(output).toContain(`${sessionId}  ada   desk-7`);
    expect(output).toMatch(/screen, by administrator$/m);
    const query = new URL(server.seen[0]?.path ?? '', server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({ user: 'ada', host: 'desk-7', state: 'active', limit: '200' });
  });

  test('USR-011: names the administrator at the host who has it recorded', async () => {
    const atHost = { ...session, recording: { ...session.recording, startedBy: 'ops' } };
    const page = { sessions: [atHost], serverTime: session.startedAt };
    server.answers.set('GET /api/v1/sessions', { status: 200, body: page });
    expect((await run('list')).output).toContain('screen, by administrator ops at the host');
  });

  test('DYN-004: shows one session: its status, the decision and the last command', async () => {
    const body = { session, commands: [command({ state: 'done' })], serverTime: session.startedAt };
    server.answers.set(`GET /api/v1/sessions/${sessionId}`, { status: 200, body });
    const { exitCode, output } = await run('status', sessionId);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/Status: +recording\n/);
    expect(output).toMatch(/Decision: +Nobody is recorded\.\n/);
    expect(output).toMatch(/Last command: +start by grace, 2026-11-22T10:10:00\.000Z, done\n/);
  });
});

test.each(['list', 'status', 'start', 'stop', 'commands'])('DYN-017: %s has a help text', async (name) => {
  const { exitCode, output } = await run(name, '--help');
  expect(exitCode).toBe(0);
  expect(output).toContain(`Usage: afterimage sessions ${name}`);
});
