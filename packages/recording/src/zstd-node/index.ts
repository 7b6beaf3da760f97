import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import type { ZstdCompressor, ZstdStreams } from '../screen/zstd-streams.ts';
import { WasmDecompressor } from '../zstd-wasm/wasm-decompressor.ts';
import { decodeBinary, readExports, wasmImports, type ZstdExports } from '../zstd-wasm/wasm-exports.ts';

const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Zstandard for Node: compresses with `node:zlib` on its thread pool. It decompresses with the same WebAssembly as the browser,
 * because the streams of `node:zlib` cannot be read synchronously.
 */
export function createNodeZstd(): ZstdStreams {
  let decoder: ZstdExports | undefined;
  return {
    compressor: (level, windowLog) => new NodeZstdCompressor(level, windowLog),
    decompressor: (maxWindowLog) => {
      decoder ??= readExports(new WebAssembly.Instance(new WebAssembly.Module(decodeBinary()), wasmImports));
      return new WasmDecompressor(decoder, maxWindowLog);
    },
    measure: (bytes) => zstdCompressSync(bytes, fastest).length,
  };
}

/**
 * Tables an eighth and a quarter as long as the window, so 6 MB for a window of 4 MB. Those of the level itself would take eight
 * times that for every session, and longer to clear at each key image than they save.
 */
const hashTableShift = 3;
const chainTableShift = 2;

class NodeZstdCompressor implements ZstdCompressor {
  readonly #stream: ReturnType<typeof createZstdCompress>;
  #pieces: Buffer[] = [];
  #error: Error | undefined;

  constructor(level: number, windowLog: number) {
    const { ZSTD_c_compressionLevel, ZSTD_c_windowLog, ZSTD_c_hashLog, ZSTD_c_chainLog } = constants;
    this.#stream = createZstdCompress({
      params: {
        [ZSTD_c_compressionLevel]: level,
        [ZSTD_c_windowLog]: windowLog,
        [ZSTD_c_hashLog]: windowLog - hashTableShift,
        [ZSTD_c_chainLog]: windowLog - chainTableShift,
      },
    });
    this.#stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
    this.#stream.on('error', (error) => {
      this.#error = error;
    });
  }

  write(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  async flush(): Promise<Uint8Array> {
    if (this.#error !== undefined) throw this.#error;
    await new Promise<void>((resolve, reject) => {
      this.#stream.once('error', reject);
      this.#stream.flush(constants.ZSTD_e_flush, () => {
        this.#stream.off('error', reject);
        resolve();
      });
    });
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes;
  }

  close(): void {
    this.#stream.close();
  }
}
