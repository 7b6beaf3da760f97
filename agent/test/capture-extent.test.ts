import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { BrowserSource } from '../src/sources/browser/browser-source.ts';
import { ChromiumProcess } from '../src/sources/browser/chromium-process.ts';
import type { CapturedEvent, CaptureListener } from '../src/sources/capture-source.ts';
import { X11Source } from '../src/sources/x11/x11-source.ts';
import { systemClock } from '../src/time/clock.ts';
import { displayTest } from './display-test.ts';
import { pollUntil } from './poll-until.ts';
import { XServer } from './x-server.ts';

jest.setTimeout(60_000);

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of leftovers.splice(0).reverse()) await close();
});

class Tally implements CaptureListener {
  frameCount = 0;
  cursorCount = 0;
  readonly events: CapturedEvent[] = [];
  isLost = false;

  async onFrame(): Promise<void> {
    this.frameCount++;
  }

  onEvent(event: CapturedEvent): void {
    this.events.push(event);
  }

  onCursor(): void {
    this.cursorCount++;
  }

  onInput(): void {}

  onLost(): void {
    this.isLost = true;
  }
}

describe('a source that is to tell no pictures', () => {
  test("in a browser: takes none until they are wanted, and never tells of the agent's own pages", async () => {
    const chromium = await ChromiumProcess.launch({ width: 500, height: 400 });
    leftovers.push(() => chromium.close());
    const source = new BrowserSource({ webSocketUrl: chromium.webSocketUrl, clock: systemClock });
    const tally = new Tally();
    await source.start(tally, 'events');
    leftovers.push(() => source.stop());
    await expect(source.measure()).resolves.toMatchObject({ width: 500, height: 400 });
    const first = await source.openOwnPage('about:blank');
    await first.close();
    await first.closed;
    expect(tally).toMatchObject({ frameCount: 0, events: [] });
    source.capture('screen');
    await pollUntil('a picture comes', () => tally.frameCount > 0);
    source.capture('nothing');
    await chromium.close();
    await pollUntil('the end is told', () => tally.isLost);
  });

  displayTest(
    ['xterm', 'openbox'],
    'on an X display: tells windows alone, and pictures once they are wanted',
    async () => {
      const server = await XServer.start({ size: '640x480' });
      leftovers.push(() => server.stop());
      server.launch('openbox');
      const source = await X11Source.open({ display: server.display, clock: systemClock });
      const tally = new Tally();
      await source.start(tally, 'events');
      leftovers.push(() => source.stop());
      await expect(source.measure()).resolves.toMatchObject({ width: 640, height: 480 });
      server.launch('xterm', '-T', 'Payroll');
      await pollUntil('the window is told', () => tally.events.some(({ text }) => text === 'Payroll'));
      expect(tally).toMatchObject({ frameCount: 0, cursorCount: 0 });
      source.capture('screen');
      await pollUntil('a picture comes', () => tally.frameCount > 0 && tally.cursorCount > 0);
      source.capture('nothing');
      await systemClock.delay(300);
      const { frameCount, events } = tally;
      const told = events.length;
      server.launch('xterm', '-T', 'Holidays');
      await systemClock.delay(2_000);
      expect(tally.frameCount).toBe(frameCount);
      expect(tally.events).toHaveLength(told);
      await server.kill();
      await pollUntil('the end is told', () => tally.isLost);
    },
  );
});
