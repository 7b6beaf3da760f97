import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { X11SessionControls } from '../src/control/x11-session-controls.ts';
import { silentLogger } from '../src/log/logger.ts';
import { X11Source } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(120_000);

const patientMs = 30_000;
const colours = { ready: 0x6b7280, recording: 0xd01c1c, panel: 0x1f3a5f } as const;
const size = { width: 800, height: 600 };

let stage: SessionStage;
let agent: Agent;
let server: XServer;
let painter: XPainter;
let controls: X11SessionControls;

beforeEach(async () => {
  stage = await SessionStage.open();
  stage.service.action = 'do-not-record';
  server = await XServer.start({ size: `${size.width}x${size.height}` });
  painter = await XPainter.open(server.display);
});
afterEach(async () => {
  controls?.close();
  painter?.close();
  await stage?.close();
  await server?.stop();
});

async function startSession(language = 'en') {
  agent = await stage.startAgent();
  const where = { display: server.display };
  const source = await X11Source.open({ ...where, clock: systemClock });
  const session = await agent.recordSession({ source, staysUnrecorded: true, uploadIntervalMs: 50, language });
  const { sessionId } = session;
  const { hotkeys } = agent.settings.values;
  const parts = { where, sessionId, control: agent.sessions, language, hotkeys, log: silentLogger };
  controls = await X11SessionControls.open(parts);
  return sessionId;
}

const recording = () => agent.sessions.list()[0]?.recording;

/** On a desktop that draws again what a window has covered. */
async function count(colour: number): Promise<number> {
  painter.fill(0x334455, 0, 0, size.width, size.height);
  return (await painter.capture()).pixels.reduce((sum, pixel) => sum + Number(pixel === colour), 0);
}

const shows = (sign: 'ready' | 'recording') =>
  pollUntil(`the ${sign} sign is shown`, async () => (await count(colours[sign])) >= 100, patientMs);
const panelIsThere = () => pollUntil('the panel is there', async () => (await count(colours.panel)) > 1_000, patientMs);
const panelIsGone = () => pollUntil('the panel is gone', async () => (await count(colours.panel)) === 0, patientMs);

async function pressIndicator(): Promise<void> {
  await server.run('xdotool', 'mousemove', String(size.width - 14), '13', 'click', '1');
}

/** Keys count only when the panel has been there for a while. */
const pressUntil = (key: string, what: string, holds: () => boolean | Promise<boolean>) =>
  pollUntil(
    `${what} after ${key}`,
    async () => {
      if (!(await holds())) await server.run('xdotool', 'key', key);
      return holds();
    },
    patientMs,
  );

describe('the panel of a session on an X display', () => {
  displayTest(
    ['xdotool'],
    'USR-003: opens from the indicator, starts and stops the recording of the session',
    async () => {
      stage.service.ruleOptions = { allowsUserInitiated: true };
      await startSession();
      await shows('ready');
      await pressIndicator();
      await panelIsThere();
      await pressUntil('Return', 'recorded', () => recording()?.status === 'recording');
      expect(recording()).toMatchObject({ initiator: 'user', content: 'screen' });
      await shows('recording');
      await pressUntil('Return', 'not recorded', () => recording()?.status === 'not-recorded');
      await shows('ready');
      await pressUntil('Escape', 'gone', async () => (await count(colours.panel)) === 0);
    },
  );

  displayTest(['xdotool'], 'USR-008: has no button for a recording that an administrator has begun', async () => {
    const sessionId = await startSession('de');
    await agent.sessions.startByAdministrator(sessionId, 'ops');
    await shows('recording');
    await pressIndicator();
    await panelIsThere();
    await pressUntil('Return', 'closed', async () => (await count(colours.panel)) === 0);
    expect(recording()).toMatchObject({ status: 'recording', initiator: 'administrator', startedBy: 'ops' });
  });

  displayTest(['xdotool'], 'is put away by a second press, and goes with the session', async () => {
    stage.service.ruleOptions = { allowsUserInitiated: true };
    await startSession();
    await shows('ready');
    await pressIndicator();
    await panelIsThere();
    await pressIndicator();
    await panelIsGone();
    await pressIndicator();
    await panelIsThere();
    controls.close();
    await panelIsGone();
    expect(await count(colours.ready)).toBe(0);
  });

  displayTest(
    [],
    'USR-002: is not offered where users may not start recordings, before and after others do',
    async () => {
      const sessionId = await startSession();
      await agent.sessions.startByUser(sessionId);
      expect(await count(colours.ready)).toBe(0);
      await agent.sessions.startByAdministrator(sessionId, 'ops');
      await shows('recording');
      await agent.sessions.stopByAdministrator(sessionId, 'ops');
      await pollUntil('the sign is gone', async () => (await count(colours.recording)) === 0, patientMs);
      expect(await count(colours.ready)).toBe(0);
    },
  );
});
