/**
 * Decoding of a changed picture in Node and in Chromium, beside a PNG of the whole picture in the same Chromium.
 * `node test/bench/decode.ts [--quick]`
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import npmShippedChromium from '@sparticuz/chromium';
import { build } from 'esbuild';
import { chromium, type Page } from 'playwright-core';
import { PNG } from 'pngjs';
import type { PageDecoder } from './decode/page-decoder.ts';
import { CodecMeasure } from './screen-measure.ts';
import { framesPerSecond, height, type Workload, width, workloads } from './screen-workloads.ts';
import { describeMachine } from './support/machine.ts';
import { markdownTable, percentile } from './support/markdown-table.ts';

declare const decoder: PageDecoder;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const mostFrames = values.quick ? 30 : Number.POSITIVE_INFINITY;
const pngEvery = values.quick ? 10 : 5;

interface Drawn {
  readonly packets: string[];
  readonly pngs: string[];
  readonly nodeMs: readonly number[];
}

async function draw(workload: Workload): Promise<Drawn> {
  const pixels = new Uint32Array(width * height);
  const measure = new CodecMeasure({ width, height });
  const pngs: string[] = [];
  for (let index = 0; index < Math.min(workload.frames, mostFrames); index++) {
    workload.draw(pixels, index);
    await measure.add(pixels, (index * 1000) / framesPerSecond);
    if (index % pngEvery === 0) pngs.push(pngOf(pixels));
  }
  measure.close();
  const packets = measure.groups.flat().map((packet) => Buffer.from(packet).toString('base64'));
  return { packets, pngs, nodeMs: measure.decodeMs };
}

function pngOf(pixels: Uint32Array<ArrayBuffer>): string {
  const png = new PNG({ width, height });
  png.data = Buffer.from(pixels.buffer.slice(0));
  return PNG.sync.write(png, { colorType: 2, deflateLevel: 3 }).toString('base64');
}

async function openPage(): Promise<{ page: Page; close(): Promise<void> }> {
  const entry = fileURLToPath(new URL('./decode/page-decoder.ts', import.meta.url));
  const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: 'iife', target: 'es2023' });
  const args = ['--no-sandbox', '--disable-gpu'];
  const browser = await chromium.launch({ executablePath: await npmShippedChromium.executablePath(), args });
  const page = await browser.newPage();
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
  return { page, close: () => browser.close() };
}

const both = (times: readonly number[]) =>
  `${percentile(times, 0.5).toFixed(2)} / ${percentile(times, 0.95).toFixed(2)}`;

console.log(`${describeMachine()}, ${width} x ${height}\n`);
const { page, close } = await openPage();
const rows: string[][] = [];
for (const create of workloads) {
  const workload = create();
  const { packets, pngs, nodeMs } = await draw(workload);
  const { decodeMs, paintMs } = await page.evaluate((sent) => decoder.decodePackets(sent), packets);
  const pngMs = await page.evaluate((sent) => decoder.decodePngs(sent), pngs);
  const ratio = percentile(decodeMs, 0.5) / percentile(pngMs, 0.5);
  rows.push([workload.name, both(nodeMs), both(decodeMs), both(paintMs), both(pngMs), ratio.toFixed(2)]);
}
await close();
const head = ['milliseconds, p50 / p95', 'Node', 'Chromium', 'painting', 'whole PNG', 'Chromium to PNG'];
console.log(markdownTable(head, rows));
