/**
 * Measures the screen codec on made-up desktops against a plain one (64 px tiles, each compressed alone) in the same run, and
 * checks every decoded pixel. `node test/bench/codec.ts [name of a workload]`
 */
import { TileBaseline } from './screen-baseline.ts';
import { CodecMeasure, percentile, seekTimesMs } from './screen-measure.ts';
import { framesPerSecond, height, type Workload, width, workloads } from './screen-workloads.ts';

async function measureCodec(workload: Workload): Promise<CodecMeasure> {
  const codec = new CodecMeasure({ width, height });
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < workload.frames; index++) {
    workload.draw(pixels, index);
    await codec.add(pixels, (index * 1000) / framesPerSecond);
  }
  codec.close();
  return codec;
}

function measureTiles(workload: Workload): TileBaseline {
  const tiles = new TileBaseline(width, height);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < workload.frames; index++) {
    workload.draw(pixels, index);
    tiles.add(pixels);
  }
  return tiles;
}

const rows: Record<string, string | number>[] = [];
for (const create of workloads) {
  if (process.argv[2] !== undefined && create().name !== process.argv[2]) continue;
  const { name, frames } = create();
  const seconds = frames / framesPerSecond;
  const codec = await measureCodec(create());
  const tiles = measureTiles(create());
  rows.push({
    workload: name,
    'MB/h': ((codec.bytes / seconds) * 3600e-6).toFixed(2),
    'tiles MB/h': ((tiles.bytes / seconds) * 3600e-6).toFixed(1),
    'bytes ratio': (codec.bytes / tiles.bytes).toFixed(4),
    'CPU %': (codec.cpuMs / 10 / seconds).toFixed(2),
    'CPU ratio': (codec.cpuMs / tiles.cpuMs).toFixed(2),
    'CPU ms p50': percentile(codec.encodeMs, 0.5).toFixed(1),
    'CPU ms p95': percentile(codec.encodeMs, 0.95).toFixed(1),
    'decode p50': percentile(codec.decodeMs, 0.5).toFixed(2),
    'decode p95': percentile(codec.decodeMs, 0.95).toFixed(2),
    'seek max': Math.max(...seekTimesMs(codec.groups)).toFixed(0),
    'all checked': Math.max(...seekTimesMs(codec.groups, true)).toFixed(0),
    keys: codec.groups.length,
    'key KB': Math.round(codec.keyImageBytes / Math.max(1, codec.groups.length) / 1000),
  });
}
console.table(rows);
