/**
 * Measures the screen codec on made-up desktops against a plain one (64 px tiles, each compressed alone) in the same run, and
 * checks every decoded pixel. `node test/bench/codec.ts [name of a workload]`
 */
import { constants, zstdCompressSync } from 'node:zlib';
import { ScreenDecoder, ScreenEncoder } from '../../packages/recording/src/screen/index.ts';
import { createNodeZstd } from '../../packages/recording/src/zstd-node/index.ts';
import { framesPerSecond, height, type Workload, width, workloads } from './screen-workloads.ts';

const tileSize = 64;

interface Measured {
  readonly bytes: number;
  readonly cpuMs: number;
  /** Per changed frame. */
  readonly encodeMs: number[];
  readonly decodeMs: number[];
  /** Each group that was made: a key image and its updates. */
  readonly groups: Uint8Array[][];
  readonly keyImages: number;
  readonly keyImageBytes: number;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

async function measureCodec(workload: Workload): Promise<Measured> {
  const zstd = createNodeZstd();
  const encoder = new ScreenEncoder({ width, height, zstd });
  const decoder = new ScreenDecoder({ zstd });
  const pixels = new Uint32Array(width * height);
  const result = {
    bytes: 0,
    cpuMs: 0,
    encodeMs: [] as number[],
    decodeMs: [] as number[],
    groups: [] as Uint8Array[][],
    keyImages: 0,
    keyImageBytes: 0,
  };
  for (let index = 0; index < workload.frames; index++) {
    workload.draw(pixels, index);
    const cpu = process.cpuUsage();
    const started = performance.now();
    const packet = await encoder.encode(pixels, { elapsedActiveMs: (index * 1000) / framesPerSecond });
    const elapsed = performance.now() - started;
    const used = process.cpuUsage(cpu);
    result.cpuMs += (used.user + used.system) / 1000;
    if (packet === undefined) continue;
    result.bytes += packet.bytes.length;
    result.encodeMs.push(elapsed);
    if (packet.isKeyImage) {
      result.groups.push([]);
      result.keyImages++;
      result.keyImageBytes += packet.bytes.length;
    }
    const decodeStarted = performance.now();
    const { picture } = decoder.decode(packet.bytes);
    result.decodeMs.push(performance.now() - decodeStarted);
    result.groups.at(-1)?.push(packet.bytes);
    if (!picture.pixels.every((pixel, at) => pixel === pixels[at])) throw new Error(`frame ${index} differs`);
  }
  encoder.close();
  decoder.close();
  return result;
}

/** CPU time to the end of the longest group, as a player decodes it: only the picture it shows is checked. */
function longestSeekMs(groups: readonly Uint8Array[][], checksAll: boolean): number {
  const zstd = createNodeZstd();
  const seeks = groups.map((packets) => {
    const decoder = new ScreenDecoder({ zstd });
    const before = process.threadCpuUsage();
    for (const [index, bytes] of packets.entries()) {
      decoder.decode(bytes, { verifiesChecksum: checksAll || index === packets.length - 1 });
    }
    const used = process.threadCpuUsage(before);
    decoder.close();
    return (used.user + used.system) / 1000;
  });
  return Math.max(...seeks);
}

function measureTiles(workload: Workload): Pick<Measured, 'bytes' | 'cpuMs'> {
  const pixels = new Uint32Array(width * height);
  const last = new Uint32Array(width * height);
  const tile = new Uint32Array(tileSize * tileSize);
  const params = { [constants.ZSTD_c_compressionLevel]: 3 };
  let bytes = 0;
  let cpuMs = 0;
  for (let index = 0; index < workload.frames; index++) {
    workload.draw(pixels, index);
    const cpu = process.cpuUsage();
    for (let y = 0; y < height; y += tileSize) {
      for (let x = 0; x < width; x += tileSize) {
        let isChanged = false;
        for (let row = 0; row < tileSize; row++) {
          const start = (y + row) * width + x;
          for (let at = start; at < start + tileSize && !isChanged; at++) isChanged = pixels[at] !== last[at];
          tile.set(pixels.subarray(start, start + tileSize), row * tileSize);
        }
        if (isChanged) bytes += zstdCompressSync(new Uint8Array(tile.buffer), { params }).length + 6;
      }
    }
    last.set(pixels);
    const used = process.cpuUsage(cpu);
    cpuMs += (used.user + used.system) / 1000;
  }
  return { bytes, cpuMs };
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
    'p50 ms': percentile(codec.encodeMs, 0.5).toFixed(1),
    'p95 ms': percentile(codec.encodeMs, 0.95).toFixed(1),
    'decode p50': percentile(codec.decodeMs, 0.5).toFixed(2),
    'decode p95': percentile(codec.decodeMs, 0.95).toFixed(2),
    'seek max': longestSeekMs(codec.groups, false).toFixed(0),
    'all checked': longestSeekMs(codec.groups, true).toFixed(0),
    keys: codec.keyImages,
    'key KB': codec.keyImages === 0 ? 0 : Math.round(codec.keyImageBytes / codec.keyImages / 1000),
  });
}
console.table(rows);
