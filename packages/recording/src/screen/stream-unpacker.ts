import type { PackedStream } from './packet.ts';
import { ScreenFormatError, type StreamName, streamNames, windowLogs } from './screen-format.ts';
import type { ZstdDecompressor, ZstdStreams } from './zstd-streams.ts';

/** The four decompression contexts of a group. */
export class StreamUnpacker {
  readonly #decompressors: Readonly<Record<StreamName, ZstdDecompressor>>;

  constructor(zstd: Pick<ZstdStreams, 'decompressor'>) {
    const open = (name: StreamName) => zstd.decompressor(windowLogs[name]);
    this.#decompressors = {
      control: open('control'),
      indices: open('indices'),
      planes: open('planes'),
      colours: open('colours'),
    };
  }

  /** The raw bytes, valid until the next call for the same stream. */
  unpack(name: StreamName, { rawLength, packed }: PackedStream, maxRawLength: number): Uint8Array {
    if (rawLength > maxRawLength) throw new ScreenFormatError('limit-exceeded', `${name} of ${rawLength} bytes`);
    if (rawLength === 0) return packed;
    const raw = this.#push(name, packed, rawLength);
    if (raw.length !== rawLength) throw new ScreenFormatError('stream-corrupt', `${name} gives ${raw.length} bytes`);
    return raw;
  }

  close(): void {
    for (const name of streamNames) this.#decompressors[name].close();
  }

  #push(name: StreamName, packed: Uint8Array, rawLength: number): Uint8Array {
    try {
      return this.#decompressors[name].push(packed, rawLength);
    } catch (cause) {
      throw new ScreenFormatError('stream-corrupt', name, { cause });
    }
  }
}
