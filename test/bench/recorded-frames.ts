/**
 * Measures the screen codec on a recorded desktop, a lossless video such as `record-workload.ts` makes, and compares every
 * decoded pixel. In the same run: tiles of 64 pixels compressed one by one, and lossy H.264. It needs ffmpeg.
 * `node test/bench/recorded-frames.ts FILE.mkv [--key-image-seconds 60] [--active-seconds N] [--codec-only]`
 * Bytes an hour are counted over the time the file takes, or over the `--active-seconds` of it in which work was done.
 */
import { parseArgs } from 'node:util';
import { TileBaseline } from './screen-baseline.ts';
import { measureH264, probeVideo, readFrames } from './screen-frames.ts';
import { CodecMeasure, percentile, seekTimesMs } from './screen-measure.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'key-image-seconds': { type: 'string', default: '60' },
    'active-seconds': { type: 'string' },
    'codec-only': { type: 'boolean', default: false },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error('name a video file');

const info = await probeVideo(file);
const { width, height, framesPerSecond } = info;
const maxActiveMs = Number(values['key-image-seconds']) * 1000;
const codec = new CodecMeasure({ width, height, pixelOrder: 'bgrx', keyImage: { maxActiveMs } });
const tiles = new TileBaseline(width, height);
let frames = 0;
for await (const { index, pixels } of readFrames(file, info)) {
  frames++;
  await codec.add(pixels, (index * 1000) / framesPerSecond);
  if (!values['codec-only']) tiles.add(pixels);
}
codec.close();

const seconds = frames / framesPerSecond;
const activeSeconds = Number(values['active-seconds'] ?? seconds);
const row = (bytes: number, cpuMs: number) => ({
  'MB/h': ((bytes / activeSeconds) * 3600e-6).toFixed(2),
  'bytes ratio': (codec.bytes / bytes).toFixed(4),
  'CPU %': (cpuMs / 10 / activeSeconds).toFixed(2),
  'CPU ratio': (codec.cpuMs / cpuMs).toFixed(2),
});
const table: Record<string, ReturnType<typeof row>> = { codec: row(codec.bytes, codec.cpuMs) };
if (!values['codec-only']) {
  table['tiles of 64 px'] = row(tiles.bytes, tiles.cpuMs);
  const h264 = await measureH264(file);
  table['H.264 4:2:0 CRF 23'] = row(h264.bytes, h264.cpuMs);
}
console.table(table);
const seeks = seekTimesMs(codec.groups);
console.table({
  [`${frames} frames, ${codec.encodeMs.length} changed`]: {
    'CPU ms p50': percentile(codec.encodeMs, 0.5).toFixed(1),
    'CPU ms p95': percentile(codec.encodeMs, 0.95).toFixed(1),
    'main thread p95': percentile(codec.mainThreadMs, 0.95).toFixed(1),
    'decode p50': percentile(codec.decodeMs, 0.5).toFixed(2),
    'decode p95': percentile(codec.decodeMs, 0.95).toFixed(2),
    'seek max': Math.max(...seeks).toFixed(0),
    'key images': codec.groups.length,
    'key KB': Math.round(codec.keyImageBytes / codec.groups.length / 1000),
  },
});
