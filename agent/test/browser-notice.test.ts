import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { BrowserNoticePresenter } from '../src/notice/browser-notice-presenter.ts';
import { BrowserSource } from '../src/sources/browser/browser-source.ts';
import { ChromiumProcess } from '../src/sources/browser/chromium-process.ts';
import { DevToolsConnection } from '../src/sources/browser/devtools-connection.ts';
import { systemClock } from '../src/time/clock.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { openStoredRecording } from './stored-screen.ts';

jest.setTimeout(90_000);

const page = 'data:text/html,<title>Orders</title><h1>Orders</h1>';
const targetsSchema = z.object({
  targetInfos: z.array(z.object({ targetId: z.string(), type: z.string(), title: z.string() })),
});

let stage: SessionStage;
let chromium: ChromiumProcess;
let user: DevToolsConnection;

beforeEach(async () => {
  stage = await SessionStage.open();
  stage.service.action = 'record-with-notification';
  chromium = await ChromiumProcess.launch({ width: 500, height: 400, url: page });
  user = await DevToolsConnection.open(chromium.webSocketUrl);
});
afterEach(async () => {
  await stage.close();
  await user.close();
  await chromium.close();
});

async function findNotice(title: string): Promise<string | undefined> {
  const { targetInfos } = targetsSchema.parse(await user.send('Target.getTargets'));
  return targetInfos.find((target) => target.type === 'page' && target.title === title)?.targetId;
}

/** What the user does on the notice's page. */
async function doOnNotice(
  title: string,
  action: (send: (method: string, params: object) => Promise<unknown>) => Promise<unknown>,
) {
  let targetId: string | undefined;
  await pollUntil(
    'the notice is shown',
    async () => {
      targetId = await findNotice(title);
      return targetId !== undefined;
    },
    30_000,
  );
  const { sessionId } = z
    .object({ sessionId: z.string() })
    .parse(await user.send('Target.attachToTarget', { targetId, flatten: true }));
  await action((method, params) => user.send(method, params, sessionId));
}

const clickOn = (label: string) => (send: (method: string, params: object) => Promise<unknown>) =>
  send('Runtime.evaluate', {
    expression: `[...document.querySelectorAll('button')].find(({ textContent }) => textContent === ${JSON.stringify(label)}).click()`,
  });

async function startSession() {
  const agent = await stage.startAgent();
  const source = new BrowserSource({ webSocketUrl: chromium.webSocketUrl, clock: systemClock });
  return agent.recordSession({
    source,
    notices: new BrowserNoticePresenter(source),
    onDecline: () => chromium.close(),
  });
}

describe('a notice in a recorded browser', () => {
  test('NTF-002: is a page that shows the text as text, and whoever accepts is recorded, without that page', async () => {
    const title = 'Größe <b>zählt</b>';
    stage.service.notice = makeNotice({ title, language: 'de', requiresConsent: true });
    const session = await startSession();
    await doOnNotice(title, clickOn('Zustimmen'));
    const recordingId = await session.begun;
    await pollUntil('the page is gone', async () => (await findNotice(title)) === undefined);
    await session.stop();
    if (!recordingId) throw new Error('nothing was recorded');
    const records = await openStoredRecording(stage.service, recordingId);
    expect(JSON.stringify(records.filter(({ type }) => type === 'event'))).not.toContain('Größe');
    expect(records.some(({ type }) => type === 'screen')).toBe(true);
  });

  test('NTF-002: whoever presses Escape declines, and the browser is ended', async () => {
    stage.service.notice = makeNotice({ requiresConsent: true });
    const session = await startSession();
    await doOnNotice('Recording', async (send) => {
      await pollUntil('it listens', async () =>
        JSON.stringify(await send('Runtime.evaluate', { expression: 'typeof document.onkeydown' })).includes(
          'function',
        ),
      );
      void send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Escape', code: 'Escape' }).catch(() => undefined);
    });
    await expect(session.finished).resolves.toMatchObject({ kind: 'declined' });
    expect(stage.service.recordings.size).toBe(0);
  });

  test('whoever closes its page has not agreed', async () => {
    stage.service.notice = makeNotice({ requiresConsent: true });
    const session = await startSession();
    await doOnNotice('Recording', (send) => send('Page.close', {}).catch(() => undefined));
    await expect(session.finished).resolves.toMatchObject({ kind: 'declined' });
  });
});

describe('a recording that an administrator at the host begins in a browser', () => {
  test('DYN-006: is told on such a page, and whoever has read it closes it', async () => {
    const title = 'An administrator records';
    stage.service.action = 'do-not-record';
    stage.service.hostStartNotice = makeNotice({ title });
    const agent = await stage.startAgent();
    const source = new BrowserSource({ webSocketUrl: chromium.webSocketUrl, clock: systemClock });
    const notices = new BrowserNoticePresenter(source);
    const { sessionId } = await agent.recordSession({ source, notices, staysUnrecorded: true });
    await expect(agent.sessions.startByAdministrator(sessionId, 'grace')).resolves.toMatchObject({
      outcome: 'started',
      session: { recording: { initiator: 'administrator', startedBy: 'grace' } },
    });
    await doOnNotice(title, clickOn('OK'));
    await pollUntil('the page is gone', async () => (await findNotice(title)) === undefined);
    const answers = () => stage.service.noticeReports.map(({ answer }) => answer);
    await pollUntil('both are on record', () => answers().length === 2, 30_000);
    expect(answers()).toEqual(['shown', 'dismissed']);
  });
});

describe('the command line', () => {
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

  test('NTF-002: ends the browser that it was attached to when the user declines, and says so by its exit code', async () => {
    stage.service.notice = makeNotice({ requiresConsent: true });
    const words = ['--no-warnings', program, 'record', '--data', stage.directory, '--attach', chromium.webSocketUrl];
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    const exitCode = new Promise((resolve) => child.once('close', resolve));
    await doOnNotice('Recording', clickOn('Decline'));
    await user.closed;
    await expect(exitCode).resolves.toBe(9);
    expect(stage.service.recordings.size).toBe(0);
  });

  test('NTF-002: runs the command that it was given instead, which finds whose session it is', async () => {
    stage.service.notice = makeNotice({ requiresConsent: true });
    const victim = spawn('sleep', ['600']);
    const ended = new Promise((resolve) => victim.once('exit', (_code, signal) => resolve(signal)));
    const command = `test "$AFTERIMAGE_USER" = ada && kill ${victim.pid}`;
    const words = [
      'record',
      '--data',
      stage.directory,
      '--attach',
      chromium.webSocketUrl,
      '--user',
      'ada',
      '--on-decline',
      command,
    ];
    const child = spawn(process.execPath, ['--no-warnings', program, ...words], { stdio: 'ignore' });
    const exitCode = new Promise((resolve) => child.once('close', resolve));
    await doOnNotice('Recording', clickOn('Decline'));
    await expect(ended).resolves.toBe('SIGTERM');
    await expect(exitCode).resolves.toBe(9);
  });
});
