import { stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { ControlSockets } from '../src/control/control-sockets.ts';
import { silentLogger } from '../src/log/logger.ts';
import { PatternSource } from './pattern-source.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { typeSessionCommand } from './typed-command.ts';

jest.setTimeout(60_000);

let stage: SessionStage;
let agent: Agent;
let sockets: ControlSockets;

beforeEach(async () => {
  stage = await SessionStage.open();
  stage.service.action = 'do-not-record';
  stage.service.ruleOptions = { allowsUserInitiated: true };
  agent = await stage.startAgent();
  sockets = new ControlSockets({ control: agent.sessions, dataDirectory: stage.directory, log: silentLogger });
  await sockets.openForAdministrators();
});
afterEach(async () => {
  await sockets.close();
  await stage.close();
});

async function startSession(place: string) {
  const source = new PatternSource(place);
  const session = await agent.recordSession({ source, staysUnrecorded: true, uploadIntervalMs: 50, user: 'ada' });
  await source.draw(1);
  await sockets.openForSession({ sessionId: session.sessionId, place });
  return session;
}

/** As a user types it in the session of a display. */
function type(display: string, ...words: string[]) {
  return typeSessionCommand({ directory: stage.directory, environment: { DISPLAY: display } }, ...words);
}

describe('the session command', () => {
  test('USR-006, USR-009: starts, shows and stops the recording of the session in which it runs', async () => {
    const { sessionId } = await startSession(':7');
    const other = await startSession(':8');
    await expect(type(':7', 'status')).resolves.toEqual({ code: 0, output: `Not recorded  ${sessionId}  ada\n` });
    const started = await type(':7.0', 'start');
    expect(started).toMatchObject({ code: 0, output: expect.stringContaining('Recording has been started.') });
    const shown = await type(':7', 'status');
    expect(shown.output).toBe(`Recording  ${sessionId}  ada, started by: user\n`);
    expect(agent.sessions.status(other.sessionId)?.recording.status).toBe('not-recorded');
    await expect(type(':7', 'start')).resolves.toMatchObject({ code: 5 });
    await expect(type(':7', 'stop')).resolves.toMatchObject({ code: 0 });
    await expect(type(':7', 'stop')).resolves.toMatchObject({ code: 5 });
    await pollUntil('it is not recorded', () => agent.sessions.status(sessionId)?.recording.status === 'not-recorded');
  });

  test('USR-007: acts on another session by its id through the socket of administrators alone', async () => {
    const { sessionId } = await startSession(':7');
    await expect(type(':9', 'start', '--session', sessionId)).resolves.toMatchObject({ code: 0 });
    const { output } = await type(':9', 'status', '--session', sessionId, '--json');
    expect(JSON.parse(output).sessions).toMatchObject([{ sessionId, recording: { status: 'recording' } }]);
    await startSession(':8');
    const inOther = join(stage.directory, 'control', '_8.sock');
    expect(await send(inOther, `{"action":"stop","sessionId":"${sessionId}"}\n`)).toContain('unknown-session');
    expect(agent.sessions.status(sessionId)?.recording.status).toBe('recording');
  });

  test('USR-002: is refused where the policy does not let users start', async () => {
    stage.service.ruleOptions = {};
    await startSession(':7');
    const refused = await type(':7', 'start');
    expect(refused).toMatchObject({ code: 5, output: expect.stringContaining('policy does not let') });
  });

  test('says where no agent can be asked', async () => {
    await expect(type(':9', 'status')).resolves.toMatchObject({ code: 1, output: expect.stringContaining('No agent') });
  });
});

describe('a control socket', () => {
  test('is open to its owner alone', async () => {
    await startSession(':7');
    for (const name of ['control.sock', join('control', '_7.sock')]) {
      expect((await stat(join(stage.directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  test.each([
    ['what is no JSON', 'no JSON'],
    ['an unknown action', '{"action":"erase"}'],
    ['a start of no session', '{"action":"start"}'],
    ['a line without end', 'x'.repeat(5_000)],
  ])('refuses %s and goes on', async (_what, line) => {
    const path = join(stage.directory, 'control.sock');
    expect(await send(path, `${line}\n`)).toContain('bad-request');
    expect(await send(path, '{"action":"status"}\n')).toContain('"status"');
  });
});

function send(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(path, () => connection.write(text));
    let answer = '';
    connection.on('data', (data) => (answer += data));
    connection.once('error', reject);
    connection.once('close', () => resolve(answer));
  });
}
