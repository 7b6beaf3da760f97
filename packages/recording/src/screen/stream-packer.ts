import type { PackedStream } from './packet.ts';
import { type StreamName, streamNames, windowLogs } from './screen-format.ts';
import type { ZstdCompressor, ZstdStreams } from './zstd-streams.ts';

export type CompressionLevels = Readonly<Record<StreamName, number>>;

/** The four compression contexts of a group. */
export class StreamPacker {
  readonly #compressors: Readonly<Record<StreamName, ZstdCompressor>>;

  constructor(zstd: ZstdStreams, levels: CompressionLevels) {
    const open = (name: StreamName) => zstd.compressor(levels[name], windowLogs[name]);
    this.#compressors = {
      control: open('control'),
      indices: open('indices'),
      planes: open('planes'),
      colours: open('colours'),
    };
  }

  async pack(raw: Readonly<Record<StreamName, Uint8Array>>): Promise<Record<StreamName, PackedStream>> {
    const [control, indices, planes, colours] = await Promise.all([
      this.#packStream('control', raw.control),
      this.#packStream('indices', raw.indices),
      this.#packStream('planes', raw.planes),
      this.#packStream('colours', raw.colours),
    ]);
    return { control, indices, planes, colours };
  }

  close(): void {
    for (const name of streamNames) this.#compressors[name].close();
  }

  async #packStream(name: StreamName, bytes: Uint8Array): Promise<PackedStream> {
    if (bytes.length === 0) return { rawLength: 0, packed: bytes };
    const compressor = this.#compressors[name];
    compressor.write(bytes);
    return { rawLength: bytes.length, packed: await compressor.flush() };
  }
}
