import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import type { Agent } from '../src/agent.ts';
import { X11NoticePresenter } from '../src/notice/x11-notice-presenter.ts';
import { X11Source } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { makeNotice, SessionStage } from './session-test.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(90_000);

const german = makeNotice({
  title: 'Aufzeichnung',
  body: 'Ihr Bildschirm wird für Prüfzwecke aufgezeichnet. Schließen Sie die Anwendung, wenn Sie das ablehnen.',
  language: 'de',
});
/** The title bar of the dialog. */
const titleColour = 0x1f3a5f;

let server: XServer;
let presenter: X11NoticePresenter;
let taking: AbortController;

beforeEach(async () => {
  server = await XServer.start();
  presenter = new X11NoticePresenter({ display: server.display });
  taking = new AbortController();
});
afterEach(async () => {
  taking.abort();
  await server.stop();
});

/** Where on the screen a colour is. */
async function countPixels(colour: number): Promise<number> {
  const painter = await XPainter.open(server.display);
  const { pixels } = await painter.capture();
  painter.close();
  return pixels.reduce((count, pixel) => count + Number(pixel === colour), 0);
}

async function click(x: number, y: number): Promise<void> {
  await server.run('xdotool', 'mousemove', String(x), String(y), 'click', '1');
}

async function pressUntil(key: string, isOver: () => boolean): Promise<void> {
  await pollUntil(`${key} is taken`, async () => {
    if (!isOver()) await server.run('xdotool', 'key', key);
    return isOver();
  });
}

/** Buttons stand at the lower right, the last choice outermost. */
const lastButton = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
  [x + width - 40, y + height - 40] as const;

describe('a notice on an X display', () => {
  displayTest(['xdotool'], 'NTF-003: stands there, umlauts and all, until OK is pressed', async () => {
    const shown = await presenter.show(german, taking.signal);
    expect(await countPixels(titleColour)).toBeGreaterThan(1_000);
    if (!shown.area) throw new Error('it has no place');
    await click(...lastButton(shown.area));
    await expect(shown.answer).resolves.toBe('dismissed');
  });

  displayTest(['xdotool'], 'NTF-002: is declined by the button beside the last one', async () => {
    const shown = await presenter.show({ ...german, requiresConsent: true }, taking.signal);
    if (!shown.area) throw new Error('it has no place');
    const [x, y] = lastButton(shown.area);
    await click(x - 130, y);
    await expect(shown.answer).resolves.toBe('declined');
  });

  displayTest(['xdotool'], 'NTF-002: is accepted with Enter and declined with Escape', async () => {
    for (const [key, expected] of [
      ['Return', 'accepted'],
      ['Escape', 'declined'],
    ] as const) {
      const shown = await presenter.show({ ...german, requiresConsent: true }, taking.signal);
      let answer: string | undefined;
      void shown.answer.then((given) => {
        answer = given;
      });
      await pressUntil(key, () => answer !== undefined);
      expect(answer).toBe(expected);
    }
  });

  displayTest(['openbox', 'xterm', 'xdotool'], 'stays in front of windows that come later', async () => {
    server.launch('openbox');
    const shown = await presenter.show(german, taking.signal);
    const before = await countPixels(titleColour);
    server.launch('xterm', '-geometry', '200x100+0+0');
    await pollUntil('the terminal is there', async () => {
      const painter = await XPainter.open(server.display);
      const { pixels } = await painter.capture();
      painter.close();
      return pixels[590 * 800 + 400] === 0xffffff;
    });
    await pollUntil('the notice is in front again', async () => (await countPixels(titleColour)) >= before * 0.9);
    if (!shown.area) throw new Error('it has no place');
    await click(...lastButton(shown.area));
    await expect(shown.answer).resolves.toBe('dismissed');
  });

  displayTest([], 'is not shown where the display has no letters for it, or nobody answers there', async () => {
    const hieroglyphs = makeNotice({ body: '\u{13000}\u{13001}\u{13002}'.repeat(20) });
    await expect(presenter.show(hieroglyphs, taking.signal)).rejects.toThrow('no letters');
    await expect(presenter.show(makeNotice({ body: 'مرحبا' }), taking.signal)).rejects.toThrow('right to left');
    await server.kill();
    await expect(presenter.show(german, taking.signal)).rejects.toThrow('cannot be reached');
  });

  displayTest([], 'is withdrawn with its session, and when the display dies', async () => {
    const first = await presenter.show(german, taking.signal);
    taking.abort();
    await expect(first.answer).resolves.toBe('withdrawn');
    const second = await presenter.show(german, new AbortController().signal);
    await server.kill();
    await expect(second.answer).resolves.toBe('withdrawn');
  });
});

describe('a recorded X session whose user is told', () => {
  let stage: SessionStage;
  let agent: Agent;
  beforeEach(async () => {
    stage = await SessionStage.open();
    stage.service.action = 'record-with-notification';
    agent = await stage.startAgent();
  });
  afterEach(() => stage.close());

  async function startSession(onDecline: () => Promise<void> = async () => undefined) {
    const source = await X11Source.open({ display: server.display, clock: systemClock });
    return agent.recordSession({ source, notices: presenter, onDecline });
  }

  displayTest(
    ['xdotool', 'xterm'],
    'NTF-001: is recorded from the notice on, but never the notice itself',
    async () => {
      stage.service.notice = german;
      server.launch('xterm', '-geometry', '200x100+0+0', '-bg', 'white');
      await pollUntil('the terminal is there', async () => (await countPixels(0xffffff)) > 400_000);
      const session = await startSession();
      const recordingId = await session.begun;
      expect(await countPixels(titleColour)).toBeGreaterThan(1_000);
      await pollUntil('it is closed', async () => {
        await click(400 + 250, 300 + 60);
        for (let y = 300; y < 420; y += 15) await click(700, y);
        return (await countPixels(titleColour)) === 0;
      });
      await systemClock.delay(1_000);
      await session.stop();
      if (!recordingId) throw new Error('nothing was recorded');
      const screens = decodeScreen(await openStoredRecording(stage.service, recordingId));
      const blueFirst = ((titleColour & 0xff) << 16) | (titleColour & 0xff00) | (titleColour >> 16);
      for (const { pixels } of screens) expect(pixels.some((pixel) => (pixel & 0xffffff) === blueFirst)).toBe(false);
      const isCovered = ({ pixels }: { pixels: Uint32Array }) =>
        ((pixels[300 * 800 + 400] ?? 0) & 0xffffff) === 0x808080;
      expect(screens.some(isCovered)).toBe(true);
      expect(screens.slice(-1).some(isCovered)).toBe(false);
    },
  );

  displayTest(['xdotool'], 'NTF-002: is ended by what the host was told to do when the user declines', async () => {
    stage.service.notice = { ...german, requiresConsent: true };
    const session = await startSession(() => server.kill());
    let isOver = false;
    void session.finished.then(() => {
      isOver = true;
    });
    await pollUntil('it is shown', async () => (await countPixels(titleColour)) > 1_000);
    await pollUntil('it is declined', async () => {
      if (!isOver) await server.run('xdotool', 'key', 'Escape').catch(() => undefined);
      return isOver;
    });
    await expect(session.finished).resolves.toMatchObject({ kind: 'declined' });
    expect(stage.service.recordings.size).toBe(0);
    await pollUntil('it is on record', () => stage.service.noticeReports.some(({ answer }) => answer === 'declined'));
  });
});
