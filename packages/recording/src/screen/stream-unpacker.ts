import type { PackedStream } from './packet.ts';
import { ScreenFormatError, type StreamName, windowLogs } from './screen-format.ts';
import type { ZstdDecompressor, ZstdStreams } from './zstd-streams.ts';

/** The four decompression contexts of a group, each made when its stream first has bytes. */
export class StreamUnpacker {
  readonly #zstd: Pick<ZstdStreams, 'decompressor'>;
  readonly #decompressors = new Map<StreamName, ZstdDecompressor>();

  constructor(zstd: Pick<ZstdStreams, 'decompressor'>) {
    this.#zstd = zstd;
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
    for (const decompressor of this.#decompressors.values()) decompressor.close();
    this.#decompressors.clear();
  }

  #push(name: StreamName, packed: Uint8Array, rawLength: number): Uint8Array {
    try {
      return this.#decompressor(name).push(packed, rawLength);
    } catch (cause) {
      throw new ScreenFormatError('stream-corrupt', name, { cause });
    }
  }

  #decompressor(name: StreamName): ZstdDecompressor {
    const decompressor = this.#decompressors.get(name) ?? this.#zstd.decompressor(windowLogs[name]);
    this.#decompressors.set(name, decompressor);
    return decompressor;
  }
}
