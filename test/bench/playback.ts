/**
 * First frame and seek in recordings of an hour and of eight, in Chromium, beside an H.264 file of the same pictures in
 * `<video>` (where ffmpeg is found), on this machine and over 100 Mbit/s with 30 ms.
 * Functions are warm: `npm run bench -- start` has what a cold one takes.
 * `node test/bench/playback.ts [--quick] [--hours N]… [--synthesized]`; --quick takes one recording of four minutes, both
 * it and --hours measure less often.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { RecordingId } from '@afterimage/contracts';
import type { Page } from 'playwright-core';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { LeapingClock } from '../support/known-screen.ts';
import { recordingIdOf, startHost } from '../support/recorded-host.ts';
import { recordingIn } from '../support/recordings.ts';
import { people, type Stack } from '../support/stack.ts';
import { consolePlayer, type MeasuredPage, videoElement } from './playback/measured-page.ts';
import { OfficeScreen } from './playback/office-hours.ts';
import { encodeVideo, hasFfmpeg, serveVideo } from './playback/video-file.ts';
import { startBenchStack } from './support/bench-stack.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    hours: { type: 'string', multiple: true },
    synthesized: { type: 'boolean', default: false },
  },
});
/** Eight hours are one hour, eight times over. */
const lengths = values.quick
  ? [{ minutes: 4, times: 1 }]
  : (values.hours ?? ['1', '8']).map((hours) => ({ minutes: 60, times: Number(hours) }));
const isShort = values.quick || values.hours !== undefined;
const opens = isShort ? 8 : 20;
const seeks = isShort ? 30 : 100;
/** A page asks several functions at once, and begins another environment of one while the first is still at work. */
const warmUps = 4;
const networks = [
  { name: 'this machine', latency: 0, bytesPerSecond: -1 },
  { name: '100 Mbit/s, 30 ms', latency: 30, bytesPerSecond: 100e6 / 8 },
];

async function record(stack: Stack, minutes: number): Promise<RecordingId> {
  const clock = new LeapingClock();
  const agent = await startHost(stack, { clock });
  const screen = new OfficeScreen(clock);
  const session = await agent.recordSession({ source: screen, user: 'mira', application: 'Office' });
  await screen.show(minutes, () => new Promise((resolve) => setTimeout(resolve, 5)));
  const recordingId = recordingIdOf(await session.stop());
  await recordingIn(stack, recordingId, 'complete', 600_000);
  await agent.close();
  return recordingId;
}

async function throttle(page: Page, { latency, bytesPerSecond }: (typeof networks)[number]): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const throughput = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
  await devTools.send('Network.enable');
  await devTools.send('Network.emulateNetworkConditions', { offline: false, latency, ...throughput });
}

/** The same places for both; each far from the one before. */
const placeOf = (index: number): number => 0.02 + ((index * 0.618_034) % 1) * 0.96;

async function measure(page: MeasuredPage): Promise<{ openMs: number[]; seekMs: number[] }> {
  for (let index = 0; index < warmUps; index++) await page.open();
  const openMs: number[] = [];
  for (let index = 0; index < opens; index++) openMs.push(await page.open());
  const seekMs: number[] = [];
  for (let index = 0; index < seeks; index++) seekMs.push(await page.seek(placeOf(index)));
  return { openMs, seekMs };
}

function row(what: string, length: string, network: string, { openMs, seekMs }: Awaited<ReturnType<typeof measure>>) {
  const both = (values: number[]) => `${percentile(values, 0.5).toFixed(0)} / ${percentile(values, 0.95).toFixed(0)}`;
  const cells = [length, network, what, both(openMs), both(seekMs)];
  console.log(cells.join(', '));
  return cells;
}

console.log(`${describeMachine()}\n`);
const rows: string[][] = [];
const stack = await startBenchStack(values.synthesized);
const browser = await ConsoleBrowser.launch(stack.endpoint);
try {
  for (const { minutes, times } of lengths) {
    const length = minutes * times >= 60 ? `${(minutes * times) / 60} h` : `${minutes * times} min`;
    const recordingId = await record(stack, minutes * times);
    const page = await browser.openAs(people.reviewer, '/recordings');
    for (const network of networks) {
      await throttle(page, network);
      rows.push(
        row('recording', length, network.name, await measure(consolePlayer(page, `/recordings/${recordingId}?t=0s`))),
      );
    }
    await page.context().close();
    if (!hasFfmpeg()) continue;
    const file = await encodeVideo(stack.scratch, minutes, times);
    const server = await serveVideo(file);
    const videoPage = await browser.open();
    await videoPage.goto(server.url);
    for (const network of networks) {
      await throttle(videoPage, network);
      rows.push(row('H.264 in <video>', length, network.name, await measure(videoElement(videoPage))));
    }
    await videoPage.context().close();
    server.close();
    rmSync(file);
  }
} finally {
  await browser.close();
  await stack.close();
}
console.log(`\n${markdownTable(['length', 'network', 'what', 'first frame p50 / p95 ms', 'seek p50 / p95 ms'], rows)}`);
if (!hasFfmpeg()) console.log('\nNo ffmpeg here: nothing to compare with.');
