import type { RecordingAction, RecordingId } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { X11Source } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { openStoredRecording } from './stored-screen.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(180_000);

const patientMs = 60_000;

let stage: SessionStage;
let server: XServer;

beforeEach(async () => {
  stage = await SessionStage.open();
  server = await XServer.start();
});
afterEach(async () => {
  await stage?.close();
  await server?.stop();
});

/** The one that the user opens first, as the host names it to the service. */
const firstApplication = 'Orders';

async function startSession(action: RecordingAction) {
  stage.service.action = action;
  const agent = await stage.startAgent();
  const source = await X11Source.open({ display: server.display, clock: systemClock });
  const more = { application: firstApplication, staysUnrecorded: true, uploadIntervalMs: 50 };
  return { agent, session: await agent.recordSession({ source, ...more }) };
}

/** Opens an application, and goes to it once its window is there. */
async function openApplication(title: string): Promise<void> {
  server.launch('xterm', '-title', title);
  await pollUntil(
    `${title} is in front`,
    () =>
      server.run('xdotool', 'search', '--name', title, 'windowactivate', '--sync').then(
        () => true,
        () => false,
      ),
    patientMs,
  );
}

async function hasStored(recordingId: RecordingId, title: string): Promise<boolean> {
  const records = await openStoredRecording(stage.service, recordingId).catch(() => []);
  return JSON.stringify(records.filter(({ type }) => type === 'event')).includes(title);
}

const decisions = () => stage.service.calls.filter((call) => call === 'startSession').length;

describe('a session in which one application after another is opened (POL-055, ARC-020)', () => {
  displayTest(
    ['openbox', 'xterm', 'xdotool'],
    'POL-055: is recorded to its end when the first one is, whatever the policy says of later ones',
    async () => {
      server.launch('openbox');
      const { session } = await startSession('record-without-notification');
      await openApplication(firstApplication);
      const recordingId = await session.begun;
      if (!recordingId) throw new Error('nothing was recorded');
      stage.service.action = 'do-not-record';
      for (const title of ['Payroll', 'Private']) {
        await openApplication(title);
        await pollUntil(`${title} is in the recording`, () => hasStored(recordingId, title), patientMs);
      }
      expect(await session.stop()).toMatchObject({ kind: 'recorded', recordingId, isStored: true });
      expect(decisions()).toBe(1);
      const [asked] = [...stage.service.sessions.values()];
      expect(asked).toMatchObject({ attributes: { application: { value: firstApplication } } });
    },
  );

  displayTest(
    ['openbox', 'xterm', 'xdotool'],
    'POL-055: is not recorded when the first one is not, though the policy records later ones',
    async () => {
      server.launch('openbox');
      const { agent, session } = await startSession('do-not-record');
      await openApplication(firstApplication);
      stage.service.action = 'record-without-notification';
      await openApplication('Payroll');
      await pollUntil('the host has reported it', () => stage.service.reported.has(session.sessionId), patientMs);
      expect(agent.sessions.status(session.sessionId)?.recording.status).toBe('not-recorded');
      expect(await session.stop()).toMatchObject({ kind: 'not-recorded' });
      expect(stage.service.recordings.size).toBe(0);
      expect(decisions()).toBe(1);
    },
  );
});
