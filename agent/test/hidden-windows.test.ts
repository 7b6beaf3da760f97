import { fileURLToPath } from 'node:url';
import type { HiddenApplications } from '@afterimage/contracts';
import type { Picture } from '@afterimage/recording';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import { X11Source } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { DecodingListener } from './decoding-listener.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { SessionStage } from './session-test.ts';
import { decodeScreen, openStoredRecording } from './stored-screen.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(150_000);

const secretProgram = fileURLToPath(new URL('./secret-window-process.ts', import.meta.url));
/** Shown by the hidden program and by nobody else. */
const secretColour = 0x13a7e5;
const otherColours = [0x202020, 0xe0d0c0, 0x40c040];
const gray = 0x808080;
const vault: HiddenApplications = { processNames: ['Vault'], maskColour: 'gray' };

let server: XServer;
let listener: DecodingListener;
let closers: (() => Promise<void> | void)[];

beforeEach(async () => {
  listener = new DecodingListener();
  server = await XServer.start();
  closers = [() => listener.close(), () => server.stop()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

function launchSecret(manner: 'still' | 'restless', colour = secretColour): void {
  server.launch(process.execPath, '--no-warnings', secretProgram, server.display, String(colour), manner);
}

async function startSource(hidden: HiddenApplications | undefined): Promise<X11Source> {
  const source = await X11Source.open({ display: server.display, clock: systemClock, maxFramesPerSecond: 60 });
  closers.push(() => source.stop());
  source.hide(hidden);
  await source.start(listener);
  await pollUntil('the first frame', () => listener.picture.width > 0);
  return source;
}

/** Its window has no background: what was there before shines through until it draws. */
async function openPainter(): Promise<XPainter> {
  const painter = await XPainter.open(server.display);
  closers.push(() => painter.close());
  return painter;
}

function countOf(colour: number, { pixels }: Picture): number {
  let count = 0;
  for (const pixel of pixels) if (pixel === colour) count++;
  return count;
}

/** How long it is looked at, and at most on a machine that is so busy that little is to be seen in that time. */
const watchingMs = { least: 8_000, most: 80_000 } as const;

/** Paints in the visible program; `painter` also looks at the screen as another client. @param isEnough asked in between */
async function paintUntil(painter: XPainter, isEnough: (sightings: number) => boolean): Promise<number> {
  const beganMs = performance.now();
  let secretSightings = 0;
  const mustGoOn = () => {
    const passedMs = performance.now() - beganMs;
    return passedMs < watchingMs.least || (passedMs < watchingMs.most && !isEnough(secretSightings));
  };
  for (let count = 0; mustGoOn(); count++) {
    painter.fill(otherColours[count % 3] ?? 0, (count * 37) % 600, (count * 53) % 400, 90, 70);
    if (count % 10 === 0 && countOf(secretColour, await painter.capture()) > 0) secretSightings++;
    await systemClock.delay(10);
  }
  return secretSightings;
}

interface Watched {
  readonly picturesWithSecret: number;
  readonly pictures: number;
  readonly sightings: number;
}

async function watchRestless(isEnough: (watched: Watched) => boolean): Promise<Watched> {
  const painter = await openPainter();
  let picturesWithSecret = 0;
  let pictures = 0;
  listener.onPicture = (picture) => {
    pictures++;
    if (countOf(secretColour, picture) > 0) picturesWithSecret++;
  };
  launchSecret('restless');
  const sightings = await paintUntil(painter, (seen) => isEnough({ picturesWithSecret, pictures, sightings: seen }));
  return { picturesWithSecret, pictures, sightings };
}

describe('windows of hidden applications', () => {
  displayTest([], 'are in the pictures when nothing is hidden', async () => {
    await startSource(undefined);
    const { picturesWithSecret } = await watchRestless((watched) => watched.picturesWithSecret > 10);
    expect(picturesWithSecret).toBeGreaterThan(10);
  });

  displayTest([], 'POL-033: never have a pixel in a picture while they come, go, move and open menus', async () => {
    await startSource(vault);
    const isEnough = (watched: Watched) => watched.sightings > 5 && watched.pictures > 5;
    const { picturesWithSecret, pictures, sightings } = await watchRestless(isEnough);
    expect(sightings).toBeGreaterThan(5);
    expect(pictures).toBeGreaterThan(5);
    expect(picturesWithSecret).toBe(0);
  });

  displayTest(['openbox'], 'POL-033: never have a pixel in a picture inside frames of a window manager', async () => {
    server.launch('openbox');
    await startSource(vault);
    const { picturesWithSecret, sightings } = await watchRestless((watched) => watched.sightings > 5);
    expect(sightings).toBeGreaterThan(5);
    expect(picturesWithSecret).toBe(0);
  });

  displayTest([], 'POL-035: are covered with the colour of the rule, and nothing else is', async () => {
    launchSecret('still');
    const painter = await openPainter();
    await pollUntil('the window is there', async () => countOf(secretColour, await painter.capture()) > 0);
    const shown = async () => {
      const truth = await painter.capture();
      return { ...truth, pixels: truth.pixels.map((pixel) => (pixel === secretColour ? gray : pixel)) };
    };
    await startSource(vault);
    painter.fill(0x40c040, 0, 0, 700, 500);
    await pollUntil('all but the window is recorded', async () => listener.shows(await shown()));
    expect(countOf(gray, listener.picture)).toBe(countOf(secretColour, await painter.capture()));
    await server.endPrograms();
    painter.fill(0xe0d0c0, 0, 0, 700, 500);
    await pollUntil('the place is free again', async () => countOf(gray, listener.picture) === 0);
    expect(listener.shows(await painter.capture())).toBe(true);
  });

  displayTest([], 'are hidden and shown again while recording goes on', async () => {
    launchSecret('still');
    const painter = await openPainter();
    await pollUntil('the window is there', async () => countOf(secretColour, await painter.capture()) > 0);
    const source = await startSource(undefined);
    expect(countOf(secretColour, listener.picture)).toBeGreaterThan(0);
    source.hide(vault);
    await pollUntil('it is covered', () => countOf(gray, listener.picture) > 0);
    expect(countOf(secretColour, listener.picture)).toBe(0);
    source.hide(undefined);
    await pollUntil('it is shown', async () => listener.shows(await painter.capture()));
  });

  displayTest(['openbox', 'xterm', 'xdotool'], 'are not named in events, while others are', async () => {
    server.launch('openbox');
    await startSource(vault);
    launchSecret('still');
    server.launch('xterm', '-T', 'open minutes');
    await pollUntil('the visible window is named', async () => {
      const words = ['search', '--name', 'open minutes', 'windowactivate'];
      await server.run('xdotool', ...words).catch(() => undefined);
      return listener.events.some(({ text }) => text === 'open minutes');
    });
    await server.run('xdotool', 'search', '--sync', '--name', 'secret plans', 'windowactivate', '--sync');
    await server.run('xdotool', 'search', '--sync', '--name', 'open minutes', 'windowactivate', '--sync');
    await pollUntil('the visible window is named again', () => listener.events.length > 1);
    expect(listener.events.map(({ text }) => text)).not.toContain('secret plans');
  });

  displayTest(['xterm', 'openbox'], 'A29: are found by the exact name of their program', async () => {
    server.launch('openbox');
    server.launch('xterm', '-geometry', '40x12+300+200', '-bg', '#13a7e5', '-fg', '#13a7e5', '-cr', '#13a7e5');
    const painter = await openPainter();
    await pollUntil('the window is there', async () => countOf(secretColour, await painter.capture()) > 0);
    const source = await startSource({ processNames: ['term', 'xter'], maskColour: 'gray' });
    expect(countOf(secretColour, listener.picture)).toBeGreaterThan(0);
    source.hide({ processNames: ['XTERM'], maskColour: 'gray' });
    await pollUntil('it is covered', () => countOf(gray, listener.picture) > 0);
    expect(countOf(secretColour, listener.picture)).toBe(0);
  });

  displayTest([], 'POL-033: are in no picture of a recording, nor in one that the policy allowed late', async () => {
    const stage = await SessionStage.open();
    const { service } = stage;
    service.ruleOptions = { hiddenApplications: vault };
    const agent = await stage.startAgent();
    closers.push(() => stage.close());
    launchSecret('still');
    const painter = await openPainter();
    await pollUntil('the window is there', async () => countOf(secretColour, await painter.capture()) > 0);
    for (const answersLate of [false, true]) {
      service.recordings.clear();
      service.isDown = answersLate;
      const source = await X11Source.open({ display: server.display, clock: systemClock });
      const late = answersLate ? { recordOnError: true, decideWithinMs: 0 } : {};
      const session = await agent.recordSession({ source, uploadIntervalMs: 50, ...late });
      await session.begun;
      service.isDown = false;
      const firstId = await session.begun;
      await pollUntil('a recording is stored under the decision', () =>
        [...service.recordings].some(([id, { segments }]) => segments.has(1) && (!answersLate || id !== firstId)),
      );
      painter.fill(0x40c040, 0, 0, 700, 500);
      const outcome = await session.stop();
      if (outcome.kind !== 'recorded') throw new Error(outcome.reason);
      const moments = decodeScreen(await openStoredRecording(service, outcome.recordingId));
      expect(moments.length).toBeGreaterThan(0);
      expect(moments.some(({ pixels }) => pixels.includes(0xff808080))).toBe(true);
      expect(moments.some(({ pixels }) => pixels.some((pixel) => (pixel & 0xffffff) === 0xe5a713))).toBe(false);
      if (answersLate) expect(service.recordings.get(String(firstId))?.segments.size ?? 0).toBe(0);
    }
  });
});
