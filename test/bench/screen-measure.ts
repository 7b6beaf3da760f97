import { ScreenDecoder, ScreenEncoder, type ScreenEncoderOptions } from '../../packages/recording/src/screen/index.ts';
import { createNodeZstd } from '../../packages/recording/src/zstd-node/index.ts';

/** More time than this between two changes is not activity, as in the agent. */
const activityWindowMs = 2_000;

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Encodes frames as the agent does, decodes each packet from its bytes, and compares every pixel. */
export class CodecMeasure {
  bytes = 0;
  cpuMs = 0;
  /** CPU time per changed frame: of all threads, and of the calling one, where the analysis runs. */
  readonly encodeMs: number[] = [];
  readonly mainThreadMs: number[] = [];
  readonly decodeMs: number[] = [];
  /** Each group that was made: a key image and its updates. */
  readonly groups: Uint8Array[][] = [];
  keyImageBytes = 0;
  readonly #encoder: ScreenEncoder;
  readonly #decoder: ScreenDecoder;
  readonly #isBlueFirst: boolean;
  #activeMs = 0;
  #lastChangeMs = 0;

  constructor(options: Omit<ScreenEncoderOptions, 'zstd'>) {
    const zstd = createNodeZstd();
    this.#encoder = new ScreenEncoder({ ...options, zstd });
    this.#decoder = new ScreenDecoder({ zstd });
    this.#isBlueFirst = options.pixelOrder === 'bgrx';
  }

  async add(pixels: Uint32Array, timeMs: number): Promise<void> {
    const [cpu, thread] = [process.cpuUsage(), process.threadCpuUsage()];
    const packet = await this.#encoder.encode(pixels, { elapsedActiveMs: this.#activeMs });
    const [used, usedByThread] = [process.cpuUsage(cpu), process.threadCpuUsage(thread)];
    const encodeMs = (used.user + used.system) / 1000;
    this.cpuMs += encodeMs;
    if (packet === undefined) return;
    this.#activeMs += Math.min(timeMs - this.#lastChangeMs, activityWindowMs);
    this.#lastChangeMs = timeMs;
    this.bytes += packet.bytes.length;
    this.encodeMs.push(encodeMs);
    this.mainThreadMs.push((usedByThread.user + usedByThread.system) / 1000);
    if (packet.isKeyImage) {
      this.groups.push([]);
      this.keyImageBytes += packet.bytes.length;
    }
    this.groups.at(-1)?.push(packet.bytes);
    this.#check(packet.bytes, pixels, timeMs);
  }

  close(): void {
    this.#encoder.close();
    this.#decoder.close();
  }

  #check(packet: Uint8Array, pixels: Uint32Array, timeMs: number): void {
    const started = performance.now();
    const { picture } = this.#decoder.decode(packet);
    this.decodeMs.push(performance.now() - started);
    for (let at = 0; at < picture.pixels.length; at++) {
      const wanted = pixels[at] ?? 0;
      const colour = this.#isBlueFirst ? swapRedAndBlue(wanted) : wanted & 0xffffff;
      if (colour !== ((picture.pixels[at] ?? 0) & 0xffffff)) throw new Error(`pixel ${at} differs at ${timeMs} ms`);
    }
  }
}

function swapRedAndBlue(pixel: number): number {
  return (pixel & 0xff00) | ((pixel >>> 16) & 0xff) | ((pixel & 0xff) << 16);
}

/** CPU time to the end of each group, as a player decodes it: only the picture it shows is checked. */
export function seekTimesMs(groups: readonly (readonly Uint8Array[])[], checksAll = false): number[] {
  const zstd = createNodeZstd();
  return groups.map((packets) => {
    const decoder = new ScreenDecoder({ zstd });
    const before = process.threadCpuUsage();
    for (const [index, bytes] of packets.entries()) {
      decoder.decode(bytes, { verifiesChecksum: checksAll || index === packets.length - 1 });
    }
    const used = process.threadCpuUsage(before);
    decoder.close();
    return (used.user + used.system) / 1000;
  });
}
