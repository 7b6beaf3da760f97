import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest } from '@jest/globals';
import type { TransferPreference } from '../src/sources/x11/screen-mirror.ts';
import { X11Source, type X11SourceOptions } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { DecodingListener } from './decoding-listener.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { XPainter } from './x-painter.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(60_000);

let server: XServer;
let listener: DecodingListener;
let closers: (() => Promise<void> | void)[];

beforeEach(() => {
  listener = new DecodingListener();
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  listener.close();
});

async function startServer(options: Parameters<typeof XServer.start>[0] = {}): Promise<void> {
  server = await XServer.start(options);
  closers.push(() => server.stop());
}

/** Whole compares are off: what the tests see, damage has told. */
async function startSource(options: Partial<X11SourceOptions> = {}): Promise<X11Source> {
  const source = await X11Source.open({
    display: server.display,
    clock: systemClock,
    compareAllAfterMs: Number.POSITIVE_INFINITY,
    ...options,
  });
  closers.push(() => source.stop());
  await source.start(listener);
  await pollUntil('the first frame', () => listener.picture.width > 0);
  return source;
}

async function openPainter(): Promise<XPainter> {
  const painter = await XPainter.open(server.display);
  closers.push(() => painter.close());
  return painter;
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

function paintAtRandom(painter: XPainter): void {
  for (let count = 1 + random(12); count > 0; count--) {
    const [x, y] = [random(700), random(500)];
    if (random(4) === 0) painter.copy(x, y, random(700), random(500), 1 + random(300), 1 + random(200));
    else painter.fill(random(0x1000000), x, y, 1 + random(200), 1 + random(100));
  }
}

/** Draws for a while at random, stops, and compares what is recorded with what another client sees. */
async function compareAtRandomTimes(times: number): Promise<void> {
  const painter = await openPainter();
  for (let time = 0; time < times; time++) {
    const untilMs = performance.now() + random(250);
    do {
      paintAtRandom(painter);
      await systemClock.delay(random(30));
    } while (performance.now() < untilMs);
    await pollUntil(`the picture at time ${time} is recorded`, async () => listener.shows(await painter.capture()));
  }
}

/** Adds a mode to the one output that the server has, and takes it. */
async function resizeScreen(width: number, height: number): Promise<void> {
  const mode = `${width}x${height}-new`;
  const timing = [width, width + 8, width + 16, width + 24, height, height + 1, height + 2, height + 3].map(String);
  await server.run('xrandr', '--newmode', mode, '40', ...timing);
  await server.run('xrandr', '--addmode', 'screen', mode);
  await server.run('xrandr', '--output', 'screen', '--mode', mode);
}

/** An authority file with one cookie for every display of this machine. Source: Xau(3). */
function authorityFile(cookie: Buffer): Buffer {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  const fields = [Buffer.from(hostname()), Buffer.alloc(0), Buffer.from('MIT-MAGIC-COOKIE-1'), cookie];
  return Buffer.concat([Buffer.from([1, 0]), ...fields.map(field)]);
}

describe('the source of X displays', () => {
  displayTest(['xterm'], 'records exactly the pixels that another client sees, at 20 random times', async () => {
    await startServer();
    server.launch('xterm', '-geometry', '60x15+100+80', '-e', 'sh', '-c', 'while :; do seq 1 20; sleep 0.7; done');
    await startSource();
    await compareAtRandomTimes(20);
  });

  for (const transfer of ['shared-pixmap', 'shared-image', 'core'] satisfies TransferPreference[]) {
    displayTest([], `records exactly when pixels come by ${transfer}`, async () => {
      await startServer();
      const source = await startSource({ transfer });
      await compareAtRandomTimes(5);
      expect(source.transferKind).toBe(transfer);
      expect(listener.frames.slice(1).every(({ damage }) => damage !== undefined && damage.length > 0)).toBe(true);
    });
  }

  displayTest([], 'shows one moment in each picture, however far apart things were drawn', async () => {
    await startServer();
    await startSource();
    const painter = await openPainter();
    const corners = [0, 0, 600, 400] as const;
    const seen = new Set<number | undefined>();
    let torn = 0;
    const colourAt = (x: number, y: number) => listener.picture.pixels[(y + 45) * listener.picture.width + x + 55];
    listener.onPicture = () => {
      const first = colourAt(corners[0], corners[1]);
      if (first !== colourAt(corners[2], corners[3])) torn++;
      seen.add(first);
    };
    await pollUntil('ten pictures', async () => {
      for (let count = 0; count < 40; count++) {
        const colour = random(0x1000000);
        painter.atOnce(() => {
          painter.fill(colour, corners[0], corners[1], 40, 40);
          painter.fill(colour, corners[2], corners[3], 40, 40);
        });
      }
      await painter.capture();
      return seen.size > 10;
    });
    expect(torn).toBe(0);
  });

  displayTest([], 'hands over only the damaged rectangles', async () => {
    await startServer();
    await startSource();
    const painter = await openPainter();
    await pollUntil('the window', async () => listener.shows(await painter.capture()));
    const before = listener.frames.length;
    painter.fill(0xff0000, 10, 20, 30, 5);
    await pollUntil('the drawing', async () => listener.shows(await painter.capture()));
    expect(listener.frames.slice(before).map(({ damage }) => damage)).toEqual([
      [{ x: 60, y: 60, width: 30, height: 5 }],
    ]);
  });

  displayTest([], 'compares a still screen as a whole now and then, in case damage missed something', async () => {
    await startServer();
    await startSource({ compareAllAfterMs: 0 });
    await pollUntil('a whole compare', () => listener.frames.length > 1);
    expect(listener.frames[1]?.damage).toBeUndefined();
  });

  displayTest([], 'waits for a listener that is slow, and ends up with the last picture', async () => {
    await startServer();
    const slow = Promise.withResolvers<void>();
    await startSource();
    const painter = await openPainter();
    await pollUntil('the window', async () => listener.shows(await painter.capture()));
    listener.onPicture = () => slow.promise;
    const before = listener.frames.length;
    paintAtRandom(painter);
    await pollUntil('the picture that is slow', () => listener.frames.length > before);
    for (let count = 0; count < 10; count++) {
      paintAtRandom(painter);
      await painter.capture();
      await systemClock.delay(50);
    }
    expect(listener.frames.length - before).toBe(1);
    slow.resolve();
    await pollUntil('the last picture', async () => listener.shows(await painter.capture()));
  });

  displayTest([], 'keeps to the rate that it was given', async () => {
    await startServer();
    await startSource({ maxFramesPerSecond: 20 });
    const painter = await openPainter();
    await pollUntil('pictures', async () => {
      paintAtRandom(painter);
      await painter.capture();
      return listener.frames.length > 8;
    });
    const times = listener.frames.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(48);
  });

  displayTest(['xrandr'], 'follows the screen when its size changes, with pixels as exact as before', async () => {
    await startServer();
    await startSource();
    await resizeScreen(640, 480);
    await pollUntil('the new size', () => listener.picture.width === 640 && listener.picture.height === 480);
    expect(listener.frames.at(-1)?.monitors).toEqual([
      { name: 'screen', isPrimary: expect.any(Boolean), x: 0, y: 0, width: 640, height: 480 },
    ]);
    await compareAtRandomTimes(3);
  });

  displayTest(['xrandr'], 'tells which monitors make up the screen', async () => {
    await startServer();
    await startSource();
    await server.run('xrandr', '--setmonitor', 'left', '300/80x600/160+0+0', 'screen');
    await server.run('xrandr', '--setmonitor', 'right', '500/130x600/160+300+0', 'none');
    const names = () => listener.frames.at(-1)?.monitors?.map(({ name, x, width }) => [name, x, width]);
    await pollUntil('two monitors', () => names()?.length === 2);
    expect(names()).toEqual([
      ['left', 0, 300],
      ['right', 300, 500],
    ]);
  });

  displayTest(['xdotool'], 'follows the pointer without a change of pixels', async () => {
    await startServer();
    await startSource();
    const before = listener.frames.length;
    const at = (x: number, y: number) => listener.cursors.some((cursor) => cursor.x === x && cursor.y === y);
    await server.run('xdotool', 'mousemove', '123', '45');
    await pollUntil('the first place', () => at(123, 45));
    await server.run('xdotool', 'mousemove', '700', '500');
    await pollUntil('the second place', () => at(700, 500));
    expect(listener.frames.length).toBe(before);
    const shape = listener.cursors.find((cursor) => cursor.shape !== undefined)?.shape;
    expect(shape?.rgba.length).toBe((shape?.width ?? 0) * (shape?.height ?? 0) * 4);
  });

  displayTest(['xdotool'], 'notices keyboard and mouse by the idle time of the server', async () => {
    await startServer();
    await startSource();
    await pollUntil('the first look', () => listener.inputs > 0);
    const before = listener.inputs;
    await server.run('xdotool', 'key', 'a');
    await pollUntil('the key', () => listener.inputs > before);
  });

  /** The order decides which numbers the server gives to the names of properties. */
  for (const isManagerFirst of [false, true]) {
    const order = isManagerFirst ? 'after' : 'before';
    const title = `names the active window, its program and each new title, when started ${order} the window manager`;
    displayTest(['openbox', 'xterm', 'xdotool'], title, async () => {
      await startServer();
      const manager = () => server.launch('openbox');
      if (isManagerFirst) manager();
      await startSource();
      if (!isManagerFirst) manager();
      const script = 'sleep 3; printf "\\033]0;Invoices\\007"; sleep 60';
      server.launch('xterm', '-title', 'Orders – März', '-e', 'sh', '-c', script);
      const find = (kind: string) => listener.events.find((event) => event.kind === kind);
      await pollUntil('the window', async () => {
        await server.run('xdotool', 'search', '--name', 'Orders', 'windowactivate').catch(() => undefined);
        return find('window.activated') !== undefined;
      });
      expect(find('window.activated')).toMatchObject({
        text: 'Orders – März',
        fields: {
          application: 'XTerm',
          processId: expect.stringMatching(/^\d+$/),
          executable: expect.stringMatching(/xterm$/),
        },
      });
      await pollUntil('the title', () => find('title') !== undefined);
      expect(find('title')?.text).toBe('Invoices');
    });
  }

  displayTest([], 'says once that the display is lost when its server is killed', async () => {
    await startServer();
    const source = await startSource();
    await server.kill();
    await pollUntil('the loss', () => listener.lostCount > 0);
    await source.stop();
    expect(listener.lostCount).toBe(1);
  });

  displayTest([], 'opens a display that asks for a cookie with the right one only', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'afterimage-x11-'));
    closers.push(() => rm(directory, { recursive: true }));
    const [right, wrong] = [join(directory, 'right'), join(directory, 'wrong')];
    await writeFile(right, authorityFile(Buffer.alloc(16, 7)));
    await writeFile(wrong, authorityFile(Buffer.alloc(16, 8)));
    await startServer({ authorityFile: right });
    await startSource({ authorityFile: right });
    const open = (file: string) => X11Source.open({ display: server.display, clock: systemClock, authorityFile: file });
    await expect(open(wrong)).rejects.toMatchObject({ name: 'X11Error', code: 'not-authorised' });
    await expect(open(join(directory, 'none'))).rejects.toMatchObject({ code: 'not-authorised' });
  });

  displayTest([], 'says that a display cannot be reached, or has a name that is none', async () => {
    const open = (display: string) => X11Source.open({ display, clock: systemClock });
    await expect(open(':49999')).rejects.toMatchObject({ name: 'X11Error', code: 'unreachable' });
    await expect(open('screen')).rejects.toMatchObject({ name: 'X11Error', code: 'bad-display-name' });
  });
});
