import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { silentLogger } from '../src/log/logger.ts';
import { DisplayService } from '../src/serve/display-service.ts';
import { systemClock } from '../src/time/clock.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(60_000);

let stage: SessionStage;
let agent: Agent;
let server: XServer;
let stopping: AbortController;
let running: Promise<unknown>;

beforeEach(async () => {
  stage = await SessionStage.open();
  stage.service.action = 'do-not-record';
  stage.service.ruleOptions = { allowsUserInitiated: true };
  server = await XServer.start({ size: '320x240' });
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await running;
  await server.stop();
  await stage.close();
});

const setHotkeys = (hotkeys: object) => writeFile(join(stage.directory, 'settings.json'), JSON.stringify({ hotkeys }));

/** @param displays those that are there; more may come */
async function serve(displays: readonly string[] = [server.display]): Promise<void> {
  agent = await stage.startAgent();
  const service = new DisplayService({
    agent,
    clock: systemClock,
    log: silentLogger,
    findDisplays: async () => displays.map((display) => ({ display })),
    session: { staysUnrecorded: true, uploadIntervalMs: 50 },
  });
  running = service.run(stopping.signal);
  await pollUntil('the session is known', () => agent.sessions.list().length === 1);
}

const recording = () => agent.sessions.list()[0]?.recording;
/** Keys are grabbed a moment after the session is known. */
const pressUntil = (keys: string, status: string) =>
  pollUntil(`${status} after ${keys}`, async () => {
    if (recording()?.status !== status) await server.run('xdotool', 'key', keys);
    return recording()?.status === status;
  });

/** The red square that says that the user's own recording is on. */
async function showsIndicator(painter: XPainter): Promise<boolean> {
  return (await painter.capture()).pixels.filter((pixel) => pixel === 0xd01c1c).length >= 14 * 14;
}

const recordingOn = (display: string) =>
  agent.sessions.list().find(({ targetId }) => targetId.startsWith(`x11:${display}.`))?.recording.status;

describe('hotkeys on a display (USR-004, USR-013, USR-014, USR-015)', () => {
  displayTest(['xdotool'], 'USR-014: CTRL+SHIFT+F8 starts and CTRL+SHIFT+F9 stops the own recording', async () => {
    await setHotkeys({ enabled: true });
    await serve();
    await pressUntil('ctrl+shift+F8', 'recording');
    expect(recording()).toMatchObject({ status: 'recording', initiator: 'user' });
    await pressUntil('ctrl+shift+F9', 'not-recorded');
  });

  displayTest(['xdotool'], 'USR-004: an indicator is on the screen while the own recording is on', async () => {
    await setHotkeys({ enabled: true });
    await serve();
    const painter = await XPainter.open(server.display);
    try {
      await pressUntil('ctrl+shift+F8', 'recording');
      await pollUntil('the indicator is shown', () => showsIndicator(painter));
      await pressUntil('ctrl+shift+F9', 'not-recorded');
      await pollUntil('the indicator is gone', async () => !(await showsIndicator(painter)));
    } finally {
      painter.close();
    }
  });

  displayTest(['xdotool'], 'USR-015: are others where the settings name others', async () => {
    await setHotkeys({ enabled: true, start: 'R', stop: 'F5' });
    await serve();
    await pressUntil('ctrl+shift+r', 'recording');
    await server.run('xdotool', 'key', 'ctrl+shift+F9');
    expect(recording()?.status).toBe('recording');
    await pressUntil('ctrl+shift+F5', 'not-recorded');
  });

  displayTest(['xdotool'], 'USR-013: are off by default, and enabled for sessions that begin afterwards', async () => {
    const displays = [server.display];
    await serve(displays);
    await setHotkeys({ enabled: true });
    await pollUntil('the settings are known', () => agent.settings.values.hotkeys.enabled);
    const later = await XServer.start({ size: '320x240' });
    try {
      displays.push(later.display);
      await pollUntil('its session is known', () => agent.sessions.list().length === 2);
      const press = async (keys: string) => {
        for (const display of [server, later]) await display.run('xdotool', 'key', keys);
      };
      await pollUntil('the later session is recorded', async () => {
        await press('ctrl+shift+F8');
        return recordingOn(later.display) === 'recording';
      });
      expect(recordingOn(server.display)).toBe('not-recorded');
      await pollUntil('the later session is not recorded', async () => {
        await press('ctrl+shift+F9');
        return recordingOn(later.display) === 'not-recorded';
      });
      await pollUntil('its recording is known to the service', () => stage.service.recordings.size > 0);
      expect(stage.service.recordings.size).toBe(1);
    } finally {
      await later.stop();
    }
  });
});
