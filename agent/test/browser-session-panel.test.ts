import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import type { Agent } from '../src/agent.ts';
import { BrowserSessionPanel } from '../src/control/browser-session-panel.ts';
import { silentLogger } from '../src/log/logger.ts';
import { BrowserSource } from '../src/sources/browser/browser-source.ts';
import { ChromiumProcess } from '../src/sources/browser/chromium-process.ts';
import { DevToolsConnection } from '../src/sources/browser/devtools-connection.ts';
import { systemClock } from '../src/time/clock.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { openStoredRecording } from './stored-screen.ts';

jest.setTimeout(120_000);

const patientMs = 30_000;
const page = 'data:text/html,<title>Orders</title><h1>Orders</h1>';
const title = 'Aufzeichnung dieser Sitzung';
const targetsSchema = z.object({
  targetInfos: z.array(z.object({ targetId: z.string(), type: z.string(), title: z.string() })),
});
const textSchema = z.object({ result: z.object({ value: z.string() }) });

let stage: SessionStage;
let agent: Agent;
let chromium: ChromiumProcess;
let user: DevToolsConnection;
let panel: BrowserSessionPanel;

beforeEach(async () => {
  stage = await SessionStage.open();
  stage.service.action = 'do-not-record';
  stage.service.ruleOptions = { allowsUserInitiated: true };
  chromium = await ChromiumProcess.launch({ width: 500, height: 400, url: page });
  user = await DevToolsConnection.open(chromium.webSocketUrl);
});
afterEach(async () => {
  await panel?.close();
  await stage?.close();
  await user?.close();
  await chromium?.close();
});

async function startSession() {
  agent = await stage.startAgent();
  const source = new BrowserSource({ webSocketUrl: chromium.webSocketUrl, clock: systemClock });
  const session = await agent.recordSession({ source, staysUnrecorded: true, uploadIntervalMs: 50 });
  const { sessionId } = session;
  panel = new BrowserSessionPanel({
    ...{ source, sessionId, control: agent.sessions },
    ...{ language: 'de', log: silentLogger },
  });
  return session;
}

async function findPanel(): Promise<string | undefined> {
  const { targetInfos } = targetsSchema.parse(await user.send('Target.getTargets'));
  return targetInfos.find((target) => target.type === 'page' && target.title === title)?.targetId;
}

/** The user's own hand on the panel's page. @returns runs JavaScript there */
async function reachPanel(): Promise<(expression: string) => Promise<string>> {
  let targetId: string | undefined;
  const isThere = async () => {
    targetId = await findPanel();
    return targetId !== undefined;
  };
  await pollUntil('the panel is there', isThere, patientMs);
  const attached = await user.send('Target.attachToTarget', { targetId, flatten: true });
  const { sessionId } = z.object({ sessionId: z.string() }).parse(attached);
  return async (expression) =>
    textSchema.parse(await user.send('Runtime.evaluate', { expression }, sessionId)).result.value;
}

const recording = () => agent.sessions.list()[0]?.recording;

describe('the panel of a session in a browser', () => {
  test('USR-003: starts and stops the recording of the session, says so, and is no part of it', async () => {
    await startSession();
    const run = await reachPanel();
    const says = (text: string) =>
      pollUntil(`says ${text}`, async () => (await run('document.body.innerText')).includes(text), patientMs);
    const press = (label: string) =>
      run(`(() => {
        const button = document.querySelector('button');
        if (button.textContent === '${label}') button.click();
        return button.textContent;
      })()`);
    await says('Diese Sitzung wird nicht aufgezeichnet.');
    expect(await press('Starten')).toBe('Starten');
    await says('Sie haben die Aufzeichnung gestartet.');
    expect(recording()).toMatchObject({ status: 'recording', initiator: 'user' });
    const recordingId = recording()?.recordingId;
    expect(await press('Beenden')).toBe('Beenden');
    await says('Die Aufzeichnung ist beendet und wird gespeichert.');
    expect(recording()?.status).toBe('not-recorded');
    if (!recordingId) throw new Error('nothing was recorded');
    await pollUntil('it is stored', () => agent.deliveryLoop.progress().length === 0, patientMs);
    const records = await openStoredRecording(stage.service, recordingId);
    expect(JSON.stringify(records.filter(({ type }) => type === 'event'))).not.toContain(title);
    expect(records.at(-1)).toMatchObject({ type: 'end', reason: 'stopped-by-user' });
  });

  test('stays closed once the user has closed it, and the session goes on', async () => {
    await startSession();
    const run = await reachPanel();
    await run('window.close(), ""').catch(() => undefined);
    const targetId = await findPanel();
    if (targetId !== undefined) await user.send('Target.closeTarget', { targetId });
    await pollUntil('it is gone', async () => (await findPanel()) === undefined, patientMs);
    await panel.close();
    expect(recording()?.status).toBe('not-recorded');
    expect(await findPanel()).toBeUndefined();
  });
});
