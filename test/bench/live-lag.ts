/**
 * Glass to glass: from the moment a picture is on the recorded screen to the moment it is on a reviewer's canvas in
 * Chromium, all on this machine and by its one clock. With the channel, and by polling only (the viewer's channel is
 * closed each time it opens).
 * `node test/bench/live-lag.ts [--seconds 20] [--synthesized]`
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { startHost } from '../support/recorded-host.ts';
import { people, type Stack } from '../support/stack.ts';
import { CodedScreen } from './live/coded-screen.ts';
import { startBenchStack } from './support/bench-stack.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, synthesized: { type: 'boolean', default: false } },
});
const measuredMs = Number(values.seconds) * 1000;
/** Functions start, the host flushes, the console opens. */
const warmUpMs = 20_000;
/** Somebody types. */
const betweenPicturesMs = 130;

/** Number of each picture that the canvas shows, and when it was first seen there. */
async function watchCanvas(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: [number: number, atMs: number][] = [];
    Object.assign(window, { seen });
    const look = () => {
      const canvas = document.querySelector<HTMLCanvasElement>('.player-canvas');
      const [red = 0, green = 0, blue = 0] = canvas?.getContext('2d')?.getImageData(2, 2, 1, 1).data ?? [];
      const number = red | (green << 8) | (blue << 16);
      if (seen.at(-1)?.[0] !== number) seen.push([number, Date.now()]);
      requestAnimationFrame(look);
    };
    look();
  });
}

const seenOn = (page: Page) => page.evaluate(() => (window as unknown as { seen: [number, number][] }).seen);

/** A picture counts as seen when it, or a later one, is on the canvas. */
function lagsOf(screen: CodedScreen, seen: readonly (readonly [number, number])[], fromMs: number): number[] {
  return screen.drawnAtMs.flatMap((drawnAtMs, number) => {
    const shown = seen.find(([shownNumber, atMs]) => shownNumber >= number && atMs > drawnAtMs);
    return drawnAtMs < fromMs || shown === undefined ? [] : [shown[1] - drawnAtMs];
  });
}

async function measure(stack: Stack, browser: ConsoleBrowser, prepare: (page: Page) => Promise<void>) {
  const agent = await startHost(stack);
  const screen = new CodedScreen();
  const session = await agent.recordSession({ source: screen, user: 'mira' });
  await screen.draw();
  const page = await browser.openAs(people.reviewer, '/recordings');
  await prepare(page);
  await page.goto(`/recordings/${await session.begun}`);
  await watchCanvas(page);
  const fromMs = Date.now() + warmUpMs;
  while (Date.now() < fromMs + measuredMs) {
    await screen.draw();
    await pause(betweenPicturesMs);
  }
  await pause(5000);
  const lags = lagsOf(screen, await seenOn(page), fromMs);
  await page.close();
  await session.stop();
  await agent.close();
  return lags;
}

const stack = await startBenchStack(values.synthesized);
const browser = await ConsoleBrowser.launch(stack.endpoint);
const told = await measure(stack, browser, async () => {});
const polled = await measure(stack, browser, (page) => page.routeWebSocket(/ticket=/, (socket) => socket.close()));
await browser.close();
await stack.close();

const rowOf = (what: string, lags: readonly number[]) => [
  what,
  String(lags.length),
  ...[0.5, 0.95, 1].map((share) => percentile(lags, share).toFixed(0)),
  (percentile(lags, 0.95) / percentile(polled, 0.95)).toFixed(2),
];
console.log(`${describeMachine()}\n`);
const head = ['viewer', 'pictures', 'p50 ms', 'p95 ms', 'worst ms', 'p95 to polling'];
console.log(markdownTable(head, [rowOf('channel', told), rowOf('polling only', polled)]));
